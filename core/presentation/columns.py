"""Upright columns as plain data: how many fall into each class; never without a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TOP, BOTTOM, SIDE = 30, 22, 6


@dataclass(frozen=True)
class Column:
    """One column of `width` from `y` down to the base, its figure above and its name below it, both around `middle`."""

    label: str
    value: int
    text: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    text_y: float


@dataclass(frozen=True)
class Mark:
    """An upright line with a word at its head: a boundary between classes."""

    x: float
    label: str


@dataclass(frozen=True)
class Columns:
    """A picture of `width` × `height` standing on `base`."""

    title: str
    unit: str
    width: int
    height: int
    columns: tuple[Column, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def base(self) -> int:
        """Where the columns stand."""
        return self.height - BOTTOM


def columns(
    title: str,
    rows: Sequence[tuple[str, int, str]],
    *,
    unit: str = "",
    marks: Sequence[tuple[float, str]] = (),
    gap: float = 0.3,
    width: int = 420,
    height: int = 170,
) -> Columns:
    """(name, count, the count in words) in order → the picture.

    `marks` are (place, word): place 1.0 is the boundary between the first and the second column. `gap` is the
    share of a column's room that stays free.
    """
    most = max([value for _label, value, _text in rows] + [1])
    room = (width - 2 * SIDE) / max(len(rows), 1)
    tall, base = height - TOP - BOTTOM, height - BOTTOM
    made = []
    for place, (label, value, text) in enumerate(rows):
        high, left = round(value / most * tall, 1), SIDE + place * room
        made.append(
            Column(
                label,
                value,
                text,
                round(left + room * gap / 2, 1),
                round(base - high, 1),
                round(room * (1 - gap), 1),
                high,
                round(left + room / 2, 1),
                round(base - high - 5, 1),
            )
        )
    lines = tuple(Mark(round(SIDE + place * room, 1), word) for place, word in marks)
    return Columns(title, unit, width, height, tuple(made), lines)
