"""The pure function: a program and arrays of inputs in, every figure of the evaluation out.

Integers only.  The order of the arithmetic, and where it is rounded:

1. score of an indicator, 0–100 with four places, half-up (``methods``);
2. effective weights with four places that make 100 (``weights``);
3. base: sum of score·weight/100, exact, then two places half-up;
4. total: base + bonus − deduction, each with its cap, never below 0; a whole number half-up if the scheme says so;
5. grade on the rounded total; a veto gives the lowest (``grades``).

Points of one indicator are shown with four places half-up; they are not what the total is made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from evaluation.scoring import writing
from evaluation.scoring.grades import Standing, settle
from evaluation.scoring.groups import Reference, reference
from evaluation.scoring.inputs import GIVEN, MISSING, Flags, Inputs
from evaluation.scoring.methods import scores_of
from evaluation.scoring.numbers import FULL, SCALE, Ints, fixed
from evaluation.scoring.program import Program
from evaluation.scoring.weights import effective

#: So many entities are scored at a time.
BLOCK = 4_096


@dataclass(frozen=True, slots=True)
class Points:
    """What each entity has by itself. Scores and weights in ten-thousandths, the rest in hundredths."""

    scores: Ints
    weights: Ints
    base: Ints
    bonus: Ints
    deduction: Ints
    total: Ints
    vetoed: Flags
    rated: Flags


@dataclass(frozen=True, slots=True)
class Outcome:
    """Who reached what. Totals, grades and ranks are kept; what they are made of is computed again, block by block."""

    program: Program
    inputs: Inputs
    reference: Reference
    total: Ints
    vetoed: Flags
    rated: Flags
    standing: Standing

    def __len__(self) -> int:
        return len(self.inputs)

    def points(self, start: int = 0, stop: int | None = None) -> Points:
        """Scores, weights and sums of these entities."""
        block = self.inputs.block(start, len(self) if stop is None else stop)
        return points_of(self.program, block, self.reference)

    def texts(self, start: int = 0, stop: int | None = None) -> Iterator[str]:
        """The canonical JSON text of each entity's row (keys sorted), the same bytes for the same inputs."""
        return writing.texts(self, start, len(self) if stop is None else min(stop, len(self)))

    def rows(self, start: int = 0, stop: int | None = None) -> Iterator[dict[str, Any]]:
        """The rows as JSON: ``{"indicators": {code: {"value", "score", "weight", "points", "lost"}}, "base", "bonus",
        "deduction", "total", "grade", "word", "rank", "of", "veto"}``, numbers as text.

        ``value`` is null where none was given, and ``given`` then says ``missing`` or ``not_applicable``;
        ``bounds`` stands with indicators that are compared.  Where no indicator applied, ``rank`` is 0 and ``grade``
        empty, unless a veto gives the lowest.
        """
        return map(json.loads, self.texts(start, stop))

    def results(self) -> Iterator[tuple[str, str, int]]:
        """Total as text, key of the grade, rank, of each entity."""
        grades = [*(band.grade for band in self.program.bands), ""]
        for total, grade, rank in zip(
            self.total.tolist(), self.standing.grade.tolist(), self.standing.rank.tolist(), strict=True
        ):
            yield fixed(total, 2), grades[grade], rank


def score(program: Program, inputs: Inputs) -> Outcome:
    """Score everybody. Groups are compared among each other, so a run is one call over all its entities."""
    compared = reference(program, inputs)
    total = np.zeros(len(inputs), np.int64)
    vetoed, rated = np.zeros(len(inputs), np.bool_), np.zeros(len(inputs), np.bool_)
    for start in range(0, len(inputs), BLOCK):
        at = slice(start, start + BLOCK)
        block = points_of(program, inputs.block(start, start + BLOCK), compared)
        total[at], vetoed[at], rated[at] = block.total, block.vetoed, block.rated
    standing = settle(program, total, inputs.groups, vetoed, rated)
    return Outcome(program, inputs, compared, total, vetoed, rated, standing)


def points_of(program: Program, inputs: Inputs, compared: Reference) -> Points:
    """Everything that does not need the totals of the others; may be asked block by block."""
    given = inputs.given
    spreads = np.array([rule.spreads for rule in program.rules], np.bool_)
    counts = (given == GIVEN) | ((given == MISSING) & ~spreads)
    weights = effective(program, counts)
    scores = np.zeros(given.shape, np.int64)
    for column, rule in enumerate(program.rules):
        reached = scores_of(rule, inputs, column, compared.get(column))
        scores[:, column] = np.where(given[:, column] == GIVEN, reached, 0)
    # ≤ 2e6 · 1e6 (weights make 1e6), half a hundredth is 5e7 of these.
    base = ((scores * weights).sum(axis=1) + FULL * SCALE // 200) // (FULL * SCALE // 100)
    bonus = _notes(inputs.bonus, program.bonuses, program.bonus_cap)
    deduction = _notes(inputs.deduct, program.deductions, program.deduction_cap)
    total = np.maximum(base + bonus - deduction, 0)
    if program.scheme.whole_points:
        total = (total + 50) // 100 * 100
    vetoed: Flags = np.logical_or.reduce(inputs.vetoes, axis=1)
    rated: Flags = np.logical_or.reduce(counts, axis=1)
    return Points(scores, weights, base, bonus, deduction, total, vetoed, rated)


def _notes(flags: Flags, notes: tuple[tuple[str, int], ...], cap: int) -> Ints:
    points = np.array([points for _key, points in notes], np.int64)
    return np.minimum((flags * points).sum(axis=1, dtype=np.int64), cap)
