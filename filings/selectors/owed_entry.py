"""What is owed for an entity that was loaded: its lead looks at what is on the register about it. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Min
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from accounts.models import Membership
from accounts.selectors import in_force
from core import clock, workdays
from filings import programmes
from filings.enums import DutyKind
from filings.models import Entity
from filings.owed import Owed
from filings.selectors.loads import unconfirmed
from policy.law import law_on

NAME = "entry"
DAYS = "procedure.confirm_entry"


def owed(pk: int) -> list[Owed]:
    """Source `entry`, by the entity's number."""
    entity = unconfirmed().select_related("lead__district").filter(pk=pk).first()
    if entity is None:
        return []
    first = first_people([entity.lead_id]).get(entity.lead_id)
    return [] if first is None else [owed_by(entity, first)]


def owed_by(entity: Entity, first: datetime.date) -> Owed:
    """So many working days from the day it was loaded, or from the first day on which the lead had anybody here."""
    start = max(entity.registered_at, clock.start_of_day(first))
    return Owed(
        key=DutyKind.CONFIRM_ENTRY.value,
        kind=DutyKind.CONFIRM_ENTRY.value,
        title=_("核对“%(name)s”的登记信息") % {"name": entity.name},
        due_at=workdays.deadline(start, _days(entity)),
        opens_on=clock.local(start).date(),
        organisation_id=entity.lead_id,
        authority_id=entity.authority_id,
        entity_id=entity.pk,
    )


def _days(entity: Entity) -> int:
    spec = next((p for p in programmes.all_programmes() if p.entity_kind == entity.kind), None)
    place = spec.place if spec else entity.lead.district.code
    return int(law_on(clock.today(), place).value(DAYS))


def first_people(units: Iterable[int]) -> dict[int, datetime.date]:
    """{unit: the first day of those who belong to it today}; a unit without people is not in it."""
    rows = Membership.objects.filter(in_force(), organisation__in=list(units), role__in=UNIT_ROLES)
    return dict(
        rows.values("organisation_id").annotate(first=Min("since")).values_list("organisation_id", "first")
    )


def living() -> Iterable[int]:
    """Loaded entities that wait for the word of a unit which has people."""
    peopled = Membership.objects.filter(in_force(), role__in=UNIT_ROLES).values("organisation_id")
    return unconfirmed().filter(lead__in=peopled).values_list("pk", flat=True).iterator()
