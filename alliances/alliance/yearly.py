"""年度任务: what an alliance owes in a year, what it has, what is missing. Pure: records, law and days in, rows out.

Two stand as long as the link lasts (obl_all_university, obl_all_association), two are owed anew each year
(obl_all_exchange_event, obl_all_expo). Only what an officer has found to count is counted (amb_known, amb_high_level).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

from alliances.enums import RecordKind
from filings.conditions import LawLike

MEMBERSHIP = "membership"


@dataclass(frozen=True)
class Rule:
    """One obligation: which records fulfil it, and whether it is owed anew each year."""

    key: str  # catalogue id
    kind: str
    label: Any
    annual: bool


RULES = (
    Rule("obl_all_university", RecordKind.UNIVERSITY.value, _("对接本行业知名高校院所"), annual=False),
    Rule("obl_all_association", RecordKind.ASSOCIATION.value, _("对接省级及以上行业协会"), annual=False),
    Rule("obl_all_exchange_event", RecordKind.EXCHANGE.value, _("举办高水平行业交流活动"), annual=True),
    Rule("obl_all_expo", RecordKind.EXPO.value, _("参加本行业知名展会"), annual=True),
)


class Kept(Protocol):
    """What is read of a record."""

    kind: str
    held_on: datetime.date
    until: datetime.date | None
    counts: bool | None


@dataclass(frozen=True)
class Span:
    """The year that is asked about: first and last day, and whether it begins after the first day of a whole year."""

    first: datetime.date
    last: datetime.date
    is_part: bool

    @property
    def label(self) -> str:
        return str(self.first.year)


@dataclass(frozen=True)
class Task:
    """One row of the page 本年度任务."""

    rule: Rule
    required: int
    held: int
    counted: int
    waiting: int  # held, and nobody has said yet whether it counts
    exempt: bool  # a first part-year owes nothing that is annual
    clause: str

    @property
    def missing(self) -> int:
        return 0 if self.exempt else max(0, self.required - self.counted)


def span_of(year: int, registered: datetime.date, law: LawLike) -> Span:
    """The year beginning in `year` (amb_year): the calendar's, or from the day of registration on."""
    if law.reading("alliance.year_basis") == MEMBERSHIP:
        first = _same_day(registered, year)
        return Span(first, _same_day(registered, year + 1) - datetime.timedelta(days=1), is_part=False)
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    return Span(first, last, is_part=first < registered <= last)


def year_on(day: datetime.date, registered: datetime.date, law: LawLike) -> int:
    """The year, as read by amb_year, in which a day falls."""
    if law.reading("alliance.year_basis") == MEMBERSHIP and day < _same_day(registered, day.year):
        return day.year - 1
    return day.year


def _same_day(day: datetime.date, year: int) -> datetime.date:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return datetime.date(year, 3, 1)


def tasks(records: Iterable[Kept], span: Span, law: LawLike) -> list[Task]:
    """The four rows of a year. A link that has ended before the year's last day no longer stands at its end."""
    rows = list(records)
    found = []
    for rule in RULES:
        mine = [row for row in rows if row.kind == rule.kind and _falls(row, rule, span)]
        found.append(
            Task(
                rule=rule,
                required=int(law.value(rule.key)),
                held=len(mine),
                counted=sum(row.counts is True for row in mine),
                waiting=sum(row.counts is None for row in mine),
                exempt=rule.annual and span.is_part,
                clause=law.cite(rule.key),
            )
        )
    return found


def _falls(row: Kept, rule: Rule, span: Span) -> bool:
    if rule.annual:
        return span.first <= row.held_on <= span.last
    return row.held_on <= span.last and (row.until is None or row.until >= span.first)
