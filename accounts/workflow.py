"""What may happen to a registration and to a proposed change of roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts import permissions as may
from accounts.enums import ChangeState, OrganisationState
from core.actor import Actor
from core.errors import Problem
from core.workflow import Data, Transition, Workflow


def _subject_is_somebody_else(change: Any, actor: Actor, data: Data) -> Iterator[Problem]:
    """三权分立: nobody publishes a change of their own roles."""
    if change.user_id == actor.user_id:
        yield Problem("own_role", _("不能办理本人的角色变更，请由另一名安全管理员发布。"))


REGISTRATION = Workflow(
    (
        Transition(
            "approve",
            (OrganisationState.PENDING,),
            OrganisationState.APPROVED,
            allowed=may.may_review_registration,
            label=_("通过登记"),
            help=_("通过后，该单位即可办理申报，并会收到邮件通知。"),
        ),
        Transition(
            "reject",
            (OrganisationState.PENDING,),
            OrganisationState.REJECTED,
            allowed=may.may_review_registration,
            needs_comment=True,
            label=_("不予通过"),
            help=_("理由会发给该单位；该单位修改后可以重新提交。"),
            danger=True,
        ),
        Transition(
            "claim",
            (OrganisationState.APPROVED,),
            OrganisationState.PENDING,
            allowed=may.may_claim,
            label=_("认领登记"),
        ),
        Transition(
            "resubmit",
            (OrganisationState.REJECTED,),
            OrganisationState.PENDING,
            allowed=may.may_look_after_registration,
            label=_("重新提交登记"),
        ),
    ),
    noun="registration",
)

ROLE_CHANGE = Workflow(
    (
        Transition(
            "publish",
            (ChangeState.PROPOSED,),
            ChangeState.PUBLISHED,
            allowed=may.may_decide_role_change,
            guards=(_subject_is_somebody_else,),
            label=_("发布"),
            help=_("发布后立即生效，该人员须重新登录。"),
        ),
        Transition(
            "refuse",
            (ChangeState.PROPOSED,),
            ChangeState.REFUSED,
            allowed=may.may_decide_role_change,
            needs_comment=True,
            label=_("退回"),
        ),
        Transition(
            "withdraw",
            (ChangeState.PROPOSED,),
            ChangeState.WITHDRAWN,
            allowed=may.is_person("proposed_by"),
            label=_("撤回"),
        ),
    ),
    noun="role_change",
)
