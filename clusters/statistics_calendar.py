"""Periods of a year: which ones there are, from when to when. Pure."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from clusters.enums_statistics import Cadence


@dataclass(frozen=True)
class Span:
    """One quarter or month of a year; `number` counts from 1."""

    cadence: str
    year: int
    number: int

    @property
    def months(self) -> int:
        return 3 if self.cadence == Cadence.QUARTER else 1

    @property
    def starts_on(self) -> date:
        return date(self.year, (self.number - 1) * self.months + 1, 1)

    @property
    def ends_on(self) -> date:
        last = self.number * self.months
        return date(self.year, last, calendar.monthrange(self.year, last)[1])

    def due_on(self, days: int) -> date:
        """So many days after the period's end."""
        return self.ends_on + timedelta(days=days)

    @property
    def label(self) -> str:
        if self.cadence == Cadence.MONTH:
            return _("%(year)s年%(n)s月") % {"year": self.year, "n": self.number}
        return _("%(year)s年第%(n)s季度") % {"year": self.year, "n": self.number}

    @property
    def is_valid(self) -> bool:
        return 2000 <= self.year <= 2100 and 1 <= self.number <= 12 // self.months


def ended_before(day: date, cadence: str) -> Span:
    """The last period that was over before a day."""
    months = 3 if cadence == Cadence.QUARTER else 1
    number = (day.month - 1) // months
    return Span(cadence, day.year, number) if number else Span(cadence, day.year - 1, 12 // months)


def half_year_of(year: int, half: int) -> tuple[date, date]:
    """First and last day of H1 or H2."""
    return (date(year, 1, 1), date(year, 6, 30)) if half == 1 else (date(year, 7, 1), date(year, 12, 31))


def half_year_label(year: int, half: int) -> str:
    part = _("上半年") if half == 1 else _("下半年")
    return _("%(year)s年%(half)s") % {"year": year, "half": part}


def cumulated_label(half: int) -> str:
    """What a cumulative figure covers at the end of a half-year."""
    return _("1—6月累计") if half == 1 else _("1—12月累计")
