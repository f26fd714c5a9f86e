"""The frozen shape of a scheme. Weights are points of 100, percentages are percent, numbers are exact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the table. ``params`` belong to the method; their numbers stay text, as they were written."""

    code: str
    name: str
    weight: Decimal
    method: str
    params: Mapping[str, Any]
    unit: str = ""
    direction: str = "up"
    source: str = "self_assessment"
    feed: str = ""
    missing: str = "zero"
    evidence: str = ""
    guide: str = ""
    proposed: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """Indicators among which the weight of one that does not apply is spread."""

    code: str
    name: str
    indicators: tuple[Indicator, ...]

    @property
    def weight(self) -> Decimal:
        """Points of 100 of all its indicators."""
        return sum((row.weight for row in self.indicators), Decimal())


@dataclass(frozen=True, slots=True)
class Note:
    """A fact beside the table: a veto (without points), a bonus or a deduction (points above zero)."""

    key: str
    label: str
    points: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the total from which it is given."""

    grade: str
    word: str
    start: Decimal


@dataclass(frozen=True, slots=True)
class SchemeDoc:
    """A whole scheme.

    ``excellent_share``: at most this percentage of a group is excellent; ``excellent_top``: excellent stands among
    this percentage of the first, in groups of five and more; None: off. ``compared_within`` names what forms a group.
    """

    dimensions: tuple[Dimension, ...]
    bands: tuple[Band, ...]
    vetoes: tuple[Note, ...] = ()
    bonuses: tuple[Note, ...] = ()
    deductions: tuple[Note, ...] = ()
    bonus_cap: Decimal = Decimal()
    deduction_cap: Decimal = Decimal()
    whole_points: bool = False
    excellent_share: Decimal | None = None
    excellent_top: Decimal | None = None
    compared_within: str = ""

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator, in the order of the table."""
        return tuple(row for part in self.dimensions for row in part.indicators)

    @property
    def weight(self) -> Decimal:
        """Points of all indicators: 100 in a scheme that may be used."""
        return sum((part.weight for part in self.dimensions), Decimal())
