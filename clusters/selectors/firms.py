"""Firms of a cluster as pages list them. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from clusters.models import ClusterFirm
from clusters.models.firm import firms_on
from clusters.selectors.clusters import visible_to
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings.models import Entity


def narrowed(
    rows: QuerySet[ClusterFirm], *, words: str = "", link: str = "", key: bool = False
) -> QuerySet[ClusterFirm]:
    """By words of name, code or products; by chain link; key firms alone."""
    for word in words.split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(credit_code__icontains=word.upper()) | Q(products__icontains=word)
        )
    if link:
        rows = rows.filter(chain_link=link)
    return rows.filter(is_key=True) if key else rows


def on_list(cluster: Entity, tab: str, on: datetime.date) -> QuerySet[ClusterFirm]:
    """`present`, `left` or `all`, by name."""
    rows = ClusterFirm.objects.filter(cluster=cluster)
    if tab == "present":
        rows = rows.filter(firms_on(on))
    elif tab == "left":
        rows = rows.filter(left_on__lte=on)
    return rows.order_by("name_key", "id")


def elsewhere(rows: Iterable[ClusterFirm]) -> dict[int, list[str]]:
    """Names of the other clusters that count the same firm in the same days, by firm. One query.

    Its own cluster counts each firm once; being counted in two clusters is allowed and shown (s3).
    """
    mine = list(rows)
    codes = {row.credit_code for row in mine}
    others = ClusterFirm.objects.filter(credit_code__in=codes).select_related("cluster") if codes else ()
    found: dict[int, list[str]] = {}
    for row in mine:
        for other in others:
            if other.cluster_id == row.cluster_id or other.credit_code != row.credit_code:
                continue
            if (row.left_on is None or other.joined_on < row.left_on) and (
                other.left_on is None or row.joined_on < other.left_on
            ):
                found.setdefault(row.pk, []).append(other.cluster.name)
    return found


def get_firm(actor: Actor, pk: int) -> ClusterFirm:
    """The firm of a cluster this actor reads; the same NotVisible for everybody else."""
    rows = ClusterFirm.objects.select_related("cluster__cluster", "cluster__lead")
    found = rows.filter(pk=pk, cluster__in=visible_to(actor)).first()
    if found is None:
        raise NotVisible.one("firm", _("没有找到这家集群企业，或您无权查看。"))
    return found


def links_with_firms(cluster: Entity) -> dict[str, int]:
    """How many firms stand in each link today. One query."""
    found: dict[str, int] = {}
    rows = ClusterFirm.objects.filter(firms_on(clock.today()), cluster=cluster).exclude(chain_link="")
    for link in rows.values_list("chain_link", flat=True):
        found[link] = found.get(link, 0) + 1
    return found
