"""Staff roles: a system administrator proposes, a security administrator publishes (三权分立)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import permissions as may
from accounts import selectors, workflow
from accounts.enums import SEPARATED_ROLES, STAFF_ROLES, RoleAct
from accounts.models import Membership, Organisation, RoleChange, User
from accounts.services import mail, memberships, users
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotVisible, Problem, raise_if


def grant_initial_role(*, actor: Actor, user: User, organisation: Organisation, role: str) -> Membership:
    """The first administrators of an installation, demo accounts and makers. By the system only."""
    may.is_system.require(actor)
    return memberships.grant(actor=actor, user=user, organisation=organisation, role=role)


def propose_role_change(
    *,
    actor: Actor,
    user: User,
    organisation: Organisation,
    role: str,
    act: str,
    reason: str,
    until: date | None = None,
) -> RoleChange:
    """A system administrator proposes to give or take a staff role.

    Raises NotAllowed, NotVisible, Invalid.
    """
    may.may_propose_roles.require(actor)
    if not selectors.bureaus_administered_by(actor).filter(pk=organisation.pk).exists():
        raise NotVisible()
    raise_if(_problems(actor, user, organisation, role, act, reason, until))
    with transaction.atomic():
        try:
            with transaction.atomic():
                change = RoleChange.objects.create(
                    user=user,
                    organisation=organisation,
                    role=role,
                    act=act,
                    reason=reason.strip(),
                    until=until if act == RoleAct.GRANT else None,
                    proposed_by=actor.user,
                    proposed_at=clock.now(),
                )
        except IntegrityError as error:
            text = _("该人员的这个角色已有一项待发布的变更。")
            raise Invalid.one("already_proposed", text, "role") from error
        detail = {"user": user.pk, "organisation": organisation.pk, "role": role, "act": act}
        audit.record("role_change.propose", actor=actor, obj=change, detail=detail)
    return change


def publish_role_change(
    *, actor: Actor, change: RoleChange, comment: str = "", version: int | None = None
) -> RoleChange:
    """A security administrator, who is neither proposer nor subject, puts the change into force at once.

    Raises NotNow, NotAllowed, Stale, Invalid (two of the separated roles).
    """
    return workflow.ROLE_CHANGE.perform(
        change, "publish", actor=actor, comment=comment, version=version, effect=_apply
    )


def refuse_role_change(
    *, actor: Actor, change: RoleChange, comment: str, version: int | None = None
) -> RoleChange:
    """A security administrator returns the proposal with a reason."""
    return workflow.ROLE_CHANGE.perform(change, "refuse", actor=actor, comment=comment, version=version)


def withdraw_role_change(*, actor: Actor, change: RoleChange) -> RoleChange:
    """The proposer takes the proposal back."""
    return workflow.ROLE_CHANGE.perform(change, "withdraw", actor=actor)


def _apply(change: Any, transition: Any, actor: Actor, data: Mapping[str, Any]) -> None:
    if change.act == RoleAct.GRANT:
        first_staff_role = not selectors.holds_staff_role(change.user)
        memberships.grant(
            actor=actor,
            user=change.user,
            organisation=change.organisation,
            role=change.role,
            until=change.until,
        )
        if first_staff_role:
            # Chosen under the rules for applicants: a new one is due at the next login.
            User.objects.filter(pk=change.user_id).update(password_changed_at=None)
    else:
        for row in selectors.members_of(change.organisation).filter(user=change.user, role=change.role):
            memberships.end_membership(actor=actor, membership=row)
    users.end_sessions([change.user_id])
    mail.send("role_changed", to=[change.user.email], subject=_("您的角色有变更"), change=change)


def _problems(
    actor: Actor, user: User, unit: Organisation, role: str, act: str, reason: str, until: date | None
) -> list[Problem]:
    found = []
    if user.pk == actor.user_id:
        found.append(Problem("own_role", _("不能为自己提出角色变更。"), "user"))
    if role not in STAFF_ROLES:
        found.append(Problem("role", _("请选择角色。"), "role"))
    if act not in RoleAct.values:
        found.append(Problem("act", _("请选择授予或收回。"), "act"))
    if not reason.strip():
        found.append(Problem("reason", _("请写明理由。"), "reason"))
    if until is not None and until < clock.today():
        found.append(Problem("until", _("截止日期不能早于今天。"), "until"))
    held = selectors.members_of(unit).filter(user=user, role=role).exists()
    if act == RoleAct.GRANT and held:
        found.append(Problem("already_held", _("该人员在此部门已有这个角色。"), "role"))
    if act == RoleAct.END and not held:
        found.append(Problem("not_held", _("该人员在此部门没有这个角色。"), "role"))
    if act == RoleAct.GRANT and role in SEPARATED_ROLES:
        others = Membership.objects.filter(
            user=user, role__in=SEPARATED_ROLES - {role}, ended_at__isnull=True
        )
        if others.exists():
            text = _("系统管理员、安全管理员、审计管理员不得由同一人兼任（三权分立）。")
            found.append(Problem("separated_roles", text, "role"))
    return found
