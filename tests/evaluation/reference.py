"""The same evaluation again, slow and obvious: one entity at a time, in Decimal, straight from the text of domain §3.

It shares nothing with ``evaluation.scoring``: no arrays, no scaled integers, no compiled program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from typing import Any

D = Decimal
HUNDRED = D(100)
FOUR, TWO, ONE = D("0.0001"), D("0.01"), D(1)


def half_up(number: Decimal, step: Decimal) -> Decimal:
    return number.quantize(step, ROUND_HALF_UP) + 0  # never minus nothing


def evaluate(doc: dict[str, Any], rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What ``Outcome.rows`` has to say about these rows of inputs, in their order."""
    with localcontext() as context:
        context.prec = 60
        groups: dict[str, list[dict[str, Any]]] = {}
        for row in rows:
            groups.setdefault(row["group"], []).append(row)
        compared = {name: reached_by(doc, members) for name, members in groups.items()}
        entities = [entity(doc, row, compared[row["group"]]) for row in rows]
        for name, members in groups.items():
            mine = [one for one, row in zip(entities, rows, strict=True) if row["group"] == name]
            assert len(mine) == len(members)
            grade(doc, mine)
        yield from (printed(doc, one) for one in entities)


def indicators(doc: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for part in doc["dimensions"] for row in part["indicators"]]


def state(indicator: dict[str, Any], row: dict[str, Any]) -> str:
    """given, missing or not_applicable."""
    cell = row["values"].get(indicator["code"], {})
    if "not_applicable" in cell:
        return "not_applicable"
    if "missing" in cell or not cell.get("value"):
        return "missing"
    if indicator["method"] == "target" and not cell.get("target"):
        return "missing"
    return "given"


def reached_by(doc: dict[str, Any], members: list[dict[str, Any]]) -> dict[str, list[Decimal]]:
    """Every value given in a group, by indicator, the smallest first."""
    return {
        one["code"]: sorted(
            D(row["values"][one["code"]]["value"]) for row in members if state(one, row) == "given"
        )
        for one in indicators(doc)
    }


# --- one entity ---


def entity(doc: dict[str, Any], row: dict[str, Any], reached: dict[str, list[Decimal]]) -> dict[str, Any]:
    weights = weights_of(doc, row)
    lines, total = {}, D(0)
    for one in indicators(doc):
        code = one["code"]
        bounds = bounds_of(one, reached[code])
        score, value = D(0), None
        if state(one, row) == "given":
            value = D(row["values"][code]["value"])
            target = row["values"][code].get("target")
            score = half_up(score_of(one, value, target, reached[code], bounds), FOUR)
        total += score * weights[code] / 100
        lines[code] = {"state": state(one, row), "value": value, "score": score, "bounds": bounds}
    base = half_up(total, TWO)
    bonus = noted(doc["bonuses"], row["bonuses"], doc["bonus_cap"])
    deduction = noted(doc["deductions"], row["deductions"], doc["deduction_cap"])
    final = max(base + bonus - deduction, D(0))
    if doc.get("whole_points"):
        final = half_up(final, ONE)
    return {
        "lines": lines, "weights": weights, "base": base, "bonus": bonus, "deduction": deduction, "total": final,
        "veto": [note["key"] for note in doc["vetoes"] if note["key"] in row["vetoes"]],
        "rated": any(weights.values()),
    }  # fmt: skip


def noted(notes: list[dict[str, Any]], keys: list[str], cap: str) -> Decimal:
    return min(sum((D(note["points"]) for note in notes if note["key"] in keys), D(0)), D(cap))


def weights_of(doc: dict[str, Any], row: dict[str, Any]) -> dict[str, Decimal]:
    """Weight of a row that does not count goes to its dimension; that of an empty dimension to the others."""

    def counts(one: dict[str, Any]) -> bool:
        told = state(one, row)
        return told == "given" or (told == "missing" and one.get("missing", "zero") == "zero")

    found = {one["code"]: D(0) for one in indicators(doc)}
    if all(counts(one) for one in indicators(doc)):
        return {one["code"]: D(one["weight"]) for one in indicators(doc)}
    left = [part for part in doc["dimensions"] if any(counts(one) for one in part["indicators"])]
    shares = in_proportion([sum(D(one["weight"]) for one in part["indicators"]) for part in left], HUNDRED)
    for part, share in zip(left, shares, strict=True):
        living = [one for one in part["indicators"] if counts(one)]
        for one, weight in zip(
            living, in_proportion([D(one["weight"]) for one in living], share), strict=True
        ):
            found[one["code"]] = weight
    return found


def in_proportion(parts: list[Decimal], total: Decimal) -> list[Decimal]:
    """Four places each, the total exactly: what is left over goes to the largest remainders, the first of equals."""
    if not parts:
        return []
    exact = [Fraction(part) * Fraction(total) / Fraction(sum(parts)) for part in parts]
    floors = [Fraction((share * 10_000).__floor__(), 10_000) for share in exact]
    over = int((Fraction(total) - sum(floors)) * 10_000)
    by_rest = sorted(range(len(parts)), key=lambda place: (floors[place] - exact[place], place))
    for place in by_rest[:over]:
        floors[place] += Fraction(1, 10_000)
    return [D(share.numerator) / D(share.denominator) for share in floors]


# --- methods ---


def bounds_of(one: dict[str, Any], reached: list[Decimal]) -> tuple[Decimal, Decimal] | None:
    """The two values between which one is compared; None for a method that compares with nobody."""
    params = one["params"]
    if one["method"] in ("minmax", "rank"):
        return (reached[0], reached[-1]) if reached else (D(0), D(0))
    if one["method"] == "efficacy" and re.fullmatch(r"p\d+", params["low"]):
        fixed = D(params["fallback_low"]), D(params["fallback_high"])
        if len(reached) < 8:
            return fixed
        low, high = (percentile(reached, int(params[name][1:])) for name in ("low", "high"))
        return (low, high) if low != high else fixed
    return None


def percentile(reached: list[Decimal], percent: int) -> Decimal:
    place = D((len(reached) - 1) * percent) / 100
    lower = int(place)
    if lower + 1 >= len(reached):
        return reached[-1]
    return half_up(reached[lower] + (reached[lower + 1] - reached[lower]) * (place - lower), FOUR)


def score_of(
    one: dict[str, Any],
    value: Decimal,
    target: str | None,
    reached: list[Decimal],
    bounds: tuple[Decimal, Decimal] | None,
) -> Decimal:
    method, params, down = one["method"], one["params"], one.get("direction") == "down"
    if method == "efficacy":
        low, high = bounds or (D(params["low"]), D(params["high"]))
        base = D(params.get("base", "60"))
        return efficacy(value, low, high, base, down=down, growth=params.get("growth", False))
    if method == "rank" and len(reached) >= 5:
        better = sum(other < value if down else other > value for other in reached)
        level = sum(other == value for other in reached)
        rank = better + D(level + 1) / 2
        return (len(reached) - rank) / (len(reached) - 1) * 100
    if method in ("rank", "minmax"):
        assert bounds is not None
        low, high = bounds
        if low == high:
            return D(50)
        return (high - value if down else value - low) / (high - low) * 100
    if method == "target":
        cap = D(params.get("cap", "1"))
        if D(target or 0) <= 0:
            return HUNDRED
        return max(min(value / D(target or 0), cap), D(0)) * 100
    if method in ("count", "points"):
        return max(min(value / D(params["full"]), D(1)), D(0)) * 100
    if method == "boolean":
        return HUNDRED if value > 0 else D(0)
    if method == "expert":
        return max(min(value, HUNDRED), D(0))
    return in_table(params["steps"] if method == "step" else params["table"], value, D(params["full"]))


def efficacy(
    value: Decimal, low: Decimal, high: Decimal, base: Decimal, *, down: bool, growth: bool
) -> Decimal:
    unallowable, satisfactory = (high, low) if down else (low, high)
    line = base + (100 - base) * (value - unallowable) / (satisfactory - unallowable)
    if line >= base or growth or down:
        return max(min(line, HUNDRED), D(0))
    # An amount below what is allowed: in proportion, and nothing is nothing.
    if unallowable <= 0 or value <= 0:
        return D(0)
    return base * value / unallowable


def in_table(rows: list[dict[str, str]], value: Decimal, full: Decimal) -> Decimal:
    points = D(0)
    for row in rows:
        if value >= D(row["from"]):
            points = D(row["points"])
            if row.get("per"):
                units = ((value - D(row["from"])) / D(row["per"])).quantize(D(1), ROUND_FLOOR)
                points = min(points + units * D(row["increment"]), D(row.get("cap") or full))
    return points / full * 100


# --- the group ---


def grade(doc: dict[str, Any], entities: list[dict[str, Any]]) -> None:
    """Grade, rank and size; those who are vetoed stand behind everybody else."""
    rated = [one for one in entities if one["rated"]]
    keys = [(not one["veto"], one["total"]) for one in rated]
    for one in entities:
        lowest = {"grade": doc["bands"][-1]["grade"], "word": doc["bands"][-1]["word"]}
        one |= {"grade": "", "word": "", "rank": 0, "of": 0} | (lowest if one["veto"] else {})
    for one, key in zip(rated, keys, strict=True):
        one["of"] = len(rated)
        one["rank"] = 1 + sum(other > key for other in keys)
        last = sum(other >= key for other in keys)
        band = doc["bands"][-1]
        if not one["veto"]:
            band = next(band for band in doc["bands"] if one["total"] >= D(band["from"]))
        for limit in (doc.get("excellent_share"), doc.get("excellent_top")):
            if limit and len(rated) >= 5 and band is doc["bands"][0] and last > len(rated) * D(limit) / 100:
                band = doc["bands"][1]
        one |= {"grade": band["grade"], "word": band["word"]}


# --- as text ---


def plain(number: Decimal) -> str:
    return format(number.normalize(), "f") if number else "0"


def printed(doc: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    lines = {}
    for code, line in one["lines"].items():
        weight = one["weights"][code]
        points = half_up(line["score"] * weight / 100, FOUR)
        told: dict[str, Any] = {"value": None if line["value"] is None else plain(line["value"])}
        if line["state"] != "given":
            told["given"] = line["state"]
        told |= {
            "score": f"{line['score']:.4f}", "weight": f"{weight:.4f}", "points": f"{points:.4f}",
            "lost": f"{max(weight - points, D(0)):.4f}",
        }  # fmt: skip
        if line["bounds"] is not None:
            told["bounds"] = [plain(bound) for bound in line["bounds"]]
        lines[code] = told
    amounts = {name: f"{one[name]:.2f}" for name in ("base", "bonus", "deduction", "total")}
    ends = {"grade": one["grade"], "word": one["word"], "rank": str(one["rank"]), "of": str(one["of"])}
    return {"indicators": lines, **amounts, **ends, "veto": one["veto"]}
