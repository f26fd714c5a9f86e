"""Bars of shares as plain data: for each row how much of the whole was reached; never without a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

#: A row; the name before the bar, the figure after it.
ROW, THICK, NAME, FIGURE = 19, 11, 178, 84
#: Half-width signs of a name that fit before the bar.
SIGNS = 30


@dataclass(frozen=True)
class Meter:
    """One bar: `width` of `track` is full; `mark` is where the others stand, if that is known."""

    label: str
    name: str
    text: str
    share: Decimal
    width: float
    mark: float | None
    bar_y: int
    text_y: int
    note: str


@dataclass(frozen=True)
class Meters:
    """A picture of `width` × `height`; bars begin at `left` and are `track` long at most."""

    title: str
    width: int
    height: int
    left: int
    track: int
    bars: tuple[Meter, ...]
    mark_label: str = ""

    @property
    def end(self) -> int:
        """Where the figures begin."""
        return self.left + self.track + 8


@dataclass(frozen=True)
class Row:
    """What is drawn: a name, a share from 0 to 1, its figure in words, the share of the others, a note in the bar."""

    label: str
    share: Decimal
    text: str
    beside: Decimal | None = None
    note: str = ""


def meters(title: str, rows: Sequence[Row], *, mark_label: str = "", width: int = 560) -> Meters:
    """Rows in order → the picture; without rows it has no bars."""
    track = width - NAME - FIGURE - 8
    made = tuple(_meter(row, track, place * ROW) for place, row in enumerate(rows))
    marked = any(bar.mark is not None for bar in made)
    return Meters(title, width, max(len(rows), 1) * ROW, NAME, track, made, mark_label if marked else "")


def _meter(row: Row, track: int, top: int) -> Meter:
    mark = None if row.beside is None else round(NAME + _clamped(row.beside) * track, 1)
    width = round(_clamped(row.share) * track, 1)
    bar_y = top + (ROW - THICK) // 2
    name = shortened(row.label, SIGNS)
    return Meter(row.label, name, row.text, row.share, width, mark, bar_y, bar_y + THICK - 2, row.note)


def _clamped(share: Decimal) -> float:
    return min(max(float(share), 0.0), 1.0)


def shortened(text: str, signs: int) -> str:
    """The beginning of `text` that takes `signs` half-width columns, with an ellipsis where something is missing."""
    wide = [1 if sign.isascii() else 2 for sign in text]
    if sum(wide) <= signs:
        return text
    taken, at = 0, 0
    while taken + wide[at] <= signs - 2:
        taken, at = taken + wide[at], at + 1
    return text[:at] + "…"
