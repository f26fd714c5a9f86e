"""Pure arithmetic of the spine: marks, validity, draws."""

import datetime
from decimal import Decimal

import pytest

from filings.periods import last_day
from filings.scoring import criterion_result, total
from filings.services.review import draw


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-03-20", 36, "2029-03-19"),
        ("2026-01-31", 1, "2026-02-27"),
        ("2024-02-29", 12, "2025-02-27"),
        ("2024-02-29", 36, "2027-02-27"),
        ("2024-02-29", 48, "2028-02-28"),
        ("2026-12-01", 1, "2026-12-31"),
        ("2026-03-01", 36, "2029-02-28"),
    ],
)
def test_end_is_start_plus_months_clipped_minus_a_day(start, months, end):
    assert last_day(datetime.date.fromisoformat(start), months) == datetime.date.fromisoformat(end)


def marks(*values):
    return [Decimal(v) for v in values]


def test_extremes_are_dropped_from_five_up():
    five = criterion_result("c", marks("60", "80", "90", "70", "100"), 5)
    assert five.dropped == tuple(marks("60", "100"))
    assert five.mean == Decimal("80.0000")
    assert five.spread == Decimal(40)
    four = criterion_result("c", marks("60", "80", "90", "100"), 5)
    assert four.dropped == ()
    assert four.mean == Decimal("82.5000")


def test_only_one_of_equal_extremes_is_dropped():
    result = criterion_result("c", marks("90", "90", "90", "70", "70"), 5)
    assert result.kept == tuple(marks("70", "90", "90"))


def test_half_goes_up():
    assert criterion_result("c", marks("80", "80", "80.0001"), 5).mean == Decimal("80.0000")
    results = {
        "a": criterion_result("a", marks("80.01"), 5),
        "b": criterion_result("b", marks("80.00"), 5),
    }
    assert total(results, {"a": 50, "b": 50}) == Decimal("80.01")


def test_no_marks_is_an_error():
    with pytest.raises(ValueError, match="no marks"):
        criterion_result("c", [], 5)


def test_a_draw_can_be_replayed_whatever_the_order_of_the_pool():
    pool = list(range(40))
    first = draw(pool, 5, "seed")
    assert first == draw(list(reversed(pool)), 5, "seed")
    assert len(set(first)) == 5
    assert first != draw(pool, 5, "another")
    assert draw([1, 2], 5, "seed") == [1, 2]
