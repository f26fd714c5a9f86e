"""Numbers have no gaps, whoever takes them and whatever fails."""

import threading

import pytest
from django.db import transaction

from core.models import NumberSeries
from core.numbering import next_number
from tests.core.threads import together


@pytest.mark.django_db
def test_each_series_and_year_counts_from_one() -> None:
    assert [next_number("受理", 2026) for _ in range(3)] == [1, 2, 3]
    assert next_number("受理", 2027) == 1
    assert next_number("证书", 2026) == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_needs_the_transaction_of_its_thing() -> None:
    with pytest.raises(RuntimeError):
        next_number("受理", 2026)


@pytest.mark.django_db(transaction=True)
def test_a_failure_gives_the_number_back() -> None:
    with transaction.atomic():
        assert next_number("受理", 2026) == 1
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        next_number("受理", 2026)
        raise ZeroDivisionError
    with transaction.atomic():
        assert next_number("受理", 2026) == 2


@pytest.mark.django_db(transaction=True)
def test_concurrent_takers_leave_no_gap_and_no_double() -> None:
    taken: list[int] = []

    def work() -> None:
        for turn in range(25):
            try:
                with transaction.atomic():
                    number = next_number("受理", 2026)
                    if turn % 5 == 0:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue
            taken.append(number)

    together(*[work] * 8)
    assert sorted(taken) == list(range(1, 8 * 20 + 1))


@pytest.mark.django_db(transaction=True)
def test_control_reading_and_writing_back_doubles_numbers() -> None:
    """Without the row lock the same test fails: the guard above is what holds."""
    NumberSeries.objects.create(series="受理", year=2026)
    taken: list[int] = []
    barrier = threading.Barrier(2)

    def naive() -> None:
        row = NumberSeries.objects.get(series="受理", year=2026)
        barrier.wait(5)
        row.last += 1
        row.save()
        taken.append(row.last)

    together(naive, naive)
    assert taken == [1, 1]
