"""Pages about one cluster that its page on the register links to. Other parts of the app add theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clusters import permissions as may
from clusters.models import ClusterFirm, KeyEnterprise, Project
from clusters.models.firm import firms_on
from core import clock
from core.actor import Actor
from filings.models import Entity
from filings.programmes import Room

More = Callable[[Entity, Actor], Iterable[Room]]
_more: list[More] = []


def register(more: More) -> None:
    """Another part's rooms, asked for a cluster this actor reads from the inside. Called from AppConfig.ready()."""
    if more not in _more:
        _more.append(more)


def inside(entity: Entity, actor: Actor) -> list[Room]:
    """For whoever reads the cluster from the inside: overview, firms, projects, key enterprises and what was added."""
    if not may.viewer(actor, entity):
        return []
    firms = ClusterFirm.objects.filter(firms_on(clock.today()), cluster=entity).count()
    projects = Project.objects.filter(cluster=entity).exclude(state="dropped").count()
    keys = KeyEnterprise.objects.filter(cluster=entity, until=None).count()
    found = [
        Room(_("集群总览"), _url("cluster", entity), _("一集群一联盟一共同体")),
        Room(_("集群企业"), _url("firms", entity), _("%(n)s 家") % {"n": firms}),
        Room(_("项目储备库"), _url("projects", entity), _("%(n)s 个") % {"n": projects}),
        Room(_("重点企业库"), _url("enterprises", entity), _("%(n)s 家") % {"n": keys}),
    ]
    for more in _more:
        found += more(entity, actor)
    return found


def public(entity: Entity, day: Any) -> list[Room]:
    """What anybody may read besides the entity's own page."""
    return [Room(_("一集群一联盟一共同体"), _url("public", entity), _("联盟、共同体、平台和企业"))]


def _url(name: str, entity: Entity) -> str:
    return reverse(f"clusters:{name}", args=[entity.code])
