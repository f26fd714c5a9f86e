"""What must be right in the parameters of a method, so that the engine has an answer for every value."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Problem
from evaluation.scheme.choices import Direction, Method
from evaluation.scheme.document import Indicator
from evaluation.scheme.params import PERCENTILE

FULL = Decimal(100)
#: Attainment above the target counts up to twice.
MOST_CAP = Decimal(2)
#: In the others less cannot be better: their tables rise.
BOTH_WAYS = (Method.EFFICACY, Method.MINMAX, Method.RANK)


def problems_of(row: Indicator, path: str) -> list[Problem]:
    """Problems of one indicator whose parameters could be read."""
    found = []
    at = f"{path}.params"
    if row.direction == Direction.DOWN and row.method not in BOTH_WAYS:
        found.append(Problem("direction", _("该计分方法只能越高越好"), f"{path}.direction"))
    if row.method == Method.EFFICACY:
        found += _efficacy(row.params, at)
    elif row.method == Method.TARGET:
        if not 0 < Decimal(row.params["cap"]) <= MOST_CAP:
            found.append(Problem("cap", _("完成率上限应大于 0 且不超过 2"), f"{at}.cap"))
    elif "full" in row.params:
        if Decimal(row.params["full"]) <= 0:
            found.append(Problem("full", _("满分值应大于 0"), f"{at}.full"))
        elif row.method == Method.STEP:
            found += _table(row.params["steps"], Decimal(row.params["full"]), f"{at}.steps")
        elif row.method == Method.LEVELS:
            found += _table(row.params["table"], Decimal(row.params["full"]), f"{at}.table")
    return found


def _efficacy(params: Mapping[str, Any], at: str) -> list[Problem]:
    found = []
    if not 0 <= Decimal(params["base"]) < FULL:
        found.append(Problem("base", _("基础分应在 0 至 100 之间"), f"{at}.base"))
    marks = [PERCENTILE.fullmatch(params[name]) for name in ("low", "high")]
    if any(marks) and not all(marks):
        found.append(Problem("bounds", _("上下限应同为数值，或同为百分位"), f"{at}.high"))
        return found
    if all(marks):
        low, high = (int(mark[1]) for mark in marks if mark)
        found += _bounds(Decimal(low), Decimal(high), f"{at}.high")
        if "fallback_low" not in params or "fallback_high" not in params:
            found.append(
                Problem(
                    "fallback", _("使用百分位时，应给出参评不足 8 家时的固定上下限"), f"{at}.fallback_low"
                )
            )
        else:
            found += _bounds(
                Decimal(params["fallback_low"]), Decimal(params["fallback_high"]), f"{at}.fallback_high"
            )
        return found
    return found + _bounds(Decimal(params["low"]), Decimal(params["high"]), f"{at}.high")


def _bounds(low: Decimal, high: Decimal, field: str) -> list[Problem]:
    if low == high:
        return [Problem("bounds", _("上限与下限相等，无法计分"), field)]
    if low > high:
        told = _("上限应大于下限；越低越好的指标请改“方向”，不要对调上下限")
        return [Problem("bounds", told, field)]
    return []


def _table(rows: list[dict[str, str]], full: Decimal, at: str) -> list[Problem]:
    """Thresholds rise; points never fall, not even where the next threshold cuts a rising step off."""
    found = []
    before: dict[str, Decimal] | None = None
    for n, text in enumerate(rows):
        row = {name: Decimal(value) for name, value in text.items()}
        if before is not None and row["from"] <= before["from"]:
            found.append(Problem("from", _("起点应逐行增大"), f"{at}.{n}.from"))
        elif before is not None and row["points"] < _reached(before, row["from"], full):
            found.append(Problem("points", _("分值不能低于上一行可达到的分值"), f"{at}.{n}.points"))
        if not 0 <= row["points"] <= full:
            found.append(Problem("points", _("分值应在 0 与满分值之间"), f"{at}.{n}.points"))
        found += _rising(row, full, f"{at}.{n}")
        before = row if not found else None
    return found


def _rising(row: dict[str, Decimal], full: Decimal, at: str) -> list[Problem]:
    found = []
    if ("per" in row) != ("increment" in row):
        found.append(Problem("per", _("“每增加”与“加分”应同时填写"), f"{at}.per"))
    elif "per" in row and (row["per"] <= 0 or row["increment"] <= 0):
        found.append(Problem("per", _("“每增加”与“加分”应大于 0"), f"{at}.per"))
    if "cap" in row and not row["points"] <= row["cap"] <= full:
        found.append(Problem("cap", _("本档上限应在起点分值与满分值之间"), f"{at}.cap"))
    return found


def _reached(row: dict[str, Decimal], value: Decimal, full: Decimal) -> Decimal:
    """Points that a step has given when the value comes to the next threshold."""
    if "per" not in row:
        return row["points"]
    rises = (value - row["from"]) // row["per"]
    return min(row["points"] + rises * row["increment"], row.get("cap", full))
