"""A run in a few figures, and how much hangs on where the grade lines are drawn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

import numpy as np

from evaluation.scoring.engine import Outcome
from evaluation.scoring.grades import UNGRADED
from evaluation.scoring.numbers import SCALE, away_from_zero, fixed, plain, scaled
from evaluation.scoring.program import Program


def summary(outcome: Outcome) -> dict[str, Any]:
    """``{"grades": {grade: count}, "ungraded", "mean", "highest", "lowest", "sensitivity"}`` of a run.

    The mean is half-up; it and the extremes are over everybody who was rated, the sensitivity over those without a
    veto, whom no line moves.
    """
    program, grades = outcome.program, outcome.standing.grade
    totals = outcome.total[outcome.rated]
    open_ = outcome.total[outcome.rated & ~outcome.vetoed]
    count = len(totals)
    return {
        "grades": {band.grade: int((grades == place).sum()) for place, band in enumerate(program.bands)},
        "ungraded": int((grades == UNGRADED).sum()),
        "mean": fixed(away_from_zero(int(totals.sum()), count) if count else 0, 2),
        "highest": fixed(int(np.max(totals, initial=0)), 2),
        "lowest": fixed(int(totals.min()) if count else 0, 2),
        "sensitivity": sensitivity(program, [fixed(total, 2) for total in open_.tolist()]),
    }


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
