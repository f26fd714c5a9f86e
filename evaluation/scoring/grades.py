"""Ranks and grades: the last step, for which the totals of everybody are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evaluation.scoring.groups import FEWEST_FOR_RANKS
from evaluation.scoring.numbers import Ints
from evaluation.scoring.program import Program

#: An entity to which no indicator applied has no rank, and unless a veto stands, no grade.
UNGRADED = -1
#: More than any total in hundredths: who is vetoed ranks behind everybody else.
BEHIND = 1_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """``grade``: place in ``program.bands``, or UNGRADED. ``rank`` counts from 1, those who are level share one."""

    grade: NDArray[np.int8]
    rank: NDArray[np.int32]
    size: NDArray[np.int32]


def settle(
    program: Program,
    totals: Ints,
    groups: NDArray[np.int32],
    vetoed: NDArray[np.bool_],
    rated: NDArray[np.bool_],
) -> Standing:
    """Grades by the lines, a veto to the lowest; then the limits of the highest grade in groups of five and more.

    ``excellent_share`` and ``excellent_top`` are never passed: where those who are level would pass the line
    together, none of them is excellent, and they take the next grade.
    """
    starts = np.array([band.start for band in program.bands], np.int64)
    # Bands fall, so the place is the number of lines above the total.
    grade = (totals[:, None] < starts[None, :]).sum(axis=1).astype(np.int8)
    grade[~rated] = UNGRADED
    grade[vetoed] = len(program.bands) - 1
    rank, last, size = ranks(np.where(vetoed, totals - BEHIND, totals), groups, rated)
    for limit in program.limits:
        # Percent · 100 of the group, rounded down: the share may not be exceeded.
        places = size.astype(np.int64) * limit // 10_000
        grade[(grade == 0) & (size >= FEWEST_FOR_RANKS) & (last > places)] = 1
    return Standing(grade, rank, size)


def ranks(
    keys: Ints, groups: NDArray[np.int32], rated: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Rank of each in its group (1, 1, 3 …), the last place that those level with it take, and how many are ranked."""
    rank, last, size = (np.zeros(len(keys), np.int32) for _column in range(3))
    places = np.flatnonzero(rated)
    order = places[np.argsort(groups[places], kind="stable")]
    if not len(order):
        return rank, last, size
    for mine in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        below = np.sort(-keys[mine])
        rank[mine] = np.searchsorted(below, -keys[mine], "left") + 1
        last[mine] = np.searchsorted(below, -keys[mine], "right")
        size[mine] = len(mine)
    return rank, last, size
