"""Who looks at what other units could claim, and who decides on what is offered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.permissions import Rule, has_role, is_unit_member
from core.actor import Actor

OVERSEERS = (Role.CASE_OFFICER, Role.DIVISION_HEAD, Role.DISTRICT_OFFICER, Role.FINANCE)


def _oversees(actor: Actor, obj: Any) -> bool:
    return (
        actor.has_role(*OVERSEERS)
        and actor.organisation is not None
        and actor.organisation.jurisdiction_id is not None
    )


overseer = Rule(_oversees, _("此页面供主管部门的经办人、处室负责人、区县推荐岗和财务岗使用。"))

offer_taker = is_unit_member
offer_decider = has_role(Role.UNIT_ADMIN, Role.SIGNER).saying(
    _("是否领取由本单位的管理员或者签字人决定，填报人不能代为放弃或者恢复。")
)
"""Who declines for a unit what is offered to it, or takes it up again."""
