"""What a group reached: extremes, percentiles and sorted values. Everything else is scored entity by entity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from evaluation.scheme.choices import Method
from evaluation.scoring.inputs import GIVEN, Inputs
from evaluation.scoring.numbers import Ints, away_from_zero
from evaluation.scoring.program import Before, Program, Rule

#: Percentiles say something from so many values on (domain: strategic clusters); fewer use the fixed bounds.
FEWEST_FOR_PERCENTILES = 8
#: Ranks say something from so many entrants on; fewer are placed between the extremes.
FEWEST_FOR_RANKS = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """One indicator that is compared: bounds by group, and for ranks the sorted values by group."""

    low: Ints
    high: Ints
    sorted: tuple[Ints, ...] = ()


Reference = dict[int, Figures]


def of_groups(inputs: Inputs) -> Iterator[Ints]:
    """The places of the entities of each group, groups in their order."""
    order = np.argsort(inputs.groups, kind="stable")
    count = int(inputs.groups.max()) + 1 if len(inputs) else 0
    ends = np.cumsum(np.bincount(inputs.groups, minlength=count))
    return iter(np.split(order, ends[:-1])) if count else iter(())


def reference(program: Program, inputs: Inputs) -> Reference:
    """Column → figures of the groups, for the indicators that need them.

    Only values that were given count.  Those of a vetoed entity do: the veto concerns its grade, not its figures.
    """
    columns = [place for place, rule in enumerate(program.rules) if rule.of_group]
    if not columns:
        return {}
    groups = list(of_groups(inputs))
    return {
        column: _figures(program.rules[column], inputs, column, groups, program.before) for column in columns
    }


def _figures(rule: Rule, inputs: Inputs, column: int, groups: list[Ints], before: Before) -> Figures:
    low, high, values_of = [], [], []
    earlier = before.get(rule.code) or {}
    for number, places in enumerate(groups):
        values = inputs.values[places, column]
        values = np.sort(values[inputs.given[places, column] == GIVEN])
        bounds = (rule.low, rule.high)
        if rule.percentiles is not None:
            held = earlier.get(inputs.names[number], ()) if earlier else ()
            bounds = _percentiles(rule, np.sort(np.append(values, np.array(held, np.int64))))
        elif len(values):
            bounds = (int(values[0]), int(values[-1]))
        low.append(bounds[0])
        high.append(bounds[1])
        values_of.append(values)
    kept = tuple(values_of) if rule.method == Method.RANK else ()
    return Figures(np.array(low, np.int64), np.array(high, np.int64), kept)


def _percentiles(rule: Rule, values: Ints) -> tuple[int, int]:
    """Both percentiles of a large enough group, the fixed bounds in a small one or where the two are equal."""
    fixed = (rule.low, rule.high)
    if rule.percentiles is None or len(values) < FEWEST_FOR_PERCENTILES:
        return fixed
    low, high = (percentile(values, mark) for mark in rule.percentiles)
    return (low, high) if low < high else fixed


def percentile(values: Ints, percent: int) -> int:
    """Between the two nearest of the sorted values: at ``(n − 1) · percent / 100``, rounded to four decimals.

    |values| ≤ 1e13, so 100 times a value stays in the range of int64 and Python's integers are exact anyway.
    """
    place, part = divmod((len(values) - 1) * percent, 100)
    lower = int(values[place])
    upper = int(values[min(place + 1, len(values) - 1)])
    return away_from_zero(lower * 100 + (upper - lower) * part, 100)
