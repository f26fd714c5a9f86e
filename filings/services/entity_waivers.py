"""原则上 conditions of an entity: its lead asks, an officer grants, another person confirms, the public reads it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible
from filings import permissions_entity as may
from filings.conditions import Judgement
from filings.enums import EntityState, HistoryKind, Strength
from filings.models import Entity, Waiver
from filings.selectors.lifecycle import standing_judgements
from filings.services import history, standing, telling

MAX_TEXT = 2000


def _locked(entity: Entity) -> Entity:
    row = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    if row.standing != EntityState.REGISTERED:
        raise NotNow.one("ended", _("该主体已不在册。"))
    return row


def _condition(entity: Entity, key: str) -> Judgement:
    found = next((j for j in standing_judgements(entity, clock.today()) if j.condition == key), None)
    if found is None:
        raise NotVisible.one("condition", _("没有这个条件"))
    if found.strength != Strength.IN_PRINCIPLE:
        raise Invalid.one("strength", _("该条件不是“原则上”的要求，不能申请例外"), "condition", found.clause)
    return found


def _open(entity: Entity, key: str) -> Waiver:
    row = entity.waivers.filter(condition=key, ended_on__isnull=True).select_for_update(of=("self",)).first()
    if row is None:
        raise NotVisible.one("waiver", _("没有这个例外申请"))
    return row


def _text(reason: str) -> str:
    text = reason.strip()
    if not text or len(text) > MAX_TEXT or "\x00" in text:
        raise Invalid.one("reason", _("请写明理由，最多 %(n)s 字") % {"n": MAX_TEXT}, "reason")
    return text


@transaction.atomic
def ask(*, actor: Actor, entity: Entity, condition: str, reason: str) -> Waiver:
    """The lead explains why a condition cannot be met again for now. NotNow while it is met or already excused."""
    may.entity_lead_signer.require(actor, entity)
    row, text = _locked(entity), _text(reason)
    found = _condition(row, condition)
    before = row.waivers.filter(condition=condition, ended_on__isnull=True).first()
    if found.met is not False or (before is not None and before.confirmed_at is not None):
        raise NotNow.one("met", _("该条件目前符合，或者例外已经同意，不需要申请。"))
    if before is not None and before.filing_id is not None:
        # asked in a filing that never confirmed it: that is past
        before.ended_on = clock.today()
        before.save(update_fields=["ended_on"])
        before = None
    given = {"applicant_reason": text, "applicant_by": actor.user, "applicant_at": clock.now()}
    if before is not None:
        given |= {"public_reason": "", "granted_by": None, "granted_at": None}
    made, _new = Waiver.objects.update_or_create(
        entity=row, condition=condition, ended_on=None, filing=None, defaults=given
    )
    audit.record("entity.waiver_asked", actor=actor, obj=row, detail={"condition": condition, "reason": text})
    standing.refresh(row, actor=actor)
    telling.waiver_asked(row, made)
    return made


@transaction.atomic
def grant(*, actor: Actor, entity: Entity, condition: str, reason: str) -> Waiver:
    """An officer grants it with a reason that will be public; it counts once another person confirms."""
    may.entity_officer.require(actor, entity)
    row, text = _locked(entity), _text(reason)
    _condition(row, condition)
    made = _open(row, condition)
    if made.confirmed_at is not None:
        raise NotNow.one("confirmed", _("该例外已经复核。"))
    made.public_reason, made.granted_by, made.granted_at = text, actor.user, clock.now()
    made.save(update_fields=["public_reason", "granted_by", "granted_at"])
    audit.record(
        "entity.waiver_granted", actor=actor, obj=row, detail={"condition": condition, "reason": text}
    )
    standing.refresh(row, actor=actor)
    telling.waiver_granted(row, made)
    return made


@transaction.atomic
def confirm(*, actor: Actor, entity: Entity, condition: str) -> Waiver:
    """The second person, a head of division, confirms; the lamp follows and the exception is public."""
    may.entity_head.require(actor, entity)
    row = _locked(entity)
    made = _open(row, condition)
    if made.granted_at is None or made.confirmed_at is not None:
        raise NotNow.one("not_granted", _("没有待复核的例外。"))
    if actor.user is None or made.granted_by_id == actor.user_id:
        raise Invalid.one("two_people", _("例外由您同意，须由另一人复核"), "condition")
    made.confirmed_by, made.confirmed_at = actor.user, clock.now()
    made.save(update_fields=["confirmed_by", "confirmed_at"])
    data = {"condition": condition, "reason": made.public_reason}
    history.add(row, HistoryKind.WAIVED, actor=actor, data=data)
    audit.record("entity.waiver_confirmed", actor=actor, obj=row, detail={"condition": condition})
    standing.refresh(row, actor=actor)
    telling.waiver_decided(row, granted=True)
    return made


@transaction.atomic
def refuse(*, actor: Actor, entity: Entity, condition: str, reason: str) -> Waiver:
    """An officer declines to grant it, with a reason the lead reads."""
    may.entity_officer.require(actor, entity)
    row, text = _locked(entity), _text(reason)
    made = _open(row, condition)
    if made.confirmed_at is not None:
        raise NotNow.one("confirmed", _("该例外已经复核。"))
    made.ended_on, made.ended_because = clock.today(), text
    made.save(update_fields=["ended_on", "ended_because"])
    audit.record(
        "entity.waiver_refused", actor=actor, obj=row, detail={"condition": condition, "reason": text}
    )
    standing.refresh(row, actor=actor)
    telling.waiver_decided(row, granted=False)
    return made


@transaction.atomic
def end(*, actor: Actor, entity: Entity, condition: str, reason: str) -> Waiver:
    """A head of division ends an exception whose ground has gone."""
    may.entity_head.require(actor, entity)
    row, text = _locked(entity), _text(reason)
    made = _open(row, condition)
    made.ended_on, made.ended_because = clock.today(), text
    made.save(update_fields=["ended_on", "ended_because"])
    audit.record("entity.waiver_ended", actor=actor, obj=row, detail={"condition": condition, "reason": text})
    standing.refresh(row, actor=actor)
    return made
