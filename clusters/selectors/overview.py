"""Everything around one cluster, read with the same number of queries for 1 firm and 1,000, 1 period and 40."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q

from clusters.models import ClusterFirm, ClusterProfile, KeyEnterprise, Listing, SupportRequest
from clusters.models.firm import firms_on
from clusters.models.project import Project
from clusters.selectors import enterprises, projects, standing
from clusters.selectors.clusters import OPEN_REQUESTS, Sight, firms_of, profile_of
from clusters.selectors.firms import links_with_firms
from clusters.selectors.statistics_summary import newest_statistics
from filings.models import Entity, EntityLink
from policy.law import Law, law_on

FIRMS_SHOWN = 10
KEYS_SHOWN = 8
ALLIANCE, COMMUNITY, PLATFORM = (
    EntityLink.Kind.ALLIANCE_OF,
    EntityLink.Kind.COMMUNITY_OF,
    EntityLink.Kind.PLATFORM_OF,
)


@dataclass
class Overview:
    """What a page of a cluster shows; `sight` is None for the public."""

    cluster: Entity
    profile: ClusterProfile
    on: datetime.date
    sight: Sight | None
    law: Law
    links: dict[str, list[EntityLink]] = field(default_factory=dict)
    firm_count: int = 0
    key_firms: int = 0
    firms: list[ClusterFirm] = field(default_factory=list)
    in_links: dict[str, int] = field(default_factory=dict)
    stages: dict[str, dict[str, Any]] = field(default_factory=dict)
    late: int = 0
    keys: list[KeyEnterprise] = field(default_factory=list)
    key_count: int = 0
    requests: int = 0
    listings: list[Listing] = field(default_factory=list)
    statistics: list[dict[str, Any]] = field(default_factory=list)
    standing: list[dict[str, Any]] = field(default_factory=list)
    principles: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_public(self) -> bool:
        return self.sight is None


def overview(cluster: Entity, on: datetime.date, *, sight: Sight | None) -> Overview:
    """Read it. What stays between the body and the offices is not even asked for the public."""
    law = law_on(on, cluster.spec.place)
    found = Overview(cluster, profile_of(cluster), on, sight, law)
    found.links = _links(cluster, on)
    firms = ClusterFirm.objects.filter(firms_on(on), cluster=cluster).aggregate(
        n=Count("pk"), key=Count("pk", filter=Q(is_key=True))
    )
    found.firm_count, found.key_firms = firms["n"], firms["key"]
    found.in_links = links_with_firms(cluster)
    found.stages = projects.by_stage(Project.objects.filter(cluster=cluster))
    kept = KeyEnterprise.objects.filter(cluster=cluster, until=None)
    found.key_count = kept.count()
    found.statistics = newest_statistics(cluster, public=sight is None)
    found.listings = list(Listing.objects.filter(cluster=cluster, project=None).order_by("since", "id"))
    found.principles = standing.principles(cluster.kind, law)
    if sight is not None:
        _inside(found, sight)
    return found


def _inside(found: Overview, sight: Sight) -> None:
    cluster = found.cluster
    found.firms = list(firms_of(cluster, found.on).order_by("-is_key", "name_key", "id")[:FIRMS_SHOWN])
    found.late = Project.objects.filter(projects.late(), cluster=cluster).count()
    kept = KeyEnterprise.objects.filter(cluster=cluster, until=None)
    keys: Any = enterprises.with_requests(kept)
    found.keys = list(keys.order_by("-open_requests", "name_key")[:KEYS_SHOWN])
    requests = SupportRequest.objects.filter(enterprise__cluster=cluster, state__in=OPEN_REQUESTS)
    found.requests = requests.count()
    found.standing = standing.standing(cluster, found.law, sight.actor if sight.is_open else None)


def _links(cluster: Entity, on: datetime.date) -> dict[str, list[EntityLink]]:
    """What belongs to it on a day, by kind of link. Two queries."""
    rows = EntityLink.objects.filter(
        Q(until=None) | Q(until__gt=on),
        target=cluster,
        since__lte=on,
        kind__in=(ALLIANCE, COMMUNITY, PLATFORM),
    )
    found: dict[str, list[EntityLink]] = {ALLIANCE: [], COMMUNITY: [], PLATFORM: []}
    for row in rows.select_related("source__lead").prefetch_related("source__certificates").order_by("since"):
        found[row.kind].append(row)
    return found
