"""Who brings a register in, who confirms it, who reads of it. Rules over a RegisterLoad, or without an object."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.permissions import has_role, officer_in, other_person
from filings.permissions import STAFF_READERS

LOADERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD)

loader = has_role(*LOADERS)
"""Asked without an object: whose pages these are."""

load_keeper = officer_in("authority", *LOADERS).saying(_("此事由登记机关的经办人办理。"))
load_viewer = officer_in("authority", *STAFF_READERS)
load_confirmer = officer_in("authority", Role.DIVISION_HEAD).saying(
    _("名录由登记机关的处室负责人确认后导入。")
) & other_person("uploaded_by").saying(_("须由另一人确认：上传人不能自己确认导入。"))
