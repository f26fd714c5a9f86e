"""Who may what with the statistics. Rules over a ClusterReturn or a DispatchSheet, both of which have `entity`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES, DistrictKind, Role
from accounts.permissions import Rule, acts_for, covers, follow, has_role, officer_in, other_person
from clusters.enums_statistics import INNOVATIVE, STRATEGIC
from core.actor import Actor
from filings.programmes import SCIENCE, for_kind

OFFICERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD)
STAFF = (Role.MUNICIPAL_DRC, Role.PROVINCIAL_DRC, *OFFICERS, Role.AUDITOR)


def _of(kind: str) -> Rule:
    def same(actor: Actor, obj: Any) -> bool:
        return follow(obj, "entity.kind") == kind

    return Rule(same, _("此类集群的统计由其他部门负责。"))


_strategic, _innovative = _of(STRATEGIC), _of(INNOVATIVE)

body = acts_for("entity.lead", *UNIT_ROLES).saying(_("此事由集群管理机构办理。"))
body_filler = acts_for("entity.lead", Role.UNIT_ADMIN, Role.FILLER).saying(
    _("此事由集群管理机构的管理员或者填报人办理。")
)
body_signer = acts_for("entity.lead", Role.UNIT_ADMIN, Role.SIGNER).saying(
    _("此事由集群管理机构的管理员或者签字人办理。")
)
reviewer = (
    (_strategic & has_role(Role.MUNICIPAL_DRC) & covers("entity.district"))
    | (_innovative & officer_in("entity.authority", *OFFICERS))
).saying(_("此事由集群所在市的发展改革委办理，创新型产业集群由认定它的科技局办理。"))
"""The next level: the city's DRC; for an innovative cluster the bureau that recognised it."""

_province = (has_role(Role.PROVINCIAL_DRC) & covers("entity.district")) | officer_in(
    "entity.authority", *OFFICERS
)
above = (
    (_strategic & _province) | (_innovative & officer_in("entity.authority", Role.DIVISION_HEAD))
).saying(_("此事由省发展改革委办理，创新型产业集群由认定它的科技局的处室负责人办理。"))
confirmer = above & other_person("accepted_by")
"""The level above; never the person who accepted the return."""

auditor = has_role(Role.AUDITOR) & (covers("entity.district") | officer_in("entity.authority", Role.AUDITOR))
staff = reviewer | above | auditor
viewer = body | staff
"""Who may know of a return; for everybody else it is a 404."""

is_office = has_role(*STAFF).saying(_("此页面供发展改革委、科技局的工作人员使用。"))
"""Asked without an object: whose pages these are."""


half_year_reader = has_role(Role.PROVINCIAL_DRC, *OFFICERS, Role.AUDITOR)
"""Whose page the half-year reports are; which ones each sees is limited by the selector."""


def _keeps(actor: Actor, kind: Any) -> bool:
    if kind == STRATEGIC and actor.has_role(Role.PROVINCIAL_DRC):
        return True
    place = follow(actor, "organisation.jurisdiction.kind")
    if kind == STRATEGIC:
        return place == DistrictKind.PROVINCE and actor.has_role(*OFFICERS)
    return kind == INNOVATIVE and _is_their_bureau(actor) and actor.has_role(*OFFICERS)


def _is_their_bureau(actor: Actor) -> bool:
    """The science bureau of the place whose policy founds innovative clusters; no commission, no other city's."""
    department = follow(actor, "organisation.department")
    place = follow(actor, "organisation.jurisdiction.code")
    return bool(department == SCIENCE and place == for_kind(INNOVATIVE).place)


period_keeper = Rule(_keeps, _("报告期由省发展改革委开放，创新型产业集群的由科技局开放。"))
"""Asked with the kind of cluster: who opens periods and writes the half-year report."""
report_issuer = Rule(
    lambda actor, report: (
        _keeps(actor, follow(report, "entity_kind")) and follow(report, "bureau.pk") == actor.organisation_id
    ),
    _("此事由编制汇总的部门办理。"),
)
report_second = report_issuer & other_person("frozen_by")
"""The second of two persons: issues what another froze."""
