"""One mail a day for each person who has unread messages, at the hour chosen by that person."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts import notices
from accounts.models import Message, MessageSettings, User
from accounts.services import notify
from core import clock, jobs
from core.models import Job

log = logging.getLogger(__name__)

JOB = "accounts.digest"
_PERIOD = "%Y-%m-%dT%H"
DEFAULT_HOUR = MessageSettings._meta.get_field("digest_hour").default


def enqueue_due() -> int:
    """Queue the digests of every hour of today that has struck and was not queued yet; returns how many.

    An hour during which nothing ran is made up for on the same day.
    """
    now = clock.local()
    struck = [now.replace(hour=hour).strftime(_PERIOD) for hour in range(now.hour + 1)]
    queued = set(Job.objects.filter(kind=JOB, period__in=struck).values_list("period", flat=True))
    missing = [period for period in struck if period not in queued]
    for period in missing:
        jobs.enqueue(JOB, period=period)
    return len(missing)


def run_job(running: jobs.Running) -> dict[str, Any]:
    """The digests of one hour, each person in a transaction of its own; starting over sends none twice."""
    moment = datetime.strptime(running.job.period, _PERIOD)  # noqa: DTZ007 - a local hour, not a moment
    mails = 0
    for person in _people(moment.hour):
        try:
            with transaction.atomic():
                mails += send_digest(person=person, day=moment.date())
        except Exception:  # one person's trouble keeps nobody else waiting
            log.exception("the digest of %s was not made", person.pk)
    return {"mails": mails}


def send_digest(*, person: User, day: date) -> bool:
    """Queue the mail of ``day`` about all that is unread, not mailed yet, wanted by mail and still true."""
    settings = notify.settings_of([person]).get(person.pk)
    waiting = _unmailed().filter(user=person).select_related("user").order_by("created_at", "id")
    asked = _wanted(waiting, settings)
    holding = notify.still_true(asked, patient=True)
    return bool(holding) and notify.send(person, holding, key=f"digest:{person.pk}:{day:%Y-%m-%d}")


def _wanted(messages: Iterable[Message], settings: MessageSettings | None) -> list[Message]:
    none = notices.Choice.NONE
    return [each for each in messages if notices.wanted(notices.find(each.kind), settings) != none]


def _unmailed() -> QuerySet[Message]:
    return Message.objects.filter(mailed_at=None, read_at=None, dropped_at=None)


def _people(hour: int) -> QuerySet[User]:
    chosen = Q(message_settings__digest_hour=hour)
    if hour == DEFAULT_HOUR:
        chosen |= Q(message_settings=None)
    people = (
        User.objects.filter(chosen, is_active=True).exclude(email="").exclude(message_settings__mail_off=True)
    )
    return people.filter(pk__in=_unmailed().values("user")).order_by("pk")
