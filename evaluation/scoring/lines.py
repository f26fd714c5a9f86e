"""How much hangs on where the grade lines are drawn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from evaluation.scoring.numbers import SCALE, fixed, plain, scaled
from evaluation.scoring.program import Program


def sensitivity(
    program: Program, totals: Sequence[str], steps: Sequence[str] = ("-2", "-1", "1", "2")
) -> list[dict[str, Any]]:
    """For each line that can be moved: how many entities change grade when it alone moves by so many points.

    ``totals`` are those of the entities without a veto, as text.  Answers rows ``{"grade", "word", "from", "moves":
    [{"by", "from", "changed"}]}``; a line stays between its neighbours, and a move beyond them counts up to them.
    """
    reached = sorted(scaled(str(total)) // 100 for total in totals)
    bands = program.bands
    found = []
    for place, band in enumerate(bands[:-1]):
        highest = bands[place - 1].start if place else 100 * 100
        lowest = bands[place + 1].start
        moves = []
        for step in steps:
            line = band.start + scaled(step) * 100 // SCALE
            line = min(max(line, lowest), highest)
            changed = abs(bisect_left(reached, line) - bisect_left(reached, band.start))
            moves.append({"by": plain(scaled(step)), "from": fixed(line, 2), "changed": str(changed)})
        found.append({"grade": band.grade, "word": band.word, "from": fixed(band.start, 2), "moves": moves})
    return found
