"""产业集群: the list, one cluster with everything around it, the same for the public, and the lists of the policies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.access import PUBLIC
from clusters import permissions as may
from clusters.presentation import clusters as shown
from clusters.selectors import clusters as see
from clusters.selectors import named
from clusters.selectors.overview import overview
from clusters.views.base import ClusterView, crumbs
from core import clock


class Clusters(ClusterView):
    """The clusters this actor manages, looks after or passes on."""

    access = may.has_clusters

    def get(self, request: HttpRequest) -> HttpResponse:
        listed = self.listed(see.listed(self.actor))
        today = clock.today()
        lines = [shown.cluster_line(row, today) for row in listed["page"]]
        staff = may.reads_named(self.actor)
        return self.page("list", {"lines": lines, "staff": staff, **listed})


class OneCluster(ClusterView):
    """一集群一联盟一共同体: facts, alliance, community, platforms, firms, projects, statistics on one page."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        sight = self.sight(code)
        found = overview(sight.cluster, clock.today(), sight=sight)
        context = shown.cluster_page(found) | {
            "sight": sight,
            "crumbs": crumbs(sight.cluster),
        }
        return self.page("cluster", context)


class PublicCluster(ClusterView):
    """The same for anybody: nothing of investments, requests or what stays between the body and the offices."""

    access = PUBLIC

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        cluster = see.get_public(code)
        found = overview(cluster, clock.today(), sight=None)
        context: dict[str, Any] = shown.cluster_page(found)
        listed = self.listed(see.firms_of(cluster, clock.today()))
        return self.page("public", context | {"firms_page": list(listed["page"]), **listed})


class Named(ClusterView):
    """名录对照: the clusters the policies name, each with its entity on the register or without."""

    access = may.reads_named

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page("named", {"groups": named.groups(clock.today()), "crumbs": crumbs(None, ("", ""))})
