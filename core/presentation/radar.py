"""A radar of shares as plain data: how much of each part was reached, beside what the others reached.

Fewer than three axes make no area; then the picture stays empty and the caller shows bars.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

LEAST = 3
#: Room above and below for the words of an axis.
EDGE = 54
RINGS = (25, 50, 75, 100)
#: Signs of a name on one line, and the lines it may take.
LINE, LINES = 8, 2


@dataclass(frozen=True)
class Axis:
    """One axis: where it ends, where its figure lies, its name in lines and the figure in words."""

    label: str
    lines: tuple[str, ...]
    text: str
    share: Decimal
    x: float
    y: float
    at_x: float
    at_y: float
    name_x: float
    name_y: tuple[float, ...]
    text_y: float
    anchor: str


@dataclass(frozen=True)
class Radar:
    """A picture of `width` × `height`; `area`, `beside` and `rings` are the points of polygons."""

    title: str
    width: int
    height: int
    x: float
    y: float
    axes: tuple[Axis, ...] = ()
    area: str = ""
    beside: str = ""
    rings: tuple[str, ...] = ()
    label: str = ""
    beside_label: str = ""


def radar(
    title: str,
    rows: Sequence[tuple[str, Decimal, str]],
    *,
    beside: Sequence[Decimal] = (),
    label: str = "",
    beside_label: str = "",
    width: int = 330,
    height: int = 250,
) -> Radar:
    """(name, share from 0 to 1, figure in words) for each axis → the picture.

    `beside` are the shares of a second, pale area (the mean of a group), one for each axis or none at all.
    """
    x = width / 2
    if len(rows) < LEAST:
        return Radar(title, width, height, x, height / 2)
    angles = [2 * math.pi * place / len(rows) for place in range(len(rows))]
    # a triangle reaches further up than down: it gets the room it leaves below
    reach = round((height - 2 * EDGE) / (1 + max(-math.cos(angle) for angle in angles)), 1)
    reach = min(reach, width / 2 - EDGE - 30)
    y = EDGE + reach
    return Radar(
        title,
        width,
        height,
        x,
        y,
        axes=tuple(_axis(row, angle, x, y, reach) for row, angle in zip(rows, angles, strict=True)),
        area=_points(angles, [row[1] for row in rows], x, y, reach),
        beside=_points(angles, beside, x, y, reach) if len(beside) == len(rows) else "",
        rings=tuple(_points(angles, [Decimal(ring) / 100] * len(rows), x, y, reach) for ring in RINGS),
        label=label,
        beside_label=beside_label if len(beside) == len(rows) else "",
    )


def _clamped(share: Decimal) -> float:
    return min(max(float(share), 0.0), 1.0)


def _points(angles: Sequence[float], shares: Sequence[Decimal], x: float, y: float, reach: float) -> str:
    return " ".join(
        f"{_at(angle, _clamped(share) * reach, x, y)[0]},{_at(angle, _clamped(share) * reach, x, y)[1]}"
        for angle, share in zip(angles, shares, strict=True)
    )


def _at(angle: float, length: float, x: float, y: float) -> tuple[float, float]:
    """From the top, clockwise."""
    return round(x + length * math.sin(angle), 1), round(y - length * math.cos(angle), 1)


def _axis(row: tuple[str, Decimal, str], angle: float, x: float, y: float, reach: float) -> Axis:
    label, share, text = row
    end, at = _at(angle, reach, x, y), _at(angle, _clamped(share) * reach, x, y)
    name_x, name_y = _at(angle, reach + 12, x, y)
    side, lines = math.sin(angle), _lines(label)
    anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
    block = 13 * (len(lines) + 1)
    # above the picture the words end at the axis, below they begin there, beside they stand in the middle
    top = (
        name_y - block if math.cos(angle) > 0.8 else name_y if math.cos(angle) < -0.8 else name_y - block / 2
    )
    heights = [round(top + 11 + 13 * place, 1) for place in range(len(lines) + 1)]
    return Axis(label, lines, text, share, *end, *at, name_x, tuple(heights[:-1]), heights[-1], anchor)


def _lines(label: str) -> tuple[str, ...]:
    """A name in at most two lines of about the same length; what does not fit ends in an ellipsis."""
    count = math.ceil(len(label) / LINE)
    size = LINE if count > LINES else math.ceil(len(label) / max(count, 1))
    parts = [label[at : at + size] for at in range(0, len(label), max(size, 1))]
    if len(parts) > LINES:
        parts = [*parts[: LINES - 1], parts[LINES - 1][: LINE - 1] + "…"]
    return tuple(parts) or ("",)
