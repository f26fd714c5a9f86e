"""From values to scores of 0 to 100 (0 to 1e6 in ten-thousandths), one column at a time.

Every method rounds once, half-up, at four places.  Less is better is more is better with the sign turned.
Sources: domain §3; the 60/40 efficacy line is the usual one of the 功效系数法.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from evaluation.scheme.choices import Method
from evaluation.scoring.groups import FEWEST_FOR_RANKS, Figures
from evaluation.scoring.inputs import Inputs
from evaluation.scoring.numbers import FULL, SCALE, Ints, part_of
from evaluation.scoring.program import Rule

#: Where everybody reached the same, there is nothing to compare.
MIDDLE = FULL // 2


def scores_of(rule: Rule, inputs: Inputs, column: int, figures: Figures | None) -> Ints:
    """Scores of one indicator as if every value were given; the caller clears those that are not."""
    values = inputs.values[:, column]
    if rule.method == Method.TARGET:
        return _target(rule, values, inputs.targets[:, column])
    if figures is not None:
        return _compared(rule, values, inputs.groups, figures)
    if rule.method == Method.EFFICACY:
        low, high = np.full_like(values, rule.low), np.full_like(values, rule.high)
        return _efficacy(rule, values, low, high)
    return ALONE[rule.method](rule, values)


def _efficacy(rule: Rule, values: Ints, low: Ints, high: Ints) -> Ints:
    """``base + (100 − base)·(x − low)/(high − low)``, at most 100.

    Below ``low``: growth rates, and everything of which less is better, extend the line down to 0; amounts, counts
    and shares fall in proportion, ``base·x/low``, nothing is 0, and so is anything below where ``low`` is not above 0.
    """
    growth = rule.growth or rule.down
    if rule.down:
        values, low, high = -values, -high, -low
    span = high - low
    above = part_of(np.clip(values - low, 0, span), FULL - rule.base, span) + rule.base
    if growth:
        # A tie of the whole score goes up, so a tie of what is taken away goes down.
        taken = part_of(np.maximum(low - values, 0), FULL - rule.base, span, ties_up=False)
        below = np.maximum(rule.base - taken, 0)
    else:
        whole = np.maximum(low, 1)
        below = np.where(low > 0, part_of(np.clip(values, 0, whole), rule.base, whole), 0)
    return np.where(values >= low, above, below)


def _compared(rule: Rule, values: Ints, groups: np.ndarray, figures: Figures) -> Ints:
    low, high = figures.low[groups], figures.high[groups]
    if rule.method == Method.EFFICACY:
        return _efficacy(rule, values, low, high)
    between = _between(rule, values, low, high)
    if rule.method == Method.MINMAX:
        return between
    for group, reached in enumerate(figures.sorted):
        if len(reached) >= FEWEST_FOR_RANKS:
            mine = groups == group
            between[mine] = _ranked(rule, values[mine], reached)
    return between


def _between(rule: Rule, values: Ints, low: Ints, high: Ints) -> Ints:
    """``(x − min)/(max − min)·100``; 50 where they are equal."""
    reached = high - values if rule.down else values - low
    span = np.maximum(high - low, 1)
    return np.where(high > low, part_of(np.clip(reached, 0, span), FULL, span), MIDDLE)


def _ranked(rule: Rule, values: Ints, reached: Ints) -> Ints:
    """``(n − r)/(n − 1)·100`` with the mean rank r of those who are level, the best first. Twice r is an integer."""
    below = np.searchsorted(reached, values, "left")
    not_above = np.searchsorted(reached, values, "right")
    count = len(reached)
    # r = better + (level + 1)/2, and n − r is the mean number of those behind.
    behind = below + not_above - 1 if not rule.down else 2 * count - below - not_above - 1
    return part_of(np.clip(behind, 0, 2 * (count - 1)).astype(np.int64), FULL, 2 * (count - 1))


def _target(rule: Rule, values: Ints, targets: Ints) -> Ints:
    """``min(x/target, cap)·100``; a target of nothing is attained.

    x ≤ 1e13 times 1e4 is 1e17, target ≤ 1e13 times cap ≤ 2e4 is 2e17: the comparison stays in range.
    """
    whole = np.maximum(targets, 1)
    most = rule.most
    reached = np.maximum(values, 0)
    attained = np.where(
        reached * SCALE >= whole * rule.cap, most, np.minimum(part_of(reached, FULL, whole), most)
    )
    return np.where(targets > 0, attained, FULL)


def _count(rule: Rule, values: Ints) -> Ints:
    """``x/full·100``, at most 100."""
    return part_of(np.clip(values, 0, rule.full), FULL, rule.full)


def _boolean(rule: Rule, values: Ints) -> Ints:
    """Anything above nothing is yes."""
    return np.where(values > 0, FULL, 0)


def _expert(rule: Rule, values: Ints) -> Ints:
    """The mean of the experts as it was computed before, 0 to 100."""
    return np.clip(values, 0, FULL)


def _steps(rule: Rule, values: Ints) -> Ints:
    """The last threshold that was reached: its points, and an increment for each *whole* unit above it.

    Increments are counted only up to the cap: rises ≤ (cap − points)/increment + 1, so that rises·increment stays
    below 2e13 + 1e13.
    """
    starts = np.array([step.start for step in rule.steps], np.int64)
    place = np.searchsorted(starts, values, "right") - 1
    reached, place = place >= 0, np.maximum(place, 0)
    points, per, increment, cap = (
        np.array([getattr(step, name) for step in rule.steps], np.int64)[place]
        for name in ("points", "per", "increment", "cap")
    )
    rises = np.maximum(values - starts[place], 0) // per
    rises = np.minimum(rises, (cap - points) // np.maximum(increment, 1) + 1)
    points = np.minimum(points + rises * increment, cap)
    return np.where(reached, part_of(points, FULL, rule.full), 0)


ALONE: dict[str, Callable[[Rule, Ints], Ints]] = {
    Method.COUNT: _count,
    Method.POINTS: _count,
    Method.BOOLEAN: _boolean,
    Method.EXPERT: _expert,
    Method.STEP: _steps,
    Method.LEVELS: _steps,
}
