"""Random schemes and rows of inputs: every method, missing data, vetoes, notes, ties, tiny and huge figures."""

from __future__ import annotations

from itertools import pairwise
from random import Random
from typing import Any

from tests.evaluation.schemes import BANDS

METHODS = (
    "efficacy", "efficacy", "percentile", "minmax", "target", "step", "levels", "rank", "count", "boolean", "expert",
    "points",
)  # fmt: skip
#: Sizes of figures, from ten-thousandths to a milliard.
SIZES = (1, 20, 20, 1_000, 100_000, 8 * 10**8)


def text(rng: Random, low: float, high: float) -> str:
    """A number with none to four decimals."""
    places = rng.choice((0, 0, 1, 2, 4))
    return f"{rng.uniform(low, high):.{places}f}"


def rising(rng: Random, low: float, high: float, count: int) -> list[str]:
    """So many numbers, each above the one before."""
    found = sorted({round(rng.uniform(low, high), rng.choice((0, 1, 4))) for _n in range(count * 4)})
    return [f"{number:.4f}".rstrip("0").rstrip(".") for number in rng.sample(found, min(count, len(found)))]


def ordered(rng: Random, low: float, high: float, count: int) -> list[str]:
    numbers = sorted({float(number) for number in rising(rng, low, high, count)} | {low})
    return [f"{number:.4f}".rstrip("0").rstrip(".") or "0" for number in numbers]


def weights(rng: Random, count: int) -> list[str]:
    """Weights with none to four decimals that make 100."""
    unit = rng.choice((1, 1, 100, 10_000))
    cuts = sorted(rng.sample(range(1, 100 * unit), count - 1))
    ends = [0, *cuts, 100 * unit]
    parts = [after - before for before, after in pairwise(ends)]
    return [f"{part // unit}.{part % unit * (10_000 // unit):04d}" for part in parts]


def _efficacy(rng: Random, size: float) -> dict[str, Any]:
    low, high = sorted((float(text(rng, -size / 4, size)), float(text(rng, size / 10, size))))
    return {"low": f"{low:.4f}", "high": f"{max(high, low + 0.0001):.4f}", "growth": rng.random() < 0.4,
            "base": rng.choice(("60", "60", "0", "33.3333", "99"))}  # fmt: skip


def _percentile(rng: Random, size: float) -> dict[str, Any]:
    fixed = _efficacy(rng, size)
    return {"low": "p10", "high": rng.choice(("p90", "p75", "p11")), "growth": fixed["growth"],
            "fallback_low": fixed["low"], "fallback_high": fixed["high"]}  # fmt: skip


def _step(rng: Random, size: float) -> dict[str, Any]:
    row = {"from": text(rng, 0, size / 2), "points": "5"}
    if rng.random() < 0.7:
        row |= {"per": rng.choice(("1", "0.3", "30")), "increment": rng.choice(("0.1", "0.5", "2"))}
    if rng.random() < 0.5:
        row["cap"] = rng.choice(("5", "7.5", "10"))
    rows, full = [row], rng.choice(("10", "12.5"))
    if rng.random() < 0.5:
        rows.append({"from": f"{float(row['from']) + size / 4:.4f}", "points": full})
    return {"steps": rows, "full": full}


def _levels(rng: Random, size: float) -> dict[str, Any]:
    starts = ordered(rng, 0, size, rng.randint(1, 4))
    return {"table": [{"from": start, "points": str(n)} for n, start in enumerate(starts)],
            "full": str(len(starts) + rng.randint(0, 2))}  # fmt: skip


def params(rng: Random, kind: str, size: float) -> dict[str, Any]:
    if kind == "target":
        return {"cap": rng.choice(("1", "1.2", "0.8"))}
    if kind in ("count", "points"):
        return {"full": f"{max(rng.uniform(0, size), 0.0001):.{rng.choice((1, 4))}f}".replace("0.0", "0.1")}
    makers = {"efficacy": _efficacy, "percentile": _percentile, "step": _step, "levels": _levels}
    return makers[kind](rng, size) if kind in makers else {}


def random_scheme(rng: Random) -> tuple[dict[str, Any], dict[str, float]]:
    """A scheme that may be used, and the size of the figures of each indicator."""
    count = rng.randint(1, 8)
    sizes, rows = {}, []
    for n, weight in enumerate(weights(rng, count)):
        kind = rng.choice(METHODS)
        size = 100.0 if kind == "expert" else float(rng.choice(SIZES))
        method = "efficacy" if kind == "percentile" else kind
        down = method in ("efficacy", "minmax", "rank") and rng.random() < 0.3
        sizes[f"I{n}"] = size
        rows.append({
            "code": f"I{n}", "name": f"指标{n}", "weight": weight, "method": method, "params": params(rng, kind, size),
            "direction": "down" if down else "up", "missing": rng.choice(("zero", "zero", "redistribute")),
            "source": "expert" if method == "expert" else "statistics",
        })  # fmt: skip
    parts: list[list[dict[str, Any]]] = [[] for _part in range(rng.randint(1, min(3, count)))]
    for n, row in enumerate(rows):
        parts[n if n < len(parts) else rng.randrange(len(parts))].append(row)
    doc = {
        "dimensions": [{"code": f"D{n}", "name": f"维度{n}", "indicators": part} for n, part in enumerate(parts)],
        "bands": BANDS,
        "vetoes": [{"key": "forged", "label": "伪造材料"}, {"key": "accident", "label": "重大事故"}],
        "bonuses": [{"key": "award", "label": "奖项", "points": "3"}, {"key": "base", "label": "平台", "points": "2.25"}],
        "deductions": [{"key": "late", "label": "逾期", "points": "7"}, {"key": "wrong", "label": "失实", "points": "9.5"}],
        "bonus_cap": "5", "deduction_cap": "10", "whole_points": rng.random() < 0.2,
        "excellent_share": rng.choice(("", "", "30", "12.5")), "excellent_top": rng.choice(("", "", "20")),
    }  # fmt: skip
    return doc, sizes


def value(rng: Random, method: str, size: float) -> str:
    """A figure around the interesting ones; coarse now and then, so that there are ties."""
    if method == "boolean":
        return rng.choice(("0", "1"))
    if rng.random() < 0.2:
        return str(rng.randint(-2, 8))
    return text(rng, -size / 5, size * 1.2)


def random_row(rng: Random, doc: dict[str, Any], sizes: dict[str, float], groups: int) -> dict[str, Any]:
    values = {}
    gaps = rng.choice((0, 0, 0.1, 0.6))
    for part in doc["dimensions"]:
        for row in part["indicators"]:
            code, method = row["code"], row["method"]
            if rng.random() < gaps:
                values[code] = rng.choice(({"missing": "未填"}, {"not_applicable": "不涉及"}, {"value": ""}))
                continue
            cell = {"value": value(rng, method, sizes[code])}
            if method == "target" and rng.random() < 0.95:
                cell["target"] = value(rng, method, sizes[code])
            values[code] = cell
    return {
        "values": values,
        "vetoes": [key for key in ("forged", "accident") if rng.random() < 0.03],
        "bonuses": [key for key in ("award", "base") if rng.random() < 0.2],
        "deductions": [key for key in ("late", "wrong") if rng.random() < 0.2],
        "group": f"g{rng.randrange(groups)}",
    }


def random_case(seed: int, entities: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A scheme and rows, the same for the same seed."""
    rng = Random(seed)
    doc, sizes = random_scheme(rng)
    groups = rng.choice((1, 2, 3, max(entities // 6, 1)))
    return doc, [random_row(rng, doc, sizes, groups) for _n in range(entities)]
