"""Activities and results as each role reads them. No writes."""

from __future__ import annotations

import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from alliances.enums import ACTIVITIES, RESULTS, RecordKind
from alliances.models import AllianceRecord
from alliances.permissions import KEEPERS, record_viewer
from core.actor import Actor
from core.errors import NotVisible
from filings.enums import EntityState
from filings.models import Entity

TABS = ("activities", "results", "withdrawn")


def of_entity(entity: Entity) -> QuerySet[AllianceRecord]:
    """Every record of an entity that this actor sees already."""
    return entity.alliance_records.select_related("evidence", "judged_by")


def in_tab(rows: QuerySet[AllianceRecord], tab: str) -> QuerySet[AllianceRecord]:
    """`activities`, `results` or `withdrawn`, the newest first."""
    if tab == "withdrawn":
        return rows.filter(withdrawn_at__isnull=False)
    kinds = ACTIVITIES if tab == "activities" else RESULTS
    return rows.filter(withdrawn_at__isnull=True, kind__in=kinds)


def living(entity: Entity) -> QuerySet[AllianceRecord]:
    """Those that have not been withdrawn."""
    return entity.alliance_records.filter(withdrawn_at__isnull=True)


def of_year(entity: Entity, first: datetime.date, last: datetime.date) -> QuerySet[AllianceRecord]:
    """Living records dated within some days."""
    return living(entity).filter(held_on__range=(first, last))


def public_of(entity: Entity, on: datetime.date) -> QuerySet[AllianceRecord]:
    """What everybody may read: living, public, held by a day; of activities those an officer has found to count."""
    rows = living(entity).filter(is_public=True, held_on__lte=on)
    return rows.exclude(kind__in=ACTIVITIES, counts__isnull=True).exclude(kind__in=ACTIVITIES, counts=False)


def get_record(actor: Actor, pk: int) -> AllianceRecord:
    """The record, or the same NotVisible as for one that does not exist."""
    found = (
        AllianceRecord.objects.select_related(
            "entity__lead__district",
            "entity__authority",
            "entity__district__parent",
            "entity__district__maps_to",
            "evidence",
            "judged_by",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None or not record_viewer(actor, found):
        raise NotVisible.one("record", _("没有找到这条记录，或您无权查看。"))
    return found


def waiting(actor: Actor) -> QuerySet[AllianceRecord]:
    """Activities with evidence that nobody of this actor's bureau has looked at."""
    if actor.organisation is None or not actor.has_role(*KEEPERS):
        return AllianceRecord.objects.none()
    return AllianceRecord.objects.filter(
        entity__authority_id=actor.organisation_id,
        entity__standing=EntityState.REGISTERED,
        kind__in=ACTIVITIES,
        counts__isnull=True,
        withdrawn_at__isnull=True,
        evidence__isnull=False,
    ).select_related("entity")


def numbers_of_year(entity: Entity, first: datetime.date, last: datetime.date) -> dict[str, int]:
    """Kind → how many results of it are dated within some days."""
    kinds = of_year(entity, first, last).values_list("kind", flat=True)
    found = dict.fromkeys((kind.value for kind in RecordKind if kind in RESULTS), 0)
    for kind in kinds:
        if kind in found:
            found[kind] += 1
    return found
