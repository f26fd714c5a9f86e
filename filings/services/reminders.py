"""Who is told of a duty, and when: computed again at the moment of telling.

A message waits for the day's digest; while it waits, the unit may finish. So the duty is asked for three times:
when the table follows its source, when the message is written, and when it leaves (`recheck`). A portal that
asked only once warned 255 units which had already passed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import notices
from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.selectors import people_with_role
from accounts.services import notify
from core import audit, clock
from core.actor import Actor
from core.presentation.values import iso
from filings.enums import DutyStanding
from filings.models import Duty
from filings.selectors.duty_dates import LONG, days_over, law_for, lead_days
from filings.selectors.duty_people import escalated_to, recipients
from filings.services import duties

REMINDER, LEGAL, ESCALATED = "duty_reminder", "duty_legal", "duty_escalated"
NEAR = datetime.timedelta(days=21)  # no holiday makes three working days longer
ESCALATION = "procedure.escalation"
ABOUT = "duty"


# --- when ---


def _rows() -> QuerySet[Duty]:
    return Duty.objects.filter(standing=DutyStanding.OPEN).select_related(
        "filing", "entity", "organisation__district", "authority"
    )


def candidates() -> Iterator[Duty]:
    """Open duties whose date is near enough to be looked at."""
    now = clock.now()
    ahead = _rows().filter(due_at__gte=now, opens_on__lte=clock.today())
    far = ahead.filter(kind__in=LONG)
    yield from far.iterator(chunk_size=500)
    yield from ahead.exclude(kind__in=LONG).filter(due_at__lte=now + NEAR).iterator(chunk_size=500)


def is_time(duty: Duty) -> bool:
    """Whether a lead time has been reached since the last reminder.

    Days that were skipped give one reminder, not one for each lead time passed. What is overdue is not reminded of
    but escalated.
    """
    if duty.due_at < clock.now() or clock.today() < duty.opens_on:
        return False
    reached = [day for day in lead_days(duty) if day <= clock.today()]
    if not reached:
        return False
    return duty.reminded_on is None or duty.reminded_on < max(reached)


# --- reminding ---


@transaction.atomic
def remind_in(scope: str) -> int:
    """Remind of what is owed in a matter now; returns how many duties were told of.

    The source is asked first: what is no longer owed is closed, and nobody is told.
    """
    told = 0
    for duty in _rows().filter(pk__in=[row.pk for row in duties.sync_scope(scope)]):
        if is_time(duty):
            _tell(duty)
            Duty.objects.filter(pk=duty.pk).update(reminded_on=clock.today())
            told += 1
    return told


def _tell(duty: Duty) -> None:
    words = _("法定期限为 %(day)s，请按期办理。") if duty.legal else _("期限为 %(day)s。")
    notify.tell(
        kind=LEGAL if duty.legal else REMINDER,
        to=recipients(duty),
        title=duty.title,
        text=words % {"day": iso(clock.local(duty.due_at).date())},
        url=reverse("duties:go", args=[duty.pk]),
        about=f"{ABOUT}:{duty.pk}",
        organisation=duty.organisation,
    )


def still_to_tell(message: Any) -> bool:
    """Asked again when a message leaves: the duty is owed as it was said, and by this person."""
    duty = _duty_of(message)
    if duty is None or not duties.still_owed(duty):
        return False
    return message.user_id in {person.pk for person in recipients(duty)}


def still_missed(message: Any) -> bool:
    """As `still_to_tell`, of what was missed."""
    duty = _duty_of(message)
    if duty is None or not duties.still_owed(duty) or duty.due_at >= clock.now():
        return False
    return message.user_id in {person.pk for person in escalated_to(duty)}


def _duty_of(message: Any) -> Duty | None:
    name, _colon, number = str(message.about).partition(":")
    return _rows().filter(pk=int(number)).first() if name == ABOUT and number.isdigit() else None


# --- escalating ---


@transaction.atomic
def escalate_in(scope: str) -> int:
    """Tell those above of what was missed in a matter, once for each date; returns how many duties."""
    missed = _rows().filter(scope=scope, escalated_at=None, due_at__lt=clock.now())
    done = 0
    for duty in missed.select_for_update(of=("self",)).order_by("pk"):
        if _is_missed_long(duty) and duties.still_owed(duty):
            _escalate(duty)
            done += 1
    return done


def _is_missed_long(duty: Duty) -> bool:
    days = law_for(duty).value(ESCALATION)
    return days is not None and days_over(duty) >= int(days)


def _escalate(duty: Duty) -> None:
    people = escalated_to(duty)
    duty.escalated_at = clock.now()
    duty.save(update_fields=["escalated_at"])
    audit.record(
        "duty.escalated",
        actor=Actor.system(),
        obj=duty,
        detail={"kind": duty.kind, "scope": duty.scope, "due_at": duty.due_at, "to": [p.pk for p in people]},
    )
    own = set(people_with_role(duty.organisation, Role.UNIT_ADMIN).values_list("pk", flat=True))
    _tell_missed(duty, [p for p in people if p.pk in own], duty.organisation)
    _tell_missed(duty, [p for p in people if p.pk not in own], duty.authority or duty.organisation)


def _tell_missed(duty: Duty, people: list[User], as_of: Organisation) -> None:
    """`as_of` is the unit in which these people see the duty."""
    notify.tell(
        kind=ESCALATED,
        to=people,
        title=_("逾期：%(title)s") % {"title": duty.title},
        text=_("%(unit)s应于 %(day)s 前办理，已超期 %(n)s 个工作日。")
        % {
            "unit": duty.organisation.name,
            "day": iso(clock.local(duty.due_at).date()),
            "n": days_over(duty),
        },
        url=reverse("duties:go", args=[duty.pk]),
        about=f"{ABOUT}:{duty.pk}",
        organisation=as_of,
    )


def register_notices() -> None:
    """Called when the app is ready."""
    notices.register(notices.Kind(REMINDER, gettext_lazy("任务到期提醒"), recheck=still_to_tell))
    notices.register(notices.Kind(LEGAL, gettext_lazy("法定期限提醒"), urgent=True, recheck=still_to_tell))
    notices.register(notices.Kind(ESCALATED, gettext_lazy("逾期任务上报"), recheck=still_missed))
