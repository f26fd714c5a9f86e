"""Every indicator of an entity with its value, where it came from, what it earned, what it lost and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from evaluation.scheme.words import figure, method, source

ZERO = Decimal(0)
TWO = Decimal("0.01")


def two(value: Decimal) -> str:
    """Two places, half up."""
    return f"{value.quantize(TWO, ROUND_HALF_UP):f}"


def measured(value: str, unit: str) -> str:
    """A figure with its unit; a per cent sign stands close to it."""
    return f"{value}{unit}" if unit == "%" else f"{value} {unit}".strip()


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator. Texts are ready to print; `score` is out of 100, `points` out of `weight`, all Decimals."""

    code: str
    name: str
    unit: str
    value: str
    target: str
    source: str
    note: str
    state: str  # given, missing or not_applicable
    reason: str
    method: str
    proposed: bool
    nominal: Decimal
    weight: Decimal
    score: Decimal
    points: Decimal
    lost: Decimal
    reach: str
    gain: Decimal
    mean: Decimal | None = None

    @property
    def share(self) -> Decimal:
        """What was reached, from 0 to 1."""
        return min(max(self.score / 100, ZERO), Decimal(1))

    @property
    def value_text(self) -> str:
        """The value with its unit."""
        return measured(self.value, self.unit) if self.state == "given" else self.value

    @property
    def reach_text(self) -> str:
        """The value it would have to be, with its unit; a dash where it cannot do it alone."""
        return measured(self.reach, self.unit) if self.reach else "—"

    @property
    def score_text(self) -> str:
        """The score out of 100 with two places."""
        return two(self.score)

    @property
    def points_text(self) -> str:
        """The points with two places."""
        return two(self.points)

    @property
    def lost_text(self) -> str:
        """The points lost with two places."""
        return two(self.lost)

    @property
    def gain_text(self) -> str:
        """The points that can still be gained with two places."""
        return two(self.gain)

    @property
    def weight_text(self) -> str:
        """The weight with the places it has, at most two."""
        return figure(two(self.weight))

    @property
    def nominal_text(self) -> str:
        """The weight of the scheme."""
        return figure(self.nominal)

    @property
    def counts(self) -> bool:
        """Whether it has a weight in this evaluation."""
        return self.weight > 0

    @property
    def moved(self) -> bool:
        """Whether weight was spread onto it or away from it."""
        return self.weight != self.nominal


@dataclass(frozen=True)
class DimensionLine:
    """One dimension with its indicators; `mean` is the share the compared entities reached on average."""

    code: str
    name: str
    weight: Decimal
    points: Decimal
    lines: tuple[IndicatorLine, ...]
    mean: Decimal | None = None

    @property
    def share(self) -> Decimal:
        """Points out of weight, from 0 to 1."""
        return min(max(self.points / self.weight, ZERO), Decimal(1)) if self.weight else ZERO

    @property
    def rate(self) -> str:
        """The share as a percentage with one place."""
        return f"{self.share * 100:.1f}%"

    @property
    def points_text(self) -> str:
        """The points with two places."""
        return two(self.points)

    @property
    def weight_text(self) -> str:
        """The weight with the places it has, at most two."""
        return figure(two(self.weight))

    @property
    def lost(self) -> Decimal:
        """Points not reached."""
        return self.weight - self.points


def decimal(value: Any, default: Decimal = ZERO) -> Decimal:
    """A stored number; `default` for what is none."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return default
    return found if found.is_finite() else default


def dimensions(data: Mapping[str, Any]) -> tuple[DimensionLine, ...]:
    """The dimensions of `data["scheme"]` with what `inputs`, `outcome` and `reach` of the entity say of them."""
    means = (data.get("means") or {}).get("dimensions") or {}
    return tuple(_dimension(found, data, means) for found in data["scheme"].get("dimensions") or ())


def _dimension(found: Mapping[str, Any], data: Mapping[str, Any], means: Mapping[str, Any]) -> DimensionLine:
    lines = tuple(_line(indicator, data) for indicator in found.get("indicators") or ())
    mean = means.get(str(found.get("code", "")))
    return DimensionLine(
        code=str(found.get("code", "")),
        name=str(found.get("name", "")),
        weight=sum((line.weight for line in lines), ZERO),
        points=sum((line.points for line in lines), ZERO),
        lines=lines,
        mean=None if mean is None else decimal(mean) / 100,
    )


def _line(indicator: Mapping[str, Any], data: Mapping[str, Any]) -> IndicatorLine:
    code = str(indicator.get("code", ""))
    given = (data["inputs"].get("values") or {}).get(code) or {}
    came = (data["outcome"].get("indicators") or {}).get(code) or {}
    could = ((data.get("reach") or {}).get("indicators") or {}).get(code) or {}
    mean = ((data.get("means") or {}).get("indicators") or {}).get(code)
    state, reason = _state(given)
    unit = str(indicator.get("unit") or "")
    weight = decimal(came.get("weight", indicator.get("weight")))
    return IndicatorLine(
        code=code,
        name=str(indicator.get("name", "")),
        unit="" if unit in ("–", "-", "—") else unit,
        value=_value(given, indicator, state),
        target=figure(given["target"]) if given.get("target") not in (None, "") else "",
        source=source(given.get("source") or indicator.get("source")),
        note=str(given.get("note") or ""),
        state=state,
        reason=reason,
        method=method(indicator) + _bounds(came),
        proposed=bool(indicator.get("proposed")),
        nominal=decimal(indicator.get("weight")),
        weight=weight,
        score=decimal(came.get("score")),
        points=decimal(came.get("points")),
        lost=decimal(came.get("lost"), weight - decimal(came.get("points"))),
        reach=_reach(could, indicator),
        gain=decimal(could.get("gain")),
        mean=None if mean is None else decimal(mean) / 100,
    )


def _bounds(came: Mapping[str, Any]) -> str:
    """What the group made of it, where the indicator is compared within the group."""
    found = list(came.get("bounds") or ())
    if len(found) != 2:
        return ""
    return _("；本组为 %(low)s 至 %(high)s") % {"low": figure(found[0]), "high": figure(found[1])}


def _state(given: Mapping[str, Any]) -> tuple[str, str]:
    if "not_applicable" in given:
        return "not_applicable", str(given["not_applicable"] or "")
    if "missing" in given:
        return "missing", str(given["missing"] or "")
    if "value" not in given:
        return "missing", _("没有数据")
    return "given", ""


def _value(given: Mapping[str, Any], indicator: Mapping[str, Any], state: str) -> str:
    if state == "not_applicable":
        return _("不适用")
    if state == "missing":
        return _("缺失")
    if indicator.get("method") == "boolean":
        return _("是") if decimal(given["value"]) > 0 else _("否")
    return figure(given["value"])


def _reach(could: Mapping[str, Any], indicator: Mapping[str, Any]) -> str:
    """What this indicator alone would have to be for the next grade; empty where it cannot do it alone."""
    value = could.get("value")
    if value in (None, ""):
        return ""
    if indicator.get("method") == "boolean":
        return _("具备")
    sign = "≤" if indicator.get("direction") == "down" else "≥"
    return f"{sign}{figure(value)}"
