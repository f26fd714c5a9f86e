"""走访: planned, held, called off. The bureau follows the progress of each entity (qd2025_5 备案制度4)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import cast

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import people_with_role
from core import audit, clock
from core.actor import Actor
from core.errors import NotNow, NotVisible, Problem, raise_if
from filings.enums import EntityState, VisitKind
from filings.models import Entity, Visit
from filings.permissions_accompany import KEEPERS, matter_officer
from filings.permissions_entity import entity_officer
from filings.services import duties
from filings.texts import taken

LIMITS = {"purpose": 200, "present": 300, "findings": 5000, "follow_up": 2000, "reason": 500}
AHEAD = datetime.timedelta(days=731)  # nobody plans a visit more than two years ahead


def plan(
    *,
    actor: Actor,
    entity: Entity,
    kind: str,
    planned_on: datetime.date,
    visitor: User | None,
    purpose: str,
) -> Visit:
    """Plan a visit of an entity that is on the register. Raises NotAllowed, NotNow, Invalid."""
    entity_officer.require(actor, entity)
    texts, problems = taken({"purpose": purpose}, limits=LIMITS, required=_words())
    raise_if([*problems, *_plan_problems(entity, kind, visitor), *_day_ahead(planned_on)])
    return _planned(actor, entity, kind, planned_on, visitor, texts["purpose"])


def hold(
    *,
    actor: Actor,
    entity: Entity,
    kind: str,
    held_on: datetime.date,
    visitor: User | None,
    purpose: str,
    findings: str,
    present: str = "",
    follow_up: str = "",
) -> Visit:
    """Record a visit that nobody had planned. Raises NotAllowed, NotNow, Invalid with every reason."""
    entity_officer.require(actor, entity)
    given = {"purpose": purpose, "present": present, "findings": findings, "follow_up": follow_up}
    texts, problems = taken(given, limits=LIMITS, required=_words())
    raise_if([*problems, *_plan_problems(entity, kind, visitor), *_day_held(entity, held_on)])
    with transaction.atomic():
        made = _planned(actor, entity, kind, held_on, visitor, texts.pop("purpose"))
        return record(actor=actor, visit=made, held_on=held_on, **texts)


@transaction.atomic
def change(
    *,
    actor: Actor,
    visit: Visit,
    kind: str,
    planned_on: datetime.date,
    visitor: User | None,
    purpose: str,
) -> Visit:
    """Another day, visitor or purpose for a visit not yet held. A day gone by may stay as it was."""
    row = _open(actor, visit)
    texts, problems = taken({"purpose": purpose}, limits=LIMITS, required=_words())
    moved = _day_ahead(planned_on) if planned_on != row.planned_on else []
    raise_if([*problems, *_plan_problems(row.entity, kind, visitor), *moved])
    row.kind, row.planned_on, row.visitor = kind, planned_on, cast(User, visitor)
    row.purpose = texts["purpose"]
    row.save(update_fields=["kind", "planned_on", "visitor", "purpose"])
    return _told(actor, row, "change", {"planned_on": planned_on.isoformat()})


@transaction.atomic
def record(
    *,
    actor: Actor,
    visit: Visit,
    held_on: datetime.date,
    findings: str,
    present: str = "",
    follow_up: str = "",
) -> Visit:
    """What was seen on a visit that has taken place. Raises NotAllowed, NotNow, Invalid with every reason."""
    row = _open(actor, visit)
    given = {"present": present, "findings": findings, "follow_up": follow_up}
    texts, problems = taken(given, limits=LIMITS, required=_words())
    raise_if([*problems, *_day_held(row.entity, held_on)])
    row.held_on = held_on
    row.present, row.findings, row.follow_up = texts["present"], texts["findings"], texts["follow_up"]
    row.save(update_fields=["held_on", "present", "findings", "follow_up"])
    return _told(actor, row, "record", {"held_on": held_on.isoformat()})


@transaction.atomic
def call_off(*, actor: Actor, visit: Visit, reason: str) -> Visit:
    """A planned visit will not take place; says why. Raises NotAllowed, NotNow, Invalid."""
    row = _open(actor, visit)
    texts, problems = taken({"reason": reason}, limits=LIMITS, required=_words())
    raise_if(problems)
    row.called_off = texts["reason"]
    row.save(update_fields=["called_off"])
    return _told(actor, row, "call_off", {"reason": row.called_off})


def _words() -> dict[str, str]:
    return {
        "purpose": _("请写明走访内容"),
        "findings": _("请写明了解到的情况"),
        "reason": _("请写明取消原因"),
    }


def _plan_problems(entity: Entity, kind: str, visitor: User | None) -> Iterable[Problem]:
    if kind not in VisitKind.values:
        yield Problem("kind", _("请选择走访方式"), "kind")
    if visitor is None or not people_with_role(entity.authority, *KEEPERS).filter(pk=visitor.pk).exists():
        yield Problem("visitor", _("走访人应为登记机关的经办人或者处室负责人"), "visitor")


def _day_ahead(day: datetime.date) -> Iterable[Problem]:
    if day < clock.today():
        yield Problem("planned_on", _("计划日期不能早于今天"), "planned_on")
    elif day > clock.today() + AHEAD:
        yield Problem("planned_on", _("计划日期应在两年以内"), "planned_on")


def _day_held(entity: Entity, day: datetime.date) -> Iterable[Problem]:
    first = min(entity.valid_from, clock.local(entity.registered_at).date())
    if day > clock.today():
        yield Problem("held_on", _("走访日期不能晚于今天"), "held_on")
    elif day < first:
        text = _("走访日期不能早于登记日期 %(day)s") % {"day": first.isoformat()}
        yield Problem("held_on", text, "held_on")


@transaction.atomic
def _planned(
    actor: Actor, entity: Entity, kind: str, day: datetime.date, visitor: User | None, purpose: str
) -> Visit:
    if entity.standing != EntityState.REGISTERED:
        text = _("“%(name)s”%(standing)s，不再安排走访")
        words = text % {"name": entity.name, "standing": entity.get_standing_display()}
        raise NotNow.one("ended", words)
    made = Visit.objects.create(
        entity=entity,
        kind=kind,
        planned_on=day,
        visitor=cast(User, visitor),
        purpose=purpose,
        created_by=actor.user,
        created_at=clock.now(),
    )
    return _told(actor, made, "plan", {"entity": entity.code, "planned_on": day.isoformat()})


def _open(actor: Actor, visit: Visit) -> Visit:
    """The visit locked, still to be held."""
    rows = Visit.objects.select_for_update(of=("self",)).select_related("entity__authority")
    row = rows.filter(pk=visit.pk).first()
    if row is None:
        raise NotVisible.one("visit", _("没有这次走访。"))
    matter_officer.require(actor, row)
    if row.held_on is not None:
        raise NotNow.one("held", _("这次走访已经登记结果，不能再改。"))
    if row.called_off:
        raise NotNow.one("called_off", _("这次走访已经取消。"))
    return row


def _told(actor: Actor, visit: Visit, name: str, detail: dict[str, str]) -> Visit:
    audit.record(f"visit.{name}", actor=actor, obj=visit, detail=detail)
    duties.sync(visit)
    return visit
