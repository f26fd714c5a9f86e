"""Who tries other values of the policy: staff of a bureau who may propose changes of it, and its finance officers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.permissions import has_role, officer_in, other_person
from policy.permissions import may_propose

KEEPERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.FINANCE)

may_try = has_role(*KEEPERS)
"""Asked without an object: whose pages these are."""

may_see = officer_in("authority", *KEEPERS)
may_keep = officer_in("authority", *KEEPERS).saying(_("此事由本部门的经办人、处室负责人或者财务岗办理。"))
may_offer = may_keep & may_propose.saying(_("拟改取值由经办人或者处室负责人提交复核。"))
may_settle = officer_in("authority", Role.DIVISION_HEAD).saying(
    _("政策变更由处室负责人复核。")
) & other_person("proposed_by").saying(_("须由另一人复核：提出人不能发布或退回自己提出的变更。"))
