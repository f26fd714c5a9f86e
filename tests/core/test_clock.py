"""One clock for everybody, which only the demo may move."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core import clock
from core.cached import request_scope
from core.errors import NotNow
from core.models import ClockOffset


@pytest.mark.django_db
def test_a_shift_moves_now_and_today_and_nothing_else() -> None:
    before, wall = clock.now(), clock.wall()
    clock.shift(timedelta(days=7))
    assert clock.now() - before == timedelta(days=7)
    assert clock.wall() - wall < timedelta(minutes=1)
    clock.shift(timedelta(days=1))
    assert clock.offset() == timedelta(days=8)
    clock.reset()
    assert clock.now() == before


@pytest.mark.django_db
def test_today_is_a_date_in_shanghai() -> None:
    with clock.freeze(datetime(2026, 3, 2, 16, 30, tzinfo=UTC)):
        assert clock.today() == date(2026, 3, 3)


@pytest.mark.django_db
def test_production_neither_reads_nor_writes_an_offset(settings: Any, django_assert_num_queries: Any) -> None:
    ClockOffset.objects.create(pk=1, offset=timedelta(days=30))
    settings.CLOCK_MAY_MOVE = False
    with django_assert_num_queries(0):
        assert abs(clock.now() - clock.wall()) < timedelta(seconds=5)
    with pytest.raises(NotNow):
        clock.shift(timedelta(days=1))
    with pytest.raises(NotNow):
        clock.reset()
    with pytest.raises(CommandError):
        call_command("demo_clock", "+7d")


@pytest.mark.django_db
def test_a_request_reads_the_offset_once(django_assert_num_queries: Any, frozen: Any) -> None:
    frozen.release()
    with request_scope(), django_assert_num_queries(1):
        assert clock.now() <= clock.now()
        clock.today()


@pytest.mark.django_db
def test_a_stopped_clock_reads_the_offset_until_it_is_shifted(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        before = clock.now()
        assert clock.now() == before
    clock.shift(timedelta(hours=3))
    with django_assert_num_queries(1):
        assert clock.now() - before == clock.offset() == timedelta(hours=3)


@pytest.mark.django_db
def test_a_shift_inside_a_request_is_seen_by_it() -> None:
    with request_scope():
        before = clock.now()
        clock.shift(timedelta(hours=3))
        assert clock.now() - before == timedelta(hours=3)


@pytest.mark.django_db
def test_the_command_moves_and_resets() -> None:
    out = StringIO()
    call_command("demo_clock", "+7d", stdout=out)
    assert clock.offset() == timedelta(days=7)
    call_command("demo_clock", "+12h", stdout=out)
    assert clock.offset() == timedelta(days=7, hours=12)
    call_command("demo_clock", "reset", stdout=out)
    assert clock.offset() == timedelta(0)
    with pytest.raises(CommandError):
        call_command("demo_clock", "next week")
