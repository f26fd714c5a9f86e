"""A member's own exit from an entity on the register: a fact once recorded, whatever follows from it."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible, Problem
from filings import permissions_entity as may
from filings.enums import FINAL_STATES, EntityState, HistoryKind, ParticipantRole, ParticipantState
from filings.models import Entity, EntityMember
from filings.services import duties, history, standing, telling
from filings.services.participation import leave as leave_filing

MAX_DAYS_AHEAD = 90
MAX_TEXT = 2000


@transaction.atomic
def leave(
    *, actor: Actor, entity: Entity, reason: str, on: str | datetime.date = "", handover: str = ""
) -> EntityMember:
    """The actor's unit leaves on a day from today on (the first day it no longer belongs).

    Nobody has to agree. The lamp is judged again at once and what it shows becomes a duty of the lead. The unit's
    place in proposals under way ends too. Invalid for a missing reason or a bad date, NotNow for a lead.
    """
    may.entity_unit_signer.require(actor, entity)
    # no key: whoever holds one of its filings may still write a duty that points to it
    row = Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=entity.pk)
    mine = row.members.filter(organisation=actor.organisation, until__isnull=True).first()
    if mine is None:
        raise NotNow.one("left", _("贵单位已经办理退出。"))
    if mine.role == ParticipantRole.LEAD:
        raise NotNow.one(
            "is_lead", row.spec.say(_("%(lead)s退出须先变更%(lead)s，或者申请整体退出%(act)s。"))
        )
    if row.standing != EntityState.REGISTERED:
        raise NotNow.one("ended", _("该主体已不在册，无须办理退出。"))
    day = checked(reason, on, handover, mine)
    mine.until, mine.left_reason, mine.left_by_itself = day, reason.strip(), True
    mine.left_at, mine.left_by = clock.now(), actor.user
    mine.save(update_fields=["until", "left_reason", "left_by_itself", "left_at", "left_by"])
    _leave_proposals(row, actor, str(_("该单位已退出")))
    unit = {"unit": actor.organisation.name}
    history.add(row, HistoryKind.LEFT, actor=actor, on=day, data=unit)
    audit.record(
        "entity.member_left",
        actor=actor,
        obj=row,
        detail={**unit, "on": day, "reason": reason.strip(), "handover": handover.strip()},
    )
    standing.refresh(row, actor=actor)
    telling.member_left(row, actor.organisation.name)
    return mine


def checked(reason: str, on: str | datetime.date, handover: str, mine: EntityMember) -> datetime.date:
    """The day of the exit (today when none is given). Invalid with everything that is wrong."""
    problems, day, today = [], clock.today(), clock.today()
    if not reason.strip():
        problems.append(Problem("reason", _("请写明退出原因"), "reason"))
    for name, text in (("reason", reason), ("handover", handover)):
        if len(text) > MAX_TEXT or "\x00" in text:
            problems.append(Problem("too_long", _("最多 %(n)s 字") % {"n": MAX_TEXT}, name))
    try:
        day = on if isinstance(on, datetime.date) else datetime.date.fromisoformat(on) if on else today
    except ValueError:
        problems.append(Problem("date", _("退出日期应为 2026-01-31 的形式"), "on"))
    last = today + datetime.timedelta(days=MAX_DAYS_AHEAD)
    if not max(today, mine.since) <= day <= last:
        words = _("退出日期应在 %(first)s 至 %(last)s 之间")
        first = max(today, mine.since).isoformat()
        problems.append(Problem("date", words % {"first": first, "last": last.isoformat()}, "on"))
    if problems:
        raise Invalid(problems)
    return day


def _leave_proposals(entity: Entity, actor: Actor, reason: str) -> None:
    """Proposals of this entity that are under way go on without the unit; conditions are judged without it."""
    for filing in entity.filings.exclude(state__in=FINAL_STATES).select_for_update(of=("self",)):
        for place in filing.participants.filter(organisation=actor.organisation):
            if place.is_active and place.role != ParticipantRole.LEAD:
                leave_filing(place, ParticipantState.DECLINED, reason)
        duties.sync(filing)


def membership_of(actor: Actor, entity: Entity) -> EntityMember:
    """The actor's own place among the members in force; NotVisible without one."""
    found = entity.members.filter(organisation=actor.organisation, until__isnull=True).first()
    if found is None:
        raise NotVisible.one("member", _("贵单位不是该主体的在册成员。"))
    return found
