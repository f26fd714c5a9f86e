"""Alliances, communities and unions as a bureau reads them, and how far their targets are reached. No writes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from alliances.community import terms as community
from alliances.enums import ACTIVITIES, NETWORK_KINDS
from alliances.models import AllianceRecord
from core.actor import Actor
from filings.models import Entity
from filings.selectors.entities import looked_after_by
from policy.models import Target


@dataclass(frozen=True)
class Query:
    """`kind`, `level` (had on the day), `q`: words; what stood on the register on `on`, ended ones with `ended`."""

    on: datetime.date
    kind: str = ""
    level: str = ""
    q: str = ""
    ended: bool = False


def listed(actor: Actor, query: Query) -> QuerySet[Entity]:
    """Networks that this actor reads as staff, as of a day."""
    rows = looked_after_by(actor).filter(kind__in=NETWORK_KINDS)
    return narrowed(rows, query).order_by("name_key", "pk")


def narrowed(rows: QuerySet[Entity], query: Query) -> QuerySet[Entity]:
    """The same filters for list and count, so that a number and its list agree."""
    on = query.on
    if query.ended:
        rows = rows.filter(ended_on__lte=on)
    else:
        rows = rows.filter(valid_from__lte=on).filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on))
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.level:
        held = Q(level_steps__since__lte=on) & (
            Q(level_steps__until__isnull=True) | Q(level_steps__until__gt=on)
        )
        rows = rows.filter(held, level_steps__level=query.level)
    for word in query.q.split():
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word) | Q(lead__name__icontains=word))
    return rows


def with_details(rows: QuerySet[Entity]) -> QuerySet[Entity]:
    """With what a line of the list shows, in a number of queries that does not grow with the rows."""
    activities = AllianceRecord.objects.filter(withdrawn_at__isnull=True, kind__in=ACTIVITIES)
    return rows.select_related("lead", "district__parent", "network").prefetch_related(
        Prefetch("alliance_records", activities, to_attr="year_records"), "level_steps", "certificates"
    )


@dataclass(frozen=True)
class Goal:
    """One target of a document beside what is on the register on a day."""

    target: Target
    count: int
    query: Query

    @property
    def wanted(self) -> str:
        """10 左右, 2–3."""
        low = _plain(self.target.value)
        return f"{low}–{_plain(self.target.value_max)}" if self.target.value_max is not None else low

    @property
    def short(self) -> int:
        return max(0, int(self.target.value or 0) - self.count)


def _plain(value: Any) -> str:
    return f"{value:f}".rstrip("0").rstrip(".") if value is not None else ""


def goals(actor: Actor, on: datetime.date) -> list[Goal]:
    """The targets for communities in this bureau's place, each with its own document and deadline (amb_community_deadline)."""
    place = (
        actor.organisation.jurisdiction.code if actor.organisation and actor.organisation.jurisdiction else ""
    )
    rows = Target.objects.filter(place__code=place, value__isnull=False).select_related("item", "document")
    found = []
    for row in rows:
        if community.KIND not in row.entity_kinds:
            continue
        query = Query(on=on, kind=community.KIND, level=row.level)
        found.append(Goal(row, listed(actor, query).count(), query))
    return found
