"""Who reads the working-day calendar, who prepares a change of it and who puts it in force."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import STAFF_ROLES, Role
from accounts.permissions import has_role

reads_calendar = has_role(*sorted(STAFF_ROLES))
prepares_calendar = has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD).saying(
    _("日历的改动由经办人或处室负责人准备。")
)
"""May ask what a change would move; nothing is stored by that."""
changes_calendar = has_role(Role.DIVISION_HEAD).saying(_("日历全平台共用，改动由处室负责人确认生效。"))
