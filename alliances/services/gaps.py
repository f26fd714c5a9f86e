"""产业链短板: named, taken on by somebody, closed with a date and a result (reg_chain_gaps)."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from alliances.enums import NETWORK_KINDS, GapKind
from alliances.models import ChainGap
from alliances.permissions import bureau_keeper, gap_keeper
from core import audit, clock
from core.actor import Actor
from core.errors import NotNow, Problem, Stale, raise_if
from filings.enums import EntityState
from filings.models import Entity
from filings.permissions_entity import entity_lead
from filings.texts import taken

LIMITS = {
    "title": 120,
    "chain": 100,
    "detail": 3000,
    "closer": 120,
    "closer_code": 40,
    "project": 120,
    "result": 3000,
}


@dataclass(frozen=True)
class Facts:
    """What is lacking, and in which chain."""

    kind: str
    title: str
    chain: str
    detail: str = ""


def add(*, actor: Actor, facts: Facts, entity: Entity | None = None) -> ChainGap:
    """The lead of an alliance adds to its chain, an officer to the bureau's list. Raises NotAllowed, NotNow, Invalid.

    What an officer adds about a cluster (`entity`) is kept by the bureau; an alliance's own list is its lead's alone.
    """
    keeper = _keeper(actor, entity)
    values = _checked(facts)
    with transaction.atomic():
        if entity is not None and entity.standing != EntityState.REGISTERED:
            words = _("“%(name)s”%(standing)s，不能再登记短板")
            names = {"name": entity.name, "standing": entity.get_standing_display()}
            raise NotNow.one("ended", words % names)
        made = ChainGap.objects.create(
            authority=entity.authority if entity is not None else actor.organisation,
            entity=entity,
            keeper=keeper,
            created_at=clock.now(),
            created_by=actor.user,
            **values,
        )
        return _told(actor, made, "added")


def _keeper(actor: Actor, entity: Entity | None) -> Organisation | None:
    """Who keeps the line from now on; None for the lead of the alliance itself."""
    if entity is not None and entity_lead(actor, entity):
        return None
    bureau_keeper.require(actor)
    if entity is not None and (entity.authority_id != actor.organisation_id or entity.kind in NETWORK_KINDS):
        # obl_gov_non_interference: an alliance's own list is not written by a bureau
        entity_lead.require(actor, entity)
    return actor.organisation


@transaction.atomic
def change(*, actor: Actor, gap: ChainGap, facts: Facts, version: int | None = None) -> ChainGap:
    """Put the words right while the gap is not closed."""
    values = _checked(facts)
    row = _locked(actor, gap, version)
    for name, value in values.items():
        setattr(row, name, value)
    return _saved(actor, row, "changed")


@transaction.atomic
def take_on(
    *,
    actor: Actor,
    gap: ChainGap,
    closer: str,
    closer_code: str = "",
    project: str = "",
    due_on: datetime.date | None = None,
    version: int | None = None,
) -> ChainGap:
    """Who closes it, by which joint project and when; asked again, others take over from the same day on."""
    given = {"closer": closer, "closer_code": closer_code, "project": project}
    texts, found = taken(given, limits=LIMITS, required={"closer": _("请填写补链单位")})
    if due_on is not None and due_on < clock.today():
        found.append(Problem("past", _("计划完成日期不能早于今天"), "due_on"))
    raise_if(found)
    row = _locked(actor, gap, version)
    row.closer, row.closer_code, row.project = texts["closer"], texts["closer_code"], texts["project"]
    row.due_on, row.started_on = due_on, row.started_on or clock.today()
    return _saved(actor, row, "taken_on")


@transaction.atomic
def close(
    *,
    actor: Actor,
    gap: ChainGap,
    closed_on: datetime.date | None,
    result: str,
    version: int | None = None,
) -> ChainGap:
    """Closed on a day, with what came of it. Raises NotNow where nobody has taken it on."""
    texts, found = taken({"result": result}, limits=LIMITS, required={"result": _("请写明补链成效")})
    row = _locked(actor, gap, version)
    if row.started_on is None:
        raise NotNow.one("not_started", _("请先登记补链单位，再登记补齐结果。"))
    if closed_on is None:
        found.append(Problem("required", _("请填写补齐日期"), "closed_on"))
    elif not row.started_on <= closed_on <= clock.today():
        found.append(Problem("closed_on", _("补齐日期应在开始补链之后，且不晚于今天"), "closed_on"))
    raise_if(found)
    row.closed_on, row.result = closed_on, texts["result"]
    return _saved(actor, row, "closed")


def _checked(facts: Facts) -> dict[str, Any]:
    given = asdict(facts)
    names = ("title", "chain", "detail")
    required = {"title": _("请填写短板名称"), "chain": _("请填写产业链")}
    texts, found = taken({name: given[name] for name in names}, limits=LIMITS, required=required)
    if facts.kind not in GapKind.values:
        found.append(Problem("kind", _("请选择类别"), "kind"))
    raise_if(found)
    return given | texts


def _locked(actor: Actor, gap: ChainGap, version: int | None) -> ChainGap:
    gap_keeper.require(actor, gap)
    row = (
        ChainGap.objects.select_for_update(of=("self",)).select_related("authority", "entity").get(pk=gap.pk)
    )
    if version is not None and version != row.version:
        raise Stale.one("version", _("这项短板已被他人更新，请刷新后再办理。"))
    if row.closed_on is not None:
        raise NotNow.one("closed", _("这项短板已经补齐，不再修改。"))
    return row


def _saved(actor: Actor, row: ChainGap, name: str) -> ChainGap:
    row.version += 1
    row.save()
    return _told(actor, row, name)


def _told(actor: Actor, row: ChainGap, name: str) -> ChainGap:
    detail = {"chain": row.chain, "entity": row.entity.code if row.entity else ""}
    audit.record(f"chain_gap.{name}", actor=actor, obj=row, detail=detail)
    return row
