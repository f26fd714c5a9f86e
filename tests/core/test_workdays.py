"""Working days: the library's calendar, the bureau's own table, and years nobody knows yet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import calendar_days, clock, workdays
from core.actor import Actor
from core.errors import Invalid
from core.models import AuditEntry
from core.workdays import Calendar

PLAIN = Calendar()


def test_national_day_2026_and_its_make_up_days() -> None:
    assert not any(PLAIN.is_workday(date(2026, 10, day)) for day in range(1, 8))
    assert PLAIN.is_workday(date(2026, 10, 8))
    # The Saturday after and the Sunday before are worked instead.
    assert PLAIN.is_workday(date(2026, 10, 10))
    assert PLAIN.is_workday(date(2026, 9, 20))
    assert not PLAIN.is_workday(date(2026, 10, 11))


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        # Five working days from the last day before the holiday: 8, 9, 10 (make-up Saturday), 12, 13.
        (date(2026, 9, 30), 5, date(2026, 10, 13)),
        (date(2026, 10, 3), 1, date(2026, 10, 8)),
        (date(2026, 3, 2), 5, date(2026, 3, 9)),
        (date(2026, 3, 7), 0, date(2026, 3, 9)),
        (date(2026, 3, 9), 0, date(2026, 3, 9)),
    ],
)
def test_nth_working_day_after(start: date, days: int, end: date) -> None:
    assert PLAIN.add(start, days) == end


def test_2027_is_counted_by_weekday_and_said_to_be_uncertain() -> None:
    assert PLAIN.is_certain(2026)
    assert not PLAIN.is_certain(2027)
    assert PLAIN.is_workday(date(2027, 10, 1))
    assert not PLAIN.is_workday(date(2027, 10, 2))
    known = Calendar({date(2027, 10, 1): False})
    assert known.is_certain(2027)
    assert not known.is_workday(date(2027, 10, 1))


def test_the_table_goes_before_the_library() -> None:
    calendar = Calendar({date(2026, 3, 3): False, date(2026, 3, 7): True})
    assert calendar.add(date(2026, 3, 2), 1) == date(2026, 3, 4)
    assert calendar.is_workday(date(2026, 3, 7))


@given(st.dates(date(2020, 1, 1), date(2028, 1, 1)), st.integers(1, 60))
def test_adding_and_counting_agree(start: date, days: int) -> None:
    end = PLAIN.add(start, days)
    assert PLAIN.is_workday(end)
    assert PLAIN.between(start, end) == days
    assert PLAIN.between(end, start) == -days


@pytest.mark.parametrize("days", [-1, 100_000])
def test_senseless_limits_are_refused(days: int) -> None:
    with pytest.raises(ValueError, match="working days"):
        PLAIN.add(date(2026, 1, 1), days)


@pytest.mark.django_db
def test_a_limit_ends_with_its_last_second() -> None:
    # Half past midnight in Shanghai is still the day before in UTC: the local date counts.
    start = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    assert workdays.deadline(start, 1) == datetime(2026, 3, 3, 23, 59, 59, tzinfo=clock.SHANGHAI)


@pytest.mark.django_db
def test_the_bureau_sets_and_clears_a_day() -> None:
    day = date(2027, 10, 1)
    calendar_days.set_day(actor=Actor.system(), day=day, kind="holiday", note="国庆节")
    assert not workdays.is_workday(day)
    assert workdays.is_certain(2027)
    assert workdays.workdays_between(day - timedelta(days=1), day) == 0
    calendar_days.clear_day(actor=Actor.system(), day=day)
    assert workdays.is_workday(day)
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"calendar.set", "calendar.clear"}


@pytest.mark.django_db
def test_an_unknown_kind_of_day_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        calendar_days.set_day(actor=Actor.system(), day=date(2027, 1, 1), kind="half")
    assert refused.value.problems[0].field == "kind"
