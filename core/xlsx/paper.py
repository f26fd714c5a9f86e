"""How a list is laid on paper: as large as a person can read, on as few sheets side by side as that allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

A3, A4 = 8, 9
#: Characters of the usual letter that a landscape page takes at full size, between its margins.
_WIDE = {A4: 138, A3: 205}
#: Nothing is printed smaller than this part of full size: 11 points become 8.
_SMALLEST = 0.72
LINE = 15.0  # points


@dataclass(frozen=True)
class Paper:
    """The sheet of paper, how many of them stand beside each other, and the first columns that all of them show."""

    size: int
    across: int = 1
    repeated: int = 0


def paper_for(keys: Sequence[str], widths: Sequence[float]) -> Paper:
    """A4 where the columns fit on it legibly, else A3; what is wider still goes on beside it, each sheet with the name."""
    total = sum(widths) * _SMALLEST
    for size, wide in _WIDE.items():
        if total <= wide:
            return Paper(size)
    repeated = keys.index("name") + 1 if "name" in keys[:3] else 1
    first = sum(widths[:repeated]) * _SMALLEST
    return Paper(A3, ceil((total - first) / (_WIDE[A3] - first)), repeated)


def row_height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Points that a row of texts needs: nothing of a long one may be cut off."""
    lines = (ceil(columns_of(text) / max(width - 2, 1)) for text, width in zip(texts, widths, strict=True))
    return LINE * max(1, max(lines, default=1)) + 3


def columns_of(text: str) -> float:
    """How wide a text is: a letter counts once, a Chinese character (three bytes) twice."""
    return (len(text.encode("utf-8", "replace")) + len(text)) / 2
