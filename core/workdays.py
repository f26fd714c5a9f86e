"""Working days of mainland China.

Order of authority: the table :class:`core.models.CalendarDay` (kept by the bureau from the yearly notice of
the State Council), then ``chinesecalendar`` (2004–2026), then the plain weekday rule, which is *not certain*:
pages that show a limit in an uncertain year say so.

:func:`under` counts with a proposed calendar inside a block, in this thread alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

import chinese_calendar

from core import clock
from core.cached import Cached

ONE_DAY = timedelta(days=1)
#: A limit longer than this is a mistake of the caller, not a date to search for.
MAX_DAYS = 5000


def in_library(year: int) -> bool:
    """Whether ``chinesecalendar`` knows ``year``."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache(maxsize=8192)
def published(day: date) -> bool:
    """The library's answer, else the weekday rule. Kept: the library looks for its first and last year at each call."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


@dataclass(frozen=True)
class Calendar:
    """Pure calendar: ``overrides`` maps a day to whether it is worked, ``stated`` are years said to be complete."""

    overrides: Mapping[date, bool] = field(default_factory=dict)
    stated: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        if day in self.overrides:
            return self.overrides[day]
        return published(day)

    def is_certain(self, year: int) -> bool:
        """Whether the holidays of ``year`` are known, from the library or from the table."""
        return (
            in_library(year)
            or year in self.stated
            or any(day.year == year and not worked for day, worked in self.overrides.items())
        )

    def changed(self, days: Mapping[date, bool | None], stated: Iterable[int] = ()) -> Calendar:
        """This calendar with other overrides (None: none any more) and further years said to be complete."""
        merged = {**self.overrides, **days}
        kept = {day: worked for day, worked in merged.items() if worked is not None}
        return Calendar(kept, self.stated | frozenset(stated))

    def add(self, start: date, days: int) -> date:
        """The ``days``-th working day after ``start`` (the day of the event itself never counts).

        With ``days == 0`` the answer is ``start``, or the next working day if ``start`` is free.
        """
        if not 0 <= days <= MAX_DAYS:
            raise ValueError(f"{days} working days is not a limit this portal knows")
        day, left = start, days
        while left:
            day += ONE_DAY
            left -= self.is_workday(day)
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def between(self, start: date, end: date) -> int:
        """Working days in ``(start, end]``; negative when ``end`` is before ``start``."""
        if end < start:
            return -self.between(end, start)
        span = (end - start).days
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, span + 1))


def _load() -> Calendar:
    from core.models import CalendarDay, CalendarYear

    rows = CalendarDay.objects.values_list("day", "kind")
    years = CalendarYear.objects.values_list("year", flat=True)
    return Calendar({day: kind == CalendarDay.Kind.WORKDAY for day, kind in rows}, frozenset(years))


calendar = Cached(_load)
_proposed: ContextVar[Calendar | None] = ContextVar("proposed_calendar", default=None)


def current() -> Calendar:
    """The calendar in force here: the stored one, or the proposed one inside :func:`under`."""
    return _proposed.get() or calendar()


@contextmanager
def under(proposed: Calendar) -> Iterator[None]:
    """Count with ``proposed`` inside this block. Other threads and requests count with the stored calendar."""
    token = _proposed.set(proposed)
    try:
        yield
    finally:
        _proposed.reset(token)


def is_workday(day: date) -> bool:
    """Whether ``day`` is worked."""
    return current().is_workday(day)


def is_certain(year: int) -> bool:
    """Whether the holidays of ``year`` are published and known here."""
    return current().is_certain(year)


def add_workdays(start: date, n: int) -> date:
    """The ``n``-th working day after ``start``."""
    return current().add(start, n)


def workdays_between(start: date, end: date) -> int:
    """Working days in ``(start, end]``."""
    return current().between(start, end)


def deadline(start: datetime, n: int) -> datetime:
    """23:59:59 (Asia/Shanghai) of the ``n``-th working day after the local date of ``start``."""
    return clock.end_of_day(add_workdays(clock.local(start).date(), n))
