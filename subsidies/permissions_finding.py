"""Who looks at what other units could claim."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.permissions import Rule
from core.actor import Actor

OVERSEERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.DISTRICT_OFFICER, Role.FINANCE)


def _oversees(actor: Actor, obj: Any) -> bool:
    return (
        actor.has_role(*OVERSEERS)
        and actor.organisation is not None
        and actor.organisation.jurisdiction_id is not None
    )


overseer = Rule(_oversees, _("此页面供主管部门的经办人、处室负责人、区县推荐岗和财务岗使用。"))
