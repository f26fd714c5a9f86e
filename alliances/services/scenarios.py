"""应用场景: put forward by a unit and published by the bureau, or opened by the city itself (reg_scenarios)."""

from __future__ import annotations

import datetime
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from accounts.permissions import is_unit_member
from alliances.models import Scenario
from alliances.permissions import KEEPERS, list_keeper, scenario_officer, scenario_owner
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, Stale, raise_if
from filings.models import Entity
from filings.permissions_entity import entity_unit
from filings.services.drafting import authority_of
from filings.texts import taken

LIMITS = {
    "title": 120,
    "field": 100,
    "need": 3000,
    "offer": 3000,
    "contact": 120,
    "reason": 500,
    "outcome": 3000,
}


@dataclass(frozen=True)
class Facts:
    """What may be tried out where, from when until when (the last day included)."""

    title: str
    need: str
    contact: str
    since: datetime.date | None
    field: str = ""
    offer: str = ""
    until: datetime.date | None = None


def open_(*, actor: Actor, facts: Facts, entity: Entity | None = None) -> Scenario:
    """A unit puts a scenario forward, for one of its entities if it names one; what an officer opens is public at once.

    Raises NotAllowed, Invalid with every reason.
    """
    list_keeper.require(actor)
    by_bureau = actor.has_role(*KEEPERS)
    if entity is not None:
        entity_unit.require(actor, entity)
    values = _checked(facts)
    with transaction.atomic():
        made = Scenario.objects.create(
            authority=entity.authority if entity is not None else _authority(actor, by_bureau),
            owner=actor.organisation,
            entity=entity,
            created_at=clock.now(),
            created_by=actor.user,
            published_at=clock.now() if by_bureau else None,
            published_by=actor.user if by_bureau else None,
            **values,
        )
        return _told(actor, made, "opened")


def _authority(actor: Actor, by_bureau: bool) -> Organisation:
    """The bureau that opens it itself, or that of the unit's city."""
    if by_bureau:
        return actor.organisation
    is_unit_member.require(actor)
    city = actor.organisation.district.city
    if city is None:
        raise Invalid.one("no_city", _("贵单位的登记地没有对应的市级科技主管部门"))
    return authority_of(city.code)


@transaction.atomic
def change(*, actor: Actor, scenario: Scenario, facts: Facts, version: int | None = None) -> Scenario:
    """Put it right; what a unit changes is looked at again before it is public."""
    scenario_owner.require(actor, scenario)
    values = _checked(facts)
    row = _locked(scenario, version)
    for name, value in values.items():
        setattr(row, name, value)
    row.returned_at, row.returned_reason = None, ""
    if not actor.has_role(*KEEPERS):
        row.published_at = row.published_by = None
    return _saved(actor, row, "changed")


@transaction.atomic
def publish(*, actor: Actor, scenario: Scenario, version: int | None = None) -> Scenario:
    """An officer lets the public see it."""
    scenario_officer.require(actor, scenario)
    row = _locked(scenario, version)
    if row.published_at is not None:
        raise NotNow.one("published", _("该场景已经发布。"))
    row.published_at, row.published_by = clock.now(), actor.user
    row.returned_at, row.returned_reason = None, ""
    return _saved(actor, row, "published")


@transaction.atomic
def send_back(*, actor: Actor, scenario: Scenario, reason: str, version: int | None = None) -> Scenario:
    """An officer says why it is not published as it stands."""
    scenario_officer.require(actor, scenario)
    texts, found = taken({"reason": reason}, limits=LIMITS, required={"reason": _("请写明退回理由")})
    raise_if(found)
    row = _locked(scenario, version)
    if row.published_at is not None:
        raise NotNow.one("published", _("该场景已经发布，不能退回。"))
    row.returned_at, row.returned_reason = clock.now(), texts["reason"]
    return _saved(actor, row, "returned")


@transaction.atomic
def end(*, actor: Actor, scenario: Scenario, outcome: str = "", version: int | None = None) -> Scenario:
    """Its owner ends it today, with what came of it."""
    scenario_owner.require(actor, scenario)
    texts, found = taken({"outcome": outcome}, limits=LIMITS, required={})
    raise_if(found)
    row = _locked(scenario, version)
    if row.published_at is None:
        raise NotNow.one("not_published", _("尚未发布的场景没有对接结果。"))
    row.until = max(row.since, min(clock.today(), row.until or clock.today()))
    row.outcome = texts["outcome"]
    return _saved(actor, row, "ended")


def _checked(facts: Facts) -> dict[str, Any]:
    given = asdict(facts)
    names = ("title", "field", "need", "offer", "contact")
    required = {
        "title": _("请填写场景名称"),
        "need": _("请写明场景需求"),
        "contact": _("请填写联系方式"),
    }
    texts, found = taken({name: given[name] for name in names}, limits=LIMITS, required=required)
    if facts.since is None:
        found.append(Problem("required", _("请填写开放日期"), "since"))
    elif facts.until is not None and facts.until < facts.since:
        found.append(Problem("until", _("截止日期不能早于开放日期"), "until"))
    raise_if(found)
    return given | texts


def _locked(scenario: Scenario, version: int | None) -> Scenario:
    row = (
        Scenario.objects.select_for_update(of=("self",))
        .select_related("authority", "owner", "entity")
        .get(pk=scenario.pk)
    )
    if version is not None and version != row.version:
        raise Stale.one("version", _("该场景已被他人更新，请刷新后再办理。"))
    return row


def _saved(actor: Actor, row: Scenario, name: str) -> Scenario:
    row.version += 1
    row.save()
    return _told(actor, row, name)


def _told(actor: Actor, row: Scenario, name: str) -> Scenario:
    audit.record(f"scenario.{name}", actor=actor, obj=row, detail={"title": row.title})
    return row
