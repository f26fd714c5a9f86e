"""Keeping the table of holidays and make-up days, from the yearly notice of the State Council."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, workdays
from core.actor import Actor
from core.errors import Invalid
from core.models import CalendarDay


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
