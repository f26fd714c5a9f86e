"""Who may what with an evaluation. Proposing and confirming are two people; who belongs to what is evaluated stands aside."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES, OrganisationKind, Role
from accounts.models import Membership
from accounts.permissions import (
    Rule,
    acts_for,
    covers,
    follow,
    has_role,
    is_unit_member,
    officer_in,
    other_person,
)
from accounts.selectors import in_force as holds_today
from core import clock
from core.actor import Actor
from filings.models import EntityMember
from filings.models.entity import in_force
from filings.permissions import STAFF_READERS

KEEPERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.PROVINCIAL_DRC, Role.MUNICIPAL_DRC)

evaluation_desk = has_role(*KEEPERS, Role.AUDITOR)
"""Asked without an object: whose pages these are."""
audit_desk = has_role(Role.AUDITOR).saying(_("此页面供审计人员使用。"))
"""The auditor's desk; what it shows lies in the auditor's jurisdiction."""
evaluation_keeper = has_role(*KEEPERS).saying(_("评价由主管部门的经办人或者处室负责人组织。"))


def _is_disinterested(actor: Actor, obj: Any) -> bool:
    """Holds no role in a unit that belongs to an evaluated entity."""
    if actor.user is None or obj is None:
        return True
    which = follow(obj, "round") or obj
    evaluated = which.entities.filter(included=True).values("entity")
    units = EntityMember.objects.filter(in_force(clock.today()), entity__in=evaluated).values("organisation")
    return not Membership.objects.filter(holds_today(), user=actor.user, organisation__in=units).exists()


disinterested = Rule(_is_disinterested, _("您在参评主体的参与单位任职，应当回避。"))

round_keeper = officer_in("authority", *KEEPERS).saying(_("此事由组织评价的机关办理。"))
round_officer = round_keeper & disinterested
round_head = (
    officer_in("authority", Role.DIVISION_HEAD, Role.PROVINCIAL_DRC, Role.MUNICIPAL_DRC).saying(
        _("评价结果由处室负责人审定。")
    )
    & other_person("proposed_by").saying(_("评价结果由您拟定，须由另一人审定。"))
    & disinterested
)
round_agency = acts_for("agency")
agency_people = is_unit_member & Rule(
    lambda actor, obj: actor.organisation is not None and actor.organisation.kind == OrganisationKind.AGENCY,
    _("此页面供受托的第三方机构使用。"),
)
"""Asked without an object: in whose menu commissions stand. A unit of another kind is led to them by its notice."""
_opened = Rule(lambda actor, row: follow(row, "opened_at") is not None, _("评价尚未启动。"))
_audits = has_role(Role.AUDITOR) & covers("authority.jurisdiction")
round_reader = (
    officer_in("authority", *STAFF_READERS, *KEEPERS)
    | _audits.saying(_("审计人员只能查看本辖区。"))
    | (round_agency & _opened)
)
"""Who may see a round; for everybody else it is a 404. An agency sees what it was commissioned with once it is opened."""
result_reader = (officer_in("authority", *STAFF_READERS, *KEEPERS) | _audits).saying(
    _("参评主体的数据和评价结果由组织评价的机关和审计人员查看。")
)
"""Who reads figures and results of all: not the agency, which knows its part of the work alone."""
subject_officer = (
    officer_in("round.authority", *KEEPERS).saying(_("此事由组织评价的机关办理。")) & disinterested
)
correction_officer = subject_officer
"""Opens and carries a correction on; the round is reached as of a subject."""


def _is_uninvolved(actor: Actor, obj: Any) -> bool:
    """Neither opened nor submitted the correction, changed no figure in it and stated nothing."""
    if actor.user is None or obj is None:
        return False
    if actor.user_id in (obj.opened_by_id, obj.proposed_by_id):
        return False
    stated = Q(stated_by=actor.user) | Q(withdrawn_by=actor.user)
    return not (obj.changes.filter(made_by=actor.user).exists() or obj.marks.filter(stated).exists())


uninvolved = Rule(_is_uninvolved, _("本次更正由您提出、提交或者修正过数据，须由另一人审定。"))
correction_head = (
    officer_in("round.authority", Role.DIVISION_HEAD, Role.PROVINCIAL_DRC, Role.MUNICIPAL_DRC).saying(
        _("更正由处室负责人审定。")
    )
    & uninvolved
    & disinterested
)

scheme_keeper = officer_in("authority", *KEEPERS).saying(_("指标体系由制定机关的经办人或者处室负责人编制。"))
scheme_publisher = officer_in(
    "authority", Role.DIVISION_HEAD, Role.PROVINCIAL_DRC, Role.MUNICIPAL_DRC
).saying(_("指标体系由处室负责人发布。")) & other_person("proposed_by").saying(
    _("指标体系由您提交，须由另一人发布。")
)


def _belongs(actor: Actor, report: Any) -> bool:
    """A unit that belongs to the evaluated entity today."""
    entity = follow(report, "entity")
    if entity is None or actor.organisation is None or not actor.has_role(*UNIT_ROLES):
        return False
    if entity.lead_id == actor.organisation_id:
        return True
    return bool(
        entity.members.filter(in_force(clock.today()), organisation_id=actor.organisation.pk).exists()
    )


report_of_own = Rule(_belongs, _("只有参评主体的牵头、依托或者成员单位可以查看。"))
report_reader = (
    officer_in("round.authority", *STAFF_READERS, *KEEPERS)
    | (has_role(Role.AUDITOR) & covers("round.authority.jurisdiction"))
    | report_of_own
)

_comes_with_the_portal = Rule(
    lambda actor, scheme: scheme is not None and scheme.authority_id is None, _("随系统提供的指标体系。")
)
scheme_reader = (
    officer_in("authority", *STAFF_READERS, *KEEPERS)
    | (has_role(Role.AUDITOR) & covers("authority.jurisdiction")).saying(_("审计人员只能查看本辖区。"))
    | (evaluation_desk & _comes_with_the_portal).saying(_("只有主管部门和审计人员可以查看。"))
)
"""Who may see a scheme; for everybody else it is a 404."""
