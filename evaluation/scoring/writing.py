"""Rows of an outcome as JSON text, written straight from the arrays: one template, one row after the other.

The text is what ``json.dumps(row, ensure_ascii=False, separators=(",", ":"))`` gives for the same row, in a fixed
order of keys, so that its digest is the same on every run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from evaluation.scoring.inputs import GIVEN, MISSING, Bytes
from evaluation.scoring.numbers import SCALE, Ints, plain
from evaluation.scoring.program import Program

if TYPE_CHECKING:
    from evaluation.scoring.engine import Outcome

#: So many rows are turned into Python objects at a time.
BLOCK = 2_000
_NUMBER = '"%d.%04d"'
_ABSENT = {MISSING: 'null,"given":"missing"'}
_NONE = 'null,"given":"not_applicable"'


def rows(outcome: Outcome, start: int, stop: int) -> Iterator[dict[str, Any]]:
    """The rows as JSON."""
    return map(json.loads, texts(outcome, start, stop))


def texts(outcome: Outcome, start: int, stop: int) -> Iterator[str]:
    """The rows as JSON text."""
    template = _template(outcome.program)
    for first in range(start, stop, BLOCK):
        last = min(first + BLOCK, stop)
        for row in _cells(outcome, first, last).tolist():
            yield template % tuple(row)


def _template(program: Program) -> str:
    fields = "".join(f',"{name}":{_NUMBER}' for name in ("score", "weight", "points", "lost"))
    parts = []
    for rule in program.rules:
        parts.append(f'"{rule.code}":{{"value":%s{fields}{"%s" if rule.of_group else ""}}}')
    ends = "".join(f',"{name}":"%d.%02d"' for name in ("base", "bonus", "deduction", "total"))
    return f'{{"indicators":{{{",".join(parts)}}}{ends},"grade":%s,"rank":"%d","of":"%d","veto":%s}}'


def _cells(outcome: Outcome, start: int, stop: int) -> Any:
    """One row of the template's arguments for each entity."""
    at = slice(start, stop)
    program, inputs, points = outcome.program, outcome.inputs, outcome.points
    scores, weights = points.scores[at], points.weights[at]
    brought = (scores * weights + SCALE * 50) // (SCALE * 100)
    lost = np.maximum(weights - brought, 0)
    columns: list[Any] = []
    for place, rule in enumerate(program.rules):
        columns.append(_values(inputs.values[at, place], inputs.given[at, place]))
        for numbers in (scores, weights, brought, lost):
            columns += np.divmod(numbers[:, place], SCALE)
        if rule.of_group:
            columns.append(_bounds(outcome, place, at))
    for hundredths in (points.base, points.bonus, points.deduction, points.total):
        columns += np.divmod(hundredths[at], 100)
    columns.append(_grades(program, outcome.standing.grade[at]))
    columns += [outcome.standing.rank[at], outcome.standing.size[at]]
    columns.append(_vetoes(program, inputs.vetoes[at]))
    cells = np.empty((stop - start, len(columns)), object)
    for place, column in enumerate(columns):
        cells[:, place] = column
    return cells


def _values(values: Ints, given: Bytes) -> list[str]:
    return [
        f'"{plain(value)}"' if state == GIVEN else _ABSENT.get(state, _NONE)
        for value, state in zip(values.tolist(), given.tolist(), strict=True)
    ]


def _bounds(outcome: Outcome, column: int, at: slice) -> list[str]:
    figures = outcome.reference[column]
    told = [
        f',"bounds":["{plain(low)}","{plain(high)}"]'
        for low, high in zip(figures.low.tolist(), figures.high.tolist(), strict=True)
    ]
    return [told[group] for group in outcome.inputs.groups[at].tolist()]


def _grades(program: Program, grades: Any) -> list[str]:
    told = [f'{_text(band.grade)},"word":{_text(band.word)}' for band in program.bands]
    told.append('"","word":""')  # UNGRADED is the last from behind
    return [told[grade] for grade in grades.tolist()]


def _vetoes(program: Program, flags: Any) -> list[str]:
    none = "[]"
    some = flags.any(axis=1).tolist()
    return [
        _text([key for (key, _none), on in zip(program.vetoes, row, strict=True) if on]) if any_ else none
        for row, any_ in zip(flags.tolist(), some, strict=True)
    ]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
