"""Menu entries of the statistics, for bodies and for offices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES
from accounts.permissions import Rule
from clusters import permissions_statistics as may
from clusters.models import ClusterReturn
from clusters.permissions import keeps_clusters
from clusters.selectors.statistics import waiting_for
from core.actor import Actor
from core.navigation import Entry
from core.navigation import register as add


def _is_body(actor: Actor, obj: object = None) -> bool:
    """Only a unit that manages a cluster sees the entry; one query for units, none for others."""
    if actor.organisation is None or not actor.has_role(*UNIT_ROLES):
        return False
    return ClusterReturn.objects.filter(entity__lead_id=actor.organisation_id).exists()


def register() -> None:
    """Called once from AppConfig.ready()."""
    group = _("产业集群")
    reads = may.half_year_reader & keeps_clusters
    add(
        Entry(
            _("集群统计"),
            "clusters:statistics",
            may.is_office & keeps_clusters,
            icon="chart-bar",
            group=group,
            waiting=waiting_for,
            order=46,
        )
    )
    add(Entry(_("半年汇总"), "clusters:half_years", reads, icon="document-text", group=group, order=47))
    add(
        Entry(
            _("集群统计"),
            "clusters:statistics",
            Rule(_is_body, _("此页面供集群管理机构使用。")),
            icon="chart-bar",
            waiting=waiting_for,
            order=16,
        )
    )
