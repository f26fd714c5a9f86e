"""Clusters, limited to those an actor manages, looks after or passes on. No writes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from accounts.selectors import places_within
from clusters import permissions as may
from clusters.enums import RequestState
from clusters.models import ClusterFirm, ClusterProfile, KeyEnterprise, Project, SupportRequest
from clusters.models.firm import firms_on
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings import programmes
from filings.enums import EntityState
from filings.models import Entity

OPEN_REQUESTS = (RequestState.RAISED, RequestState.ASSIGNED, RequestState.ANSWERED)


def clusters() -> QuerySet[Entity]:
    """Every cluster that ever was on the register."""
    return Entity.objects.filter(kind__in=may.KINDS)


def visible_to(actor: Actor) -> QuerySet[Entity]:
    """The clusters this actor reads from the inside; agrees with `permissions.viewer`."""
    if actor.user is None or actor.organisation is None:
        return Entity.objects.none()
    reach = Q(pk__in=[])
    if actor.has_role(*UNIT_ROLES):
        reach |= Q(lead_id=actor.organisation_id)
    if actor.has_role(*may.READERS):
        reach |= Q(authority_id=actor.organisation_id)
    place = actor.organisation.jurisdiction
    kinds = [p.entity_kind for p in programmes.all_programmes() if actor.has_role(p.recommender)]
    if place is not None and set(kinds) & set(may.KINDS):
        reach |= Q(kind__in=kinds, district__in=places_within(place).values("pk"))
    return clusters().filter(reach)


def get_visible(actor: Actor, code: str) -> Entity:
    """The cluster, or the same NotVisible as for a code that does not exist."""
    found = (
        clusters()
        .select_related(
            "cluster", "lead__district", "authority__jurisdiction", "district__parent", "district__maps_to"
        )
        .filter(code=code)
        .first()
    )
    if found is None or not may.viewer(actor, found):
        raise NotVisible.one("not_found", _("没有找到这个集群，或您无权查看。"))
    return found


def get_public(code: str) -> Entity:
    """A cluster anybody may read of, in force or not."""
    found = clusters().select_related("cluster", "lead", "authority", "district__parent").filter(code=code)
    cluster = found.first()
    if cluster is None:
        raise NotVisible.one("not_found", _("没有找到这个集群。"))
    return cluster


def profile_of(cluster: Entity) -> ClusterProfile:
    """The profile; an empty one for a cluster that was loaded without."""
    found = getattr(cluster, "cluster", None)
    return found if found is not None else ClusterProfile(entity=cluster)


@dataclass
class Sight:
    """One actor before one cluster; each rule is asked once a page."""

    actor: Actor
    cluster: Entity

    @property
    def is_open(self) -> bool:
        """Whether anything may still be written about it."""
        return bool(self.cluster.standing == EntityState.REGISTERED)

    @cached_property
    def writes(self) -> bool:
        return self.is_open and may.body(self.actor, self.cluster)

    @cached_property
    def reviews(self) -> bool:
        return self.is_open and may.reviewer(self.actor, self.cluster)

    @cached_property
    def keeps(self) -> bool:
        return self.is_open and may.keeper(self.actor, self.cluster)


def listed(actor: Actor) -> QuerySet[Entity]:
    """The actor's clusters with `firm_count`, `key_count`, `project_count` and `open_requests`. One query."""
    today = clock.today()

    def count(rows: QuerySet[Any], path: str) -> Subquery:
        found = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
        return Subquery(found.annotate(n=Count("pk")).values("n"))

    return (
        visible_to(actor)
        .select_related("lead", "district__parent", "authority")
        .annotate(
            firm_count=count(ClusterFirm.objects.filter(firms_on(today)), "cluster"),
            key_count=count(KeyEnterprise.objects.filter(until=None), "cluster"),
            project_count=count(Project.objects.exclude(state="dropped"), "cluster"),
            open_requests=count(
                SupportRequest.objects.filter(state__in=OPEN_REQUESTS), "enterprise__cluster"
            ),
        )
        .order_by("name_key", "id")
    )


def firms_of(cluster: Entity, on: datetime.date) -> QuerySet[ClusterFirm]:
    """The firms that belong on a day, by name."""
    return ClusterFirm.objects.filter(firms_on(on), cluster=cluster).order_by("name_key", "id")
