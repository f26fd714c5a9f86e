"""Keeping the table of holidays and make-up days, from the yearly notice of the State Council."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import chinese_calendar
from django.db import connection, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, clock, workdays
from core.actor import Actor
from core.calendar_text import NONE, ProposedDay
from core.errors import Invalid
from core.models import CalendarDay, CalendarYear

#: Identity of the advisory lock under which the calendar changes; any constant that nothing else uses.
LOCK = 0x4C43_4341_4C44


class DayKind(models.TextChoices):
    """What a day is, for a page."""

    WORKDAY = "workday", gettext_lazy("工作日")
    WEEKEND = "weekend", gettext_lazy("周末")
    HOLIDAY = "holiday", gettext_lazy("放假")
    MAKE_UP = "make_up", gettext_lazy("调休上班")


class Origin(models.TextChoices):
    """Where the portal knows it from."""

    TABLE = "table", gettext_lazy("自行录入")
    LIBRARY = "library", gettext_lazy("系统内置")
    WEEKDAY = "weekend_rule", gettext_lazy("按周末推算")


@dataclass(frozen=True)
class DayFace:
    """One day as it is shown."""

    day: date
    kind: DayKind
    origin: Origin
    note: str = ""


def year_days(year: int) -> list[DayFace]:
    """Every day of a year (1 to 9998) with what it is and where that is known from."""
    own = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    known = workdays.in_library(year)
    first = date(year, 1, 1)
    days = ((first + timedelta(days=n)) for n in range((date(year + 1, 1, 1) - first).days))
    return [_face(day, own.get(day), known) for day in days]


def _face(day: date, row: CalendarDay | None, known: bool) -> DayFace:
    weekend = day.weekday() >= 5
    if row is not None:
        worked = row.kind == CalendarDay.Kind.WORKDAY
        plain = DayKind.MAKE_UP if weekend else DayKind.WORKDAY
        return DayFace(day, plain if worked else DayKind.HOLIDAY, Origin.TABLE, row.note)
    if not known:
        return DayFace(day, DayKind.WEEKEND if weekend else DayKind.WORKDAY, Origin.WEEKDAY)
    free, name = chinese_calendar.get_holiday_detail(day)
    note = chinese_calendar.Holiday(name).chinese if name else ""
    if free:
        return DayFace(day, DayKind.HOLIDAY if name else DayKind.WEEKEND, Origin.LIBRARY, note)
    return DayFace(day, DayKind.MAKE_UP if weekend else DayKind.WORKDAY, Origin.LIBRARY, note)


def statement(year: int) -> CalendarYear | None:
    """Who said that the year is complete, and from which notice."""
    return CalendarYear.objects.filter(year=year).first()


def differing(days: Iterable[ProposedDay]) -> list[ProposedDay]:
    """Those that would change a row of the table."""
    given = {one.day: one for one in days}
    rows = CalendarDay.objects.filter(day__in=given).values_list("day", "kind", "note")
    held = {day: (kind, note) for day, kind, note in rows}
    return [one for one in given.values() if (one.kind, one.note) != held.get(one.day, (NONE, one.note))]


def lock() -> None:
    """Until the end of the transaction nobody else changes the calendar; what was read before is forgotten."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    workdays.calendar.forget()


@transaction.atomic
def enter(*, actor: Actor, year: int, days: Iterable[ProposedDay], complete: bool, source: str = "") -> None:
    """Write what differs of several days of one year, and that the year is complete; one audit entry.

    The days are taken as :func:`core.calendar_text.read` gives them. Raises :class:`Invalid` for a statement
    without its source.
    """
    if complete and not source.strip():
        raise Invalid.one("source", _("请写明依据的通知及文号。"), "source")
    changed = differing(days)
    CalendarDay.objects.filter(day__in=[one.day for one in changed if one.kind == NONE]).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=one.day, kind=one.kind, note=one.note[:100]) for one in changed if one.kind != NONE],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["kind", "note"],
    )
    told = [{"day": one.day, "kind": one.kind, "note": one.note} for one in changed]
    detail = {"year": year, "source": source.strip(), "complete": complete, "days": told}
    if complete:
        row, _made = CalendarYear.objects.update_or_create(
            year=year,
            defaults={
                "source": source.strip(),
                "stated_by_id": actor.user_id,
                "stated_at": clock.now(),
            },
        )
        audit.record("calendar.entered", actor=actor, obj=row, detail=detail)
    else:
        audit.record("calendar.entered", actor=actor, detail=detail)
    workdays.calendar.forget()
    # again once it holds: in between another thread of this process may have read the old one
    transaction.on_commit(workdays.calendar.forget)


def set_day(*, actor: Actor, day: date, kind: str, note: str = "") -> CalendarDay:
    """Say whether ``day`` is worked (``kind``: holiday | workday), replacing what was said before.

    Limits that were already fixed keep their date; raises :class:`Invalid` for an unknown kind.
    """
    if kind not in CalendarDay.Kind.values:
        raise Invalid.one("kind", _("日历日只能是放假或上班。"), "kind")
    with transaction.atomic():
        row, _created = CalendarDay.objects.update_or_create(
            day=day, defaults={"kind": kind, "note": note.strip()[:100]}
        )
        audit.record("calendar.set", actor=actor, obj=row, detail={"day": day, "kind": kind, "note": note})
    workdays.calendar.forget()
    return row


def clear_day(*, actor: Actor, day: date) -> None:
    """Back to the library's calendar for ``day``."""
    with transaction.atomic():
        deleted, _rows = CalendarDay.objects.filter(day=day).delete()
        if deleted:
            audit.record("calendar.clear", actor=actor, detail={"day": day})
    workdays.calendar.forget()
