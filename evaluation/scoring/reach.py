"""What would have reached the next grade: the points that are missing, and for each indicator what it alone could add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from evaluation.scheme.choices import Method
from evaluation.scoring.inputs import GIVEN, MISSING, Inputs, read_row
from evaluation.scoring.methods import scores_of
from evaluation.scoring.numbers import FULL, MOST, SCALE, fixed, plain, scaled
from evaluation.scoring.program import Program, Rule

#: Values are looked for in hundredths of the unit, of things that are counted in whole ones.
_FINE, _WHOLE = SCALE // 100, SCALE
_COUNTED = (Method.COUNT, Method.BOOLEAN)


def reach(program: Program, row: Mapping[str, Any], outcome: Mapping[str, Any]) -> dict[str, Any]:
    """``{"next", "needed", "indicators": {code: {"value", "gain"}}}`` of one entity.

    ``next`` is the grade above, None for the highest, under a veto and where only a limit of its share stands in the
    way; ``needed`` the points to its line.  ``gain`` is what an indicator could still add at most, ``value`` the
    least change of it alone that reaches the line: None if it cannot, or if it is compared with others that move too.
    Percentile bounds are taken as they stand.  Indicators that do not count are left out.
    """
    grades = [band.grade for band in program.bands]
    place = grades.index(outcome["grade"]) if outcome["grade"] in grades else 0
    total = _hundredths(outcome["total"])
    above = program.bands[place - 1] if place and not outcome["veto"] else None
    if above is not None and above.start <= total:
        above = None
    needed = above.start - total if above is not None else 0
    cells = read_row(program, row)
    found = {}
    for column, rule in enumerate(program.rules):
        said = outcome["indicators"][rule.code]
        weight = scaled(said["weight"])
        if not weight:
            continue
        mine = _One(rule, cells.values[column], cells.targets[column], cells.given[column], said)
        gain = max(rule.most * weight // FULL - scaled(said["points"]), 0)
        value = mine.value_for(_wanted(program, outcome, column, needed)) if above is not None else None
        found[rule.code] = {"value": value, "gain": fixed(gain // 100, 2)}
    return {
        "next": above.grade if above is not None else None,
        "needed": fixed(needed, 2),
        "indicators": found,
    }


def _hundredths(text: str) -> int:
    return scaled(text) // 100


def _wanted(program: Program, outcome: Mapping[str, Any], column: int, needed: int) -> int:
    """The score that this indicator has to have, all else equal, so that the total comes to the line.

    Everything is exact: the sum of score·weight has to reach the base that rounds to what is needed.
    """
    code = program.codes[column]
    others = sum(
        scaled(said["score"]) * scaled(said["weight"])
        for other, said in outcome["indicators"].items()
        if other != code
    )
    noted = _hundredths(outcome["bonus"]) - _hundredths(outcome["deduction"])
    line = _hundredths(outcome["total"]) + needed
    if program.scheme.whole_points:
        line -= 50
    unit = FULL * SCALE // 100
    least = (line - noted) * unit - unit // 2
    weight = scaled(outcome["indicators"][code]["weight"])
    return -((others - least) // weight)


class _One:
    """One indicator of one entity, to be asked what score other values would have."""

    def __init__(self, rule: Rule, value: int, target: int, given: int, said: Mapping[str, Any]) -> None:
        self.value, self.target, self.known = value, target, given == GIVEN
        self.answerable = given in (GIVEN, MISSING) and rule.method not in (Method.MINMAX, Method.RANK)
        if rule.method == Method.TARGET and not self.known:
            self.answerable = False
        if rule.percentiles is not None:
            low, high = (scaled(bound) for bound in said["bounds"])
            rule = replace(rule, low=low, high=high, percentiles=None)
        self.rule = rule
        whole = rule.method in _COUNTED and value % SCALE == 0 and rule.full % SCALE == 0
        self.grain = _WHOLE if whole else _FINE

    def score(self, value: int) -> int:
        """Its score at a value."""
        inputs = Inputs(
            values=np.array([[value]], np.int64),
            targets=np.array([[self.target]], np.int64),
            given=np.array([[GIVEN]], np.uint8),
            bonus=np.zeros((1, 0), np.bool_),
            deduct=np.zeros((1, 0), np.bool_),
            vetoes=np.zeros((1, 0), np.bool_),
            groups=np.zeros(1, np.int32),
        )
        return int(scores_of(self.rule, inputs, 0, None)[0])

    def value_for(self, wanted: int) -> str | None:
        """The nearest value whose score is at least that, by halving: scores never fall the better way."""
        if not self.answerable or wanted > self.rule.most:
            return None
        way = -1 if self.rule.down else 1
        high = MOST // self.grain
        low = self.value * way // self.grain if self.known else -high
        if self.score(high * self.grain * way) < wanted:
            return None
        while high - low > 1:
            middle = (low + high) // 2
            if self.score(middle * self.grain * way) >= wanted:
                high = middle
            else:
                low = middle
        return plain(high * self.grain * way)
