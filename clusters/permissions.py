"""Who may what with a cluster and what belongs to it. Rules over the cluster's entity; `of` leads there."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES, Role
from accounts.permissions import Rule, acts_for, covers, follow, has_role, is_person, officer_in
from core.actor import Actor
from filings.permissions_entity import disinterested
from filings.programmes import SCIENCE, for_kind

INNOVATIVE, STRATEGIC = "innovative_cluster", "strategic_emerging_cluster"
KINDS = (INNOVATIVE, STRATEGIC)
KEEPERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.PROVINCIAL_DRC)
READERS = (*KEEPERS, Role.AUDITOR, Role.FINANCE)
HANDLERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.MUNICIPAL_DRC, Role.PROVINCIAL_DRC)
"""Who may be the owner of a request in a bureau."""


def of(path: str, rule: Rule) -> Rule:
    """The same rule, asked of what stands at an attribute path: of a project, of its cluster."""

    def holds(actor: Actor, obj: Any) -> bool:
        found = follow(obj, path)
        return found is not None and rule(actor, found)

    return Rule(holds, rule.sentence)


def _passes_on(actor: Actor, cluster: Any) -> bool:
    """Holds the role that recommends clusters of this kind: the city's DRC, or the district's science bureau."""
    return actor.has_role(cluster.spec.recommender)


def _is_strategic(actor: Actor, cluster: Any) -> bool:
    return bool(cluster.kind == STRATEGIC)


body = acts_for("lead", *UNIT_ROLES).saying(_("此事由集群的管理机构或者建设主体办理。"))
local = Rule(_passes_on, _("此事由集群所在地的主管部门办理。")) & covers("district")
officer = officer_in("authority", *KEEPERS).saying(_("此事由集群登记机关的经办人办理。"))
_city_drc = Rule(_is_strategic, _("此事由集群登记机关的经办人办理。")) & local
reviewer = (officer | _city_drc).saying(_("此事由市发展改革委或者登记机关办理。")) & disinterested
"""Who checks moves and takes up requests: for a strategic cluster the city's DRC, else the authority."""
keeper = officer & disinterested
viewer = body | officer_in("authority", *READERS) | local
"""Who reads a cluster from the inside; for everybody else it is a 404."""

of_firm = acts_for("organisation", *UNIT_ROLES).saying(_("此事由入库企业办理。"))
"""Asked of an entry of the key enterprise library."""
asks_help = of("cluster", body) | of_firm
raised_it = (acts_for("raised_for", *UNIT_ROLES) | of("enterprise", of_firm)).saying(
    _("此事由提出诉求的单位办理。")
)
takes_up = of("enterprise.cluster", reviewer)
owns_request = ((is_person("owner") & acts_for("bureau")) | takes_up).saying(
    _("此事由责任人或者主管部门办理。")
)
request_viewer = of("enterprise.cluster", viewer) | raised_it

has_clusters = has_role(*READERS, Role.MUNICIPAL_DRC, Role.DISTRICT_OFFICER, *UNIT_ROLES)
"""Whose pages these are at all; what each sees is limited by the selectors."""


def _keeps_clusters(actor: Actor, obj: Any = None) -> bool:
    """A science bureau only where its city's policies speak of clusters; a development commission everywhere."""
    office = actor.organisation
    if office is None or office.department != SCIENCE:
        return True
    return office.jurisdiction is not None and office.jurisdiction.code == for_kind(INNOVATIVE).place


keeps_clusters = Rule(_keeps_clusters, _("本机关没有集群事项。"))
"""Asked of an office, for its menu: elsewhere nobody is asked how many clusters wait."""
reads_named = has_role(*READERS, Role.MUNICIPAL_DRC)
"""Who compares the register with the names in the policies: a bureau."""
