"""Rows of an outcome as JSON text, written straight from the arrays.

The text is what ``json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))`` gives for the same row:
it can be stored and digested as it stands, and written again from the database to the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from evaluation.scoring.inputs import GIVEN, MISSING, NOT_APPLICABLE
from evaluation.scoring.numbers import FULL, SCALE, fixed, plain
from evaluation.scoring.program import Program

if TYPE_CHECKING:
    from evaluation.scoring.engine import Outcome, Points

#: So many rows are turned into Python objects at a time.
BLOCK = 1_000
#: So many cells of an indicator are remembered from block to block: counts come again, measured figures hardly.
MOST_KNOWN = 1_000
#: Value, state, score and weight.
Cell = tuple[int, int, int, int]
_SAID = '{%s"lost":"%d.%04d","points":"%d.%04d","score":"%d.%04d","value":%s,"weight":"%d.%04d"}'
_GIVEN = {GIVEN: "", MISSING: '"given":"missing",', NOT_APPLICABLE: '"given":"not_applicable",'}


def texts(outcome: Outcome, start: int, stop: int) -> Iterator[str]:
    """The rows as JSON text. Keys stand in the order of the alphabet, so that no other writer comes to other bytes."""
    program = outcome.program
    order = sorted(range(len(program.rules)), key=program.codes.__getitem__)
    inner = ",".join(f'"{program.codes[place]}":%s' for place in order)
    template = f'{{%s,"indicators":{{{inner}}},%s}}'
    known: list[dict[Cell, str]] = [{} for _rule in program.rules]
    for first in range(start, stop, BLOCK):
        at = slice(first, min(first + BLOCK, stop))
        points = outcome.points(at.start, at.stop)
        columns = [_indicator(outcome, points, place, at, known[place]) for place in order]
        for row in zip(_starts(outcome, points, at), *columns, _ends(outcome, at), strict=True):
            yield template % row


def _starts(outcome: Outcome, points: Points, at: slice) -> Iterator[str]:
    grades = [_text(band.grade) for band in outcome.program.bands]
    rows = zip(
        *(numbers.tolist() for numbers in (points.base, points.bonus, points.deduction)),
        _graded(grades, outcome.standing.grade[at]),
        strict=True,
    )
    for base, bonus, deduction, grade in rows:
        yield (
            f'"base":"{fixed(base, 2)}","bonus":"{fixed(bonus, 2)}","deduction":"{fixed(deduction, 2)}","grade":{grade}'
        )


def _ends(outcome: Outcome, at: slice) -> Iterator[str]:
    standing, words = outcome.standing, [_text(band.word) for band in outcome.program.bands]
    rows = zip(
        *(numbers[at].tolist() for numbers in (standing.size, standing.rank, outcome.total)),
        _vetoes(outcome.program, outcome.inputs.vetoes[at]),
        _graded(words, standing.grade[at]),
        strict=True,
    )
    for size, rank, total, veto, word in rows:
        yield f'"of":"{size}","rank":"{rank}","total":"{fixed(total, 2)}","veto":{veto},"word":{word}'


def _indicator(outcome: Outcome, points: Points, place: int, at: slice, known: dict[Cell, str]) -> list[str]:
    """One indicator of each entity. Everything follows from four numbers, and the same ones come again and again."""
    rule = outcome.program.rules[place]
    cells: Iterator[Cell] = zip(
        outcome.inputs.values[at, place].tolist(),
        outcome.inputs.given[at, place].tolist(),
        points.scores[:, place].tolist(),
        points.weights[:, place].tolist(),
        strict=True,
    )
    if len(known) > MOST_KNOWN:
        known.clear()
    found = []
    for cell in cells:
        text = known.get(cell)
        if text is None:
            text = known[cell] = _said(*cell)
        found.append(text)
    if rule.of_group:
        return [
            f"{{{bounds}{text[1:]}" for bounds, text in zip(_bounds(outcome, place, at), found, strict=True)
        ]
    return found


def _said(value: int, state: int, score: int, weight: int) -> str:
    points = (score * weight + FULL // 2) // FULL
    lost = weight - points if weight > points else 0
    # One formatting of whole parts and fractions: this line is most of the time that a run takes.
    return _SAID % (
        _GIVEN[state], lost // SCALE, lost % SCALE, points // SCALE, points % SCALE, score // SCALE, score % SCALE,
        f'"{plain(value)}"' if state == GIVEN else "null", weight // SCALE, weight % SCALE,
    )  # fmt: skip


def _bounds(outcome: Outcome, column: int, at: slice) -> list[str]:
    figures = outcome.reference[column]
    told = [
        f'"bounds":["{plain(low)}","{plain(high)}"],'
        for low, high in zip(figures.low.tolist(), figures.high.tolist(), strict=True)
    ]
    return [told[group] for group in outcome.inputs.groups[at].tolist()]


def _graded(words: list[str], grades: Any) -> list[str]:
    words = [*words, '""']  # UNGRADED is −1, the last
    return [words[grade] for grade in grades.tolist()]


def _vetoes(program: Program, flags: Any) -> list[str]:
    none = "[]"
    some = flags.any(axis=1).tolist()
    return [
        _text([key for (key, _none), on in zip(program.vetoes, row, strict=True) if on]) if any_ else none
        for row, any_ in zip(flags.tolist(), some, strict=True)
    ]


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
