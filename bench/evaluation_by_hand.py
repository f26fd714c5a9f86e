"""The same evaluation as somebody would write it for this one scheme: nothing is checked, nothing but outcomes is kept.

Twenty indicators in four dimensions: amounts and growth rates by the efficacy line, counts, attainment, experts,
points.  Nobody is compared with anybody, and what is missing counts nothing.
"""

from __future__ import annotations

import io
import json
from random import Random
from typing import Any

import numpy as np
from django.db import connection

Row = dict[str, Any]
BANDS = [("excellent", "优秀", 85), ("good", "良好", 70), ("pass", "合格", 60), ("fail", "不合格", 0)]
#: Code → method, lower and upper value (or the full one twice), the largest figure that is drawn.
TABLE: dict[str, tuple[str, int, int, float]] = {
    **{f"A{n}": ("amount", 50 * n, 500 * n, 600.0 * n) for n in range(1, 5)},
    **{f"B{n}": ("growth", 0, 10 + n, 20.0) for n in range(1, 5)},
    **{f"C{n}": ("count", 0, 2 + n, 8.0) for n in range(1, 6)},
    **{f"D{n}": ("target", 0, 0, 1000.0) for n in range(1, 4)},
    **{f"E{n}": ("expert", 0, 100, 100.0) for n in range(1, 3)},
    **{f"F{n}": ("points", 0, 7, 8.0) for n in range(1, 3)},
}
WEIGHT = 5


def _indicator(code: str, method: str, low: int, high: int) -> Row:
    params: Row = {
        "amount": {"low": str(low), "high": str(high)},
        "growth": {"low": str(low), "high": str(high), "growth": True},
        "target": {},
        "expert": {},
    }.get(method, {"full": str(high)})
    known = {"amount": "efficacy", "growth": "efficacy"}.get(method, method)
    source = "expert" if method == "expert" else "statistics"
    return {
        "code": code,
        "name": code,
        "weight": str(WEIGHT),
        "method": known,
        "params": params,
        "source": source,
    }


SCHEME: Row = {
    "dimensions": [
        {"code": letters, "name": letters, "indicators": [
            _indicator(code, method, low, high) for code, (method, low, high, _most) in TABLE.items() if code[0] in letters
        ]}
        for letters in ("A", "B", "C", "DEF")
    ],
    "bands": [{"grade": grade, "word": word, "from": str(start)} for grade, word, start in BANDS],
    "vetoes": [{"key": "forged", "label": "伪造材料"}],
    "bonuses": [{"key": "award", "label": "国家级奖项", "points": "3"}],
    "deductions": [{"key": "late", "label": "填报逾期", "points": "2"}],
    "bonus_cap": "5",
    "deduction_cap": "10",
}  # fmt: skip


def figures(rng: Random) -> Row:
    """The inputs of one entity: amounts with two decimals, counts, one figure in fifty missing."""
    values: Row = {}
    for code, (method, _low, _high, most) in TABLE.items():
        if rng.random() < 0.02:
            values[code] = {"missing": "未填报"}
            continue
        if method in ("count", "points"):
            value = str(rng.randint(0, int(most)))
        elif method == "growth":
            value = f"{rng.uniform(-most, most):.1f}"
        else:
            value = f"{rng.uniform(0, most):.2f}"
        values[code] = {"value": value, "source": "annual_report", "note": ""}
        if method == "target":
            values[code]["target"] = str(rng.randint(100, 1000))
    return {
        "values": values,
        "vetoes": ["forged"] if rng.random() < 0.01 else [],
        "bonuses": ["award"] if rng.random() < 0.1 else [],
        "deductions": ["late"] if rng.random() < 0.1 else [],
        "group": "",
    }


def run(round_id: int, *, look: bool = False) -> list[tuple[int, Any]]:
    """COPY out, arrays, COPY into a bare table."""
    out = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(
            "COPY (SELECT entity_id, inputs FROM evaluation_roundentity"
            f" WHERE round_id = {int(round_id)} AND included ORDER BY entity_id) TO STDOUT",
            out,
        )
        lines = [line.split("\t", 1) for line in out.getvalue().splitlines()]
        numbers = [int(number) for number, _text in lines]
        rows = [json.loads(text.replace("\\\\", "\\")) for _number, text in lines]
        texts = outcomes(rows)
        cursor.execute("CREATE TEMPORARY TABLE IF NOT EXISTS bench_outcome (entity_id bigint, outcome jsonb)")
        cursor.execute("TRUNCATE bench_outcome")
        text = "".join(f"{number}\t{outcome}\n" for number, outcome in zip(numbers, texts, strict=True))
        cursor.copy_expert("COPY bench_outcome FROM STDIN", io.StringIO(text))
        if not look:
            return []
        cursor.execute("SELECT entity_id, outcome::text FROM bench_outcome ORDER BY entity_id")
        return [(number, json.loads(outcome)) for number, outcome in cursor.fetchall()]


def outcomes(rows: list[Row]) -> list[str]:
    """The JSON of each outcome."""
    codes = list(TABLE)
    cells = [[row["values"][code] for code in codes] for row in rows]
    given = np.array([["value" in cell for cell in line] for line in cells])
    values = np.array([[_scaled(cell.get("value", "0")) for cell in line] for line in cells], np.int64)
    targets = np.array([[_scaled(cell.get("target", "0")) for cell in line] for line in cells], np.int64)
    scores = np.zeros_like(values)
    for column, (method, low, high, _most) in enumerate(TABLE.values()):
        scores[:, column] = _score(method, values[:, column], targets[:, column], low * 10_000, high * 10_000)
    scores[~given] = 0
    base = _half_up(scores.sum(axis=1) * WEIGHT, 10_000)
    bonus = np.array([300 * len(row["bonuses"]) for row in rows])
    deduction = np.array([200 * len(row["deductions"]) for row in rows])
    total = np.maximum(base + bonus - deduction, 0)
    vetoed = np.array([bool(row["vetoes"]) for row in rows])
    grade = np.where(vetoed, 3, (total[:, None] < np.array([100 * band[2] for band in BANDS])).sum(axis=1))
    keys = -np.where(vetoed, total - 1_000_000, total)
    rank = np.searchsorted(np.sort(keys), keys) + 1
    points = _half_up(scores * WEIGHT, 100)
    numbers = zip(*(each.tolist() for each in (values, given, scores, points)), strict=True)
    sums = zip(*(each.tolist() for each in (base, bonus, deduction, total, grade, rank)), strict=True)
    return [
        _text(row, codes, one, ends, len(rows)) for row, one, ends in zip(rows, numbers, sums, strict=True)
    ]


def _scaled(text: str) -> int:
    return round(float(text) * 10_000)


def _half_up(number: Any, divisor: Any) -> Any:
    return (2 * number + divisor) // (2 * divisor)


def _score(method: str, values: Any, targets: Any, low: int, high: int) -> Any:
    if method == "growth":
        return np.clip(600_000 + _half_up(400_000 * (values - low), high - low), 0, 1_000_000)
    if method == "amount":
        above = 600_000 + _half_up(400_000 * (np.minimum(values, high) - low), high - low)
        return np.where(values >= low, above, _half_up(600_000 * values, low))
    if method == "target":
        return np.where(values >= targets, 1_000_000, _half_up(1_000_000 * values, np.maximum(targets, 1)))
    if method == "expert":
        return values
    return np.minimum(_half_up(1_000_000 * values, high), 1_000_000)


def _text(row: Row, codes: list[str], one: Any, ends: Any, count: int) -> str:
    base, bonus, deduction, total, grade, rank = ends
    lines = {}
    for code, value, given, score, points in zip(codes, *one, strict=True):
        line: Row = {
            "value": f"{value / 10_000:.4f}".rstrip("0").rstrip(".") if given else None,
            "score": f"{score / 10_000:.4f}",
            "weight": f"{WEIGHT}.0000",
            "points": f"{points / 10_000:.4f}",
            "lost": f"{WEIGHT - points / 10_000:.4f}",
        }
        if not given:
            line["given"] = "missing"
        lines[code] = line
    return json.dumps(
        {
            "indicators": lines,
            "base": f"{base / 100:.2f}",
            "bonus": f"{bonus / 100:.2f}",
            "deduction": f"{deduction / 100:.2f}",
            "total": f"{total / 100:.2f}",
            "grade": BANDS[grade][0],
            "word": BANDS[grade][1],
            "rank": str(rank),
            "of": str(count),
            "veto": row["vetoes"],
        },
        ensure_ascii=False,
    )
