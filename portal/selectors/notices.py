"""Public notices as anybody may read them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet

from core import clock, workdays
from filings.models import Notice


def notices(*, current: bool | None = None) -> QuerySet[Notice]:
    """Published notices, newest first; `current` keeps those still running (or those over)."""
    rows = Notice.objects.select_related("filing__authority", "cancellation__entity__authority")
    rows = rows.order_by("-starts_on", "-pk")
    if current is None:
        return rows
    today = clock.today()
    running = rows.filter(closed_at=None, ends_on__gte=today)
    return running if current else rows.exclude(pk__in=running.values("pk"))


def public_notice(notice: Notice) -> dict[str, Any]:
    """The frozen text, its period and how objections were decided; objectors stay unnamed. An announcement takes none."""
    today = clock.today()
    running = notice.closed_at is None and today <= notice.ends_on
    is_open = running and notice.filing_id is not None
    answered = [o for o in notice.objections.all() if o.answered_at]
    return {
        "id": notice.pk,
        "number": notice.number,
        "title": notice.title,
        "starts_on": notice.starts_on,
        "ends_on": notice.ends_on,
        "days": notice.days,
        "days_left": workdays.workdays_between(today, notice.ends_on) if is_open else 0,
        "is_open": is_open,
        "is_announcement": notice.filing_id is None,
        "withdrawn_reason": notice.withdrawn_reason,
        "body": notice.body,
        "objections": notice.objections.count(),
        "answered": len(answered),
        "outcomes": [{"outcome": o.get_outcome_display(), "reply": o.reply} for o in answered],
    }


def postponed(notice: Notice) -> list[dict[str, Any]]:
    """Each time a change of the working-day calendar moved the last day of a filing's notice."""
    if notice.filing is None:
        return []
    moves = notice.filing.events.filter(name="clock_moved", detail__clock="notice", detail__id=notice.pk)
    return [
        {"old": date.fromisoformat(event.detail["old"]), "new": date.fromisoformat(event.detail["new"])}
        for event in moves.order_by("at", "id")
    ]
