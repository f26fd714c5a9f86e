"""What is wrong with one part of a scheme by itself, whatever the rest of the document still lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import Problem
from evaluation.scheme.checks import problems

#: A document without problems around the part that is asked about.
ROW: Mapping[str, Any] = {"code": "A", "name": "A", "weight": "100", "method": "boolean"}
BANDS = ({"grade": "pass", "word": "A", "from": "60"}, {"grade": "fail", "word": "B", "from": "0"})
AT_ROW = "dimensions.0.indicators.0."
NOTES = ("vetoes", "bonuses", "deductions", "bonus_cap", "deduction_cap")
GRADES = ("bands", "whole_points", "excellent_share", "excellent_top", "compared_within")


def of_indicator(row: Mapping[str, Any]) -> list[Problem]:
    """Fields are those of the row: ``params.high``. Its weight is only read, the sum is another question."""
    found = problems(_around(row, bands=BANDS))
    found += problems(_around({**row, "weight": "100"}, bands=BANDS)) if _only_weight(found) else []
    return [
        Problem(one.code, one.message, one.field.removeprefix(AT_ROW), one.clause)
        for one in found
        if one.field.startswith(AT_ROW)
    ]


def _only_weight(found: list[Problem]) -> bool:
    """Whether the sum kept the rest from being looked at."""
    return all(one.field in ("dimensions", f"{AT_ROW}weight") for one in found)


def of_notes(tree: Mapping[str, Any]) -> list[Problem]:
    """Vetoes, bonuses, deductions and their caps."""
    return _within(problems(_around(ROW, bands=BANDS, **_only(tree, NOTES))), NOTES)


def of_grades(tree: Mapping[str, Any]) -> list[Problem]:
    """Grades and the options around them."""
    return _within(problems(_around(ROW, **_only(tree, GRADES))), GRADES)


def _around(row: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
    return {"dimensions": [{"code": "A", "name": "A", "indicators": [row]}], **rest}


def _only(tree: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: tree[name] for name in names if name in tree}


def _within(found: list[Problem], names: tuple[str, ...]) -> list[Problem]:
    return [one for one in found if one.field.split(".")[0] in names]
