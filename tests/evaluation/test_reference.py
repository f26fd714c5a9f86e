"""The fast engine and the slow Decimal one say the same, to the last digit, about 100,000 random entities."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.scheme.choices import Method
from evaluation.scoring import Inputs, Outcome, compile_scheme, score
from evaluation.scoring.engine import points_of
from evaluation.scoring.groups import percentile, reference
from evaluation.scoring.numbers import SCALE, away_from_zero, fixed, part_of, plain, scaled
from tests.evaluation import reference as slow
from tests.evaluation.cases import random_case

ENTITIES, SCHEMES, PARTS = 250, 400, 8


def fast(seed: int) -> Outcome:
    doc, rows = random_case(seed, ENTITIES)
    program = compile_scheme(doc)
    return score(program, Inputs.from_rows(program, rows))


@pytest.mark.parametrize("part", range(PARTS))
def test_both_agree_on_a_hundred_thousand_entities(part: int) -> None:
    assert SCHEMES * ENTITIES == 100_000
    for seed in range(part, SCHEMES, PARTS):
        doc, rows = random_case(seed, ENTITIES)
        program = compile_scheme(doc)
        found = score(program, Inputs.from_rows(program, rows)).rows()
        for place, (mine, wanted) in enumerate(zip(found, slow.evaluate(doc, rows), strict=True)):
            assert mine == wanted, f"seed {seed}, entity {place}"


def test_the_cases_have_everything_in_them() -> None:
    """What the random cases never show is not proved by them."""
    seen: set[str] = set()
    for seed in range(0, SCHEMES, 5):
        outcome = fast(seed)
        rules = outcome.program.rules
        seen |= {f"{rule.method} {'down' if rule.down else 'up'}" for rule in rules}
        seen |= {"percentiles" for rule in rules if rule.percentiles}
        seen |= {f"growth {rule.growth}" for rule in rules if rule.method == "efficacy"}
        for row in outcome.rows():
            seen.add(f"grade {row['grade']}")
            seen |= {f"cell {cell.get('given', 'given')}" for cell in row["indicators"].values()}
            seen |= {"over the target" for cell in row["indicators"].values() if cell["score"] > "100.0000"}
            seen |= {"vetoed"} if row["veto"] else set()
            seen |= {"bonus at its cap"} if row["bonus"] == "5.00" else set()
            seen |= {"deduction at its cap"} if row["deduction"] == "10.00" else set()
            seen |= {"nothing"} if row["total"] == "0.00" else set()
            if row["grade"] == "good" and Decimal(row["total"]) >= 85:
                seen.add("kept from excellent by a limit")
    up = {f"{method} up" for method in Method.values}
    down = {"efficacy down", "minmax down", "rank down"}
    grades = {f"grade {grade}" for grade in ("excellent", "good", "pass", "fail", "")}
    cells = {"cell given", "cell missing", "cell not_applicable"}
    other = {"percentiles", "growth True", "growth False", "over the target", "vetoed", "bonus at its cap",
             "deduction at its cap", "nothing", "kept from excellent by a limit"}  # fmt: skip
    assert up | down | grades | cells | other <= seen


def test_blocks_give_what_the_whole_gives() -> None:
    for seed in range(12):
        outcome = fast(seed)
        compared, whole = reference(outcome.program, outcome.inputs), outcome.points()
        for start in range(0, ENTITIES, 70):
            block = points_of(outcome.program, outcome.inputs.block(start, start + 70), compared)
            at = slice(start, start + 70)
            assert (block.scores == whole.scores[at]).all()
            assert (block.weights == whole.weights[at]).all()
            assert (block.total == outcome.total[at]).all()
        assert list(outcome.texts(0, 99)) + list(outcome.texts(99)) == list(outcome.texts())


def test_a_second_run_gives_the_same_bytes_and_the_text_is_plain_json() -> None:
    for seed in range(12):
        texts = list(fast(seed).texts())
        assert texts == list(fast(seed).texts())
        for text in texts:
            row = json.loads(text)
            assert json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == text


@pytest.mark.parametrize("round_half_even", [False, True])
def test_a_float_engine_would_differ(round_half_even: bool) -> None:
    """The control: the same sums in floats, rounded as Python rounds or half-up, give other totals somewhere."""
    differences = 0
    for seed in range(40):
        outcome = fast(seed)
        points = outcome.points()
        sums = (points.scores / SCALE * (points.weights / SCALE) / 100).sum(axis=1)
        for mine, total in zip(sums, points.base, strict=True):
            floating = round(float(mine), 2) if round_half_even else int(float(mine) * 100 + 0.5) / 100
            differences += f"{floating:.2f}" != fixed(int(total), 2)
    assert differences > 0


# --- the small parts ---


@given(
    amount=st.integers(0, 2 * 10**13), points=st.integers(0, 2 * 10**6), whole=st.integers(1, 10**14)
)  # fmt: skip
def test_the_division_is_exact_and_rounds_ties_as_told(amount: int, points: int, whole: int) -> None:
    amount = min(amount, whole * 2)
    exact = Fraction(amount * points, whole)
    up = part_of(np.array([amount], np.int64), points, np.array([whole], np.int64))[0]
    down = part_of(np.array([amount], np.int64), points, np.array([whole], np.int64), ties_up=False)[0]
    assert up == (exact + Fraction(1, 2)).__floor__()
    assert down == (exact - Fraction(1, 2)).__ceil__()


@given(numerator=st.integers(-(10**16), 10**16), divisor=st.integers(1, 10**4))
def test_a_half_below_zero_goes_away_from_it(numerator: int, divisor: int) -> None:
    exact = Decimal(numerator) / Decimal(divisor)
    assert away_from_zero(numerator, divisor) == exact.to_integral_value(rounding=ROUND_HALF_UP)


def test_a_half_below_zero_by_hand() -> None:
    assert [away_from_zero(number, 2) for number in (-3, -1, 1, 3)] == [-2, -1, 1, 2]
    assert percentile(np.array([-10, -5], np.int64), 50) == -8  # −7.5 ten-thousandths
    assert percentile(np.array([5, 10], np.int64), 50) == 8


@given(number=st.integers(-(10**13), 10**13))
def test_text_and_number_are_the_same(number: int) -> None:
    assert scaled(plain(number)) == number
