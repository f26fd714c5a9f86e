"""Duties as lists, months and pages show them; where each one is done."""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterable
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES, Role
from core import clock, workdays
from core.actor import Actor
from filings import owed
from filings.enums import DutyKind, DutyStanding
from filings.models import Duty
from filings.presentation.status import due_face
from filings.selectors.duties import DayOfDuties, own, visible_to
from filings.selectors.duties import shown as readable

IN_PANEL = 5
SHOWN_APART = (DutyKind.CORRECT, DutyKind.CONFIRM_ENTRY)  # a home page has its own lines for them
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


# --- where it is done ---


def url_of(duty: Duty, actor: Actor) -> str:
    """The page on which this actor sees to it, or reads of it; empty where there is none."""
    if duty.filing_id is not None:
        return _of_filing(duty, actor)
    name, _colon, number = duty.scope.partition(":")
    own = actor.organisation_id in (duty.organisation_id, duty.authority_id)
    page = owed.page_of(name)
    if page and own:
        return _reverse(page, int(number))
    if duty.entity is None:
        return ""
    if duty.kind == DutyKind.VISIT and actor.has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD):
        return _reverse("filings:visit_plan", duty.entity.code)
    return _reverse("filings:entity", duty.entity.code)


def _of_filing(duty: Duty, actor: Actor) -> str:
    pk = duty.filing_id
    if actor.has_role(*UNIT_ROLES):
        return _reverse("filings:correction" if duty.kind == DutyKind.CORRECT else "filings:open", pk)
    if duty.kind == DutyKind.SCORE:
        mine = duty.person_id == actor.user_id
        return _reverse("filings:review" if mine else "filings:desk_board", pk)
    on_notice = duty.kind == DutyKind.OBJECTION or duty.key == f"{DutyKind.PUBLISH}:close"
    return _reverse("filings:desk_notice" if on_notice else "filings:desk_case", pk)


def _reverse(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


# --- a line ---


def line(duty: Duty, actor: Actor) -> dict[str, Any]:
    """One duty as a list shows it. No query when it was read by `selectors.duties.shown`."""
    done = duty.standing == DutyStanding.DONE
    return {
        "duty": duty,
        "url": url_of(duty, actor),
        "kind": duty.kind_label,
        "who": _who(duty),
        "day": clock.local(duty.due_at).date(),
        "clock": None if done else due_face(duty.due_at),
        "done": done,
        "not_yet": not done and duty.opens_on > clock.today(),
        "escalated": not done and duty.escalated_at is not None,
    }


def lines(rows: Iterable[Duty], actor: Actor) -> list[dict[str, Any]]:
    return [line(row, actor) for row in rows]


def _who(duty: Duty) -> str:
    """The unit; in a bureau the person where one is named."""
    if duty.person is not None:
        return f"{duty.organisation.name} {duty.person}"
    return str(duty.organisation.name)


def panel(actor: Actor) -> dict[str, Any]:
    """The next duties for a home page, which shows corrections itself. Two queries."""
    rows = own(actor, visible_to(actor)).filter(standing=DutyStanding.OPEN).exclude(kind__in=SHOWN_APART)
    count = rows.count()
    first = readable(rows).order_by("due_at", "pk")[:IN_PANEL] if count else ()
    return {"duties": lines(first, actor), "duty_count": count}


def uncertain(days: Iterable[datetime.date]) -> str:
    """The years among these days whose holidays are not known, as text; empty when all are."""
    years = sorted({day.year for day in days})
    return "、".join(str(year) for year in years if not workdays.is_certain(year))


# --- the month ---


def month_of(text: str) -> datetime.date:
    """The first day of the month asked for as 2026-03; of this month for anything else."""
    found = MONTH.fullmatch(text)
    if found is None:
        return clock.today().replace(day=1)
    return datetime.date(int(found[1]), int(found[2]), 1)


def span(month: datetime.date) -> tuple[datetime.date, datetime.date]:
    """The first and last day of the weeks that a month touches."""
    weeks = calendar.Calendar().monthdatescalendar(month.year, month.month)
    return weeks[0][0], weeks[-1][-1]


def weeks(
    month: datetime.date, held: dict[datetime.date, DayOfDuties], actor: Actor, listed: str
) -> list[list[dict[str, Any]]]:
    """The weeks of a month, Monday first, as a table shows them; `listed` is the address of the same as a list."""
    return [
        [_day(day, held.get(day), actor, listed) | {"inside": day.month == month.month} for day in week]
        for week in calendar.Calendar().monthdatescalendar(month.year, month.month)
    ]


def _day(day: datetime.date, held: DayOfDuties | None, actor: Actor, listed: str) -> dict[str, Any]:
    first = held.first if held else []
    span = f"due_after={day.isoformat()}&due_before={day.isoformat()}"
    return {
        "day": day,
        "today": day == clock.today(),
        "free": not workdays.is_workday(day),
        "made_up": day.weekday() >= 5 and workdays.is_workday(day),
        "lines": lines(first, actor),
        "count": held.count if held else 0,
        "more": held.count - len(first) if held else 0,
        "url": f"{listed}&{span}" if listed.rpartition("?")[2] else f"{listed}{span}",
        "weekday": weekday(day.weekday()),
    }


def weekday(number: int) -> str:
    """周一 to 周日."""
    return (_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日"))[number]


def neighbours(month: datetime.date) -> tuple[str, str]:
    """The months before and after, as the address names them; empty beyond what is offered."""
    before = month - datetime.timedelta(days=1)
    after = month + datetime.timedelta(days=32)
    texts = [f"{day:%Y-%m}" for day in (before, after)]
    return tuple(text if MONTH.fullmatch(text) else "" for text in texts)  # type: ignore[return-value]
