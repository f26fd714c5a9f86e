"""Bars to both sides of nought as plain data: what grows stands right, what shrinks left; never without a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: A row holds its name and under it the bar with its figure, for which EDGE is kept free.
ROW, THICK, NAME_AT, BAR_AT, EDGE = 40, 14, 13, 19, 72


@dataclass(frozen=True)
class Bar:
    """One bar. `x` and `width` in the units of the picture; its figure is written at `at`, before it if `end`."""

    label: str
    value: Decimal
    x: float
    width: float
    at: float
    end: bool
    name_y: int
    bar_y: int
    text_y: int


@dataclass(frozen=True)
class Bars:
    """A picture of `width` × `height` with its bars and the line of nought."""

    title: str
    unit: str
    width: int
    height: int
    zero: float
    bars: tuple[Bar, ...]


def bars(title: str, rows: Sequence[tuple[str, Decimal]], *, unit: str = "", width: int = 360) -> Bars:
    """(label, value) in order → the picture; without rows it has no bars."""
    low = min([value for _label, value in rows] + [Decimal(0)])
    high = max([value for _label, value in rows] + [Decimal(0)])
    left, right = EDGE if low < 0 else 0, width - (EDGE if high > 0 else 0)
    scale = (right - left) / (float(high - low) or 1.0)
    zero = round(left + float(-low) * scale, 1)
    return Bars(
        title,
        unit,
        width,
        max(len(rows), 1) * ROW,
        zero,
        tuple(_bar(label, value, zero, scale, place * ROW) for place, (label, value) in enumerate(rows)),
    )


def _bar(label: str, value: Decimal, zero: float, scale: float, top: int) -> Bar:
    length = round(abs(float(value)) * scale, 1)
    x = zero if value >= 0 else round(zero - length, 1)
    at = round(x + length + 5, 1) if value >= 0 else round(x - 5, 1)
    return Bar(label, value, x, length, at, value < 0, top + NAME_AT, top + BAR_AT, top + BAR_AT + THICK - 2)
