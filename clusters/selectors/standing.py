"""What stands for a cluster without a date: duties of its body, of city and province, mechanisms and principles.

Each is an item of the policy library. It is shown with its clause and with the last work recorded for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import Rule
from clusters import permissions as may
from clusters.models import WorkRecord
from clusters.strategic.terms import BODY_DUTIES
from core.actor import Actor
from filings.models import Entity
from policy.law import Law


@dataclass(frozen=True)
class Topic:
    """One item that asks for doing, by whom, and in which parts."""

    key: str
    kind: str  # of cluster
    who: Any
    by: Rule
    parts: Mapping[str, Any] = field(default_factory=dict)


TOPICS: dict[str, Topic] = {
    topic.key: topic
    for topic in (
        Topic("obl_cluster_body", may.STRATEGIC, _("集群管理机构"), may.body, BODY_DUTIES),
        Topic("obl_city_gov_pilot", may.STRATEGIC, _("市政府和市发展改革委"), may.reviewer),
        Topic("obl_sd_drc_coordinate", may.STRATEGIC, _("省发展改革委"), may.keeper),
        Topic("obl_gov_publicity", may.INNOVATIVE, _("科技主管部门"), may.keeper),
        Topic("mech_clu_two_level", may.INNOVATIVE, _("科技主管部门"), may.keeper),
        Topic("mech_clu_ministry", may.INNOVATIVE, _("科技主管部门"), may.keeper),
    )
}
# shown with their clause alone: how the province wants clusters to be run
PRINCIPLES = {
    may.INNOVATIVE: ("mech_clu_evaluation_system", "mech_clu_enterprise_longterm", "fil_prov_pilot"),
    may.STRATEGIC: (
        "mech_sec_operation",
        "mech_sec_park_model",
        "mech_sec_ecology_model",
        "mech_sec_element_incentive",
        "fil_sec_recognition",
        "fil_sec_principle",
        "fil_sec_exit",
    ),
}


def standing(cluster: Entity, law: Law, actor: Actor | None) -> list[dict[str, Any]]:
    """[{key, label, who, clause, last, may_record}] of the topics of this kind of cluster. One query."""
    mine = [topic for topic in TOPICS.values() if topic.kind == cluster.kind]
    last = _last(cluster, (topic.key for topic in mine))
    return [
        {
            "key": topic.key,
            "label": law.item(topic.key).label,
            "who": topic.who,
            "clause": law.cite(topic.key),
            "last": last.get(topic.key),
            "may_record": actor is not None and topic.by(actor, cluster),
        }
        for topic in mine
        if law.applies(topic.key)
    ]


def _last(cluster: Entity, topics: Iterable[str]) -> dict[str, WorkRecord]:
    rows = WorkRecord.objects.filter(cluster=cluster, topic__in=list(topics))
    rows = rows.order_by("topic", "-done_on", "-id").distinct("topic").select_related("organisation")
    return {row.topic: row for row in rows}


def principles(kind: str, law: Law) -> list[dict[str, str]]:
    """[{key, label, clause}] that are shown and not kept. No query."""
    return [
        {"key": key, "label": law.item(key).label, "clause": law.cite(key)}
        for key in PRINCIPLES[kind]
        if law.applies(key)
    ]
