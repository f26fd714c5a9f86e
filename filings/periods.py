"""Months on the calendar. Pure."""

from __future__ import annotations

import calendar
import datetime


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day `months` later (or earlier), clipped to the month's end: 31 January plus one is 28 or 29 February."""
    index = day.month - 1 + months
    year, month = day.year + index // 12, index % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def last_day(start: datetime.date, months: int) -> datetime.date:
    """End of a validity of n months: start plus n months, clipped to the month's end, minus one day (amb_validity_start)."""
    return add_months(start, months) - datetime.timedelta(days=1)
