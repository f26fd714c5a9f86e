"""Who may change the law: staff of a bureau for its own place, and always two of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.permissions import anybody, covers, has_role, is_person, is_staff, other_person

may_read = anybody
may_see_changes = is_staff

may_propose = has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD)
# Asked of an object with a `place`.
may_propose_here = may_propose & covers("place")
may_decide = (
    has_role(Role.DIVISION_HEAD).saying(_("政策变更由处室负责人复核。"))
    & other_person("proposed_by").saying(_("须由另一人复核：提出人不能发布或退回自己提出的变更。"))
    & covers("place")
)
may_withdraw = is_person("proposed_by")
