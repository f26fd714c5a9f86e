"""Issued reports as this actor may read them. No writes."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.enums import UNIT_ROLES, Role
from accounts.selectors import places_within
from core import clock
from core.actor import Actor
from evaluation import permissions as may
from evaluation.models import Report
from filings.models import EntityMember
from filings.models.entity import in_force
from filings.permissions import STAFF_READERS

NAMES = ("round__authority__jurisdiction", "entity__lead", "entity__district", "stored", "superseded_by")


def readable(actor: Actor) -> QuerySet[Report]:
    """What `permissions.report_reader` allows, as one query: staff, auditors of the place, units of the entity."""
    if actor.organisation is None:
        return Report.objects.none()
    asked = Q(pk__in=())
    if actor.has_role(*STAFF_READERS, *may.KEEPERS):
        asked |= Q(round__authority=actor.organisation)
    if actor.has_role(Role.AUDITOR) and actor.organisation.jurisdiction is not None:
        asked |= Q(round__authority__jurisdiction__in=places_within(actor.organisation.jurisdiction))
    if actor.has_role(*UNIT_ROLES):
        own = EntityMember.objects.filter(in_force(clock.today()), organisation=actor.organisation)
        asked |= Q(entity__lead=actor.organisation) | Q(entity__in=own.values("entity"))
    return Report.objects.filter(asked)


def with_names(rows: QuerySet[Report]) -> QuerySet[Report]:
    """The same with everything a line shows."""
    return rows.select_related(*NAMES)
