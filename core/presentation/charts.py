"""Charts as plain data: small lines drawn on the server, the same on a page and in a PDF, never without their figures.

A gap in the figures is a gap in the line; nothing is drawn through a period nobody reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

LEFT, RIGHT, TOP, BOTTOM = 8, 8, 12, 18
MAX_DOTS = 16  # beyond them a line of dots is only noise


@dataclass(frozen=True)
class Dot:
    """One figure in the picture."""

    x: float
    y: float
    label: str
    value: Decimal


@dataclass(frozen=True)
class Chart:
    """A line in a box of `width` × `height`; `lines` are the points of its unbroken parts, `zero` the height of 0."""

    title: str
    unit: str
    width: int
    height: int
    lines: tuple[str, ...] = ()
    dots: tuple[Dot, ...] = ()
    shown: tuple[Dot, ...] = ()
    zero: float | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    first: str = ""
    last: str = ""
    rows: tuple[tuple[str, Decimal | None], ...] = field(default=())

    @property
    def base(self) -> int:
        """Where the axis stands."""
        return self.height - BOTTOM


def line(
    title: str,
    series: Sequence[tuple[str, Decimal | None]],
    *,
    unit: str = "",
    width: int = 300,
    height: int = 110,
) -> Chart:
    """(label, value or nothing) in order → the picture. Without any figure the box stays empty."""
    values = [value for _label, value in series if value is not None]
    rows = tuple(series)
    if not values:
        return Chart(title, unit, width, height, rows=rows)
    low, high = min(values), max(values)
    # all the same: a line through the middle, not one along the top
    bottom = low - 1 if high == low else low
    span = float(high - bottom) * (2 if high == low else 1)
    wide, tall = width - LEFT - RIGHT, height - TOP - BOTTOM
    step = wide / max(len(rows) - 1, 1)

    def height_of(value: Decimal) -> float:
        return round(TOP + tall - float(value - bottom) / span * tall, 1)

    dots: list[Dot | None] = [
        None if value is None else Dot(round(LEFT + place * step, 1), height_of(value), label, value)
        for place, (label, value) in enumerate(rows)
    ]
    drawn = tuple(dot for dot in dots if dot is not None)
    return Chart(
        title,
        unit,
        width,
        height,
        lines=_unbroken(dots),
        dots=drawn,
        shown=drawn if len(drawn) <= MAX_DOTS else drawn[-1:],
        zero=height_of(Decimal(0)) if low < 0 < high else None,
        low=low,
        high=high,
        first=rows[0][0],
        last=rows[-1][0],
        rows=rows,
    )


def _unbroken(dots: Sequence[Dot | None]) -> tuple[str, ...]:
    parts: list[list[str]] = [[]]
    for dot in dots:
        if dot is None:
            parts.append([])
        else:
            parts[-1].append(f"{dot.x},{dot.y}")
    return tuple(" ".join(part) for part in parts if len(part) > 1)
