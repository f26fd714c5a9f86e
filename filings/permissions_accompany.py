"""Who accompanies: visits, problems and candidates. Rules over a Visit, a Problem, a Candidate."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES, Role
from accounts.permissions import acts_for, has_role, is_person, officer_in
from filings.permissions import STAFF_READERS, recommends

KEEPERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD)

accompanist = has_role(*KEEPERS)
"""Asked without an object: whose pages these are."""
_in_district = recommends("entity").saying(_("此事由所在区（市）的主管部门办理。"))
matter_officer = officer_in("entity.authority", *KEEPERS).saying(_("此事由登记机关的经办人办理。"))
matter_head = officer_in("entity.authority", Role.DIVISION_HEAD)
matter_staff = officer_in("entity.authority", *STAFF_READERS) | _in_district
"""Staff who read everything of a visit or a problem."""

problem_unit = acts_for("raised_for", *UNIT_ROLES).saying(_("只有提出困难的单位可以办理。"))
problem_owner = ((is_person("owner") & matter_officer) | matter_head).saying(
    _("此事由责任人或者处室负责人办理。")
)
problem_viewer = problem_unit | acts_for("entity.lead", *UNIT_ROLES) | matter_staff
"""A unit reads its own; the lead all of its consortium."""

candidate_keeper = officer_in("authority", *KEEPERS)
