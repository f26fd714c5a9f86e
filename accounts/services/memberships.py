"""Colleagues of a unit: granting, inviting, changing, ending."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import permissions as may
from accounts import selectors
from accounts.enums import SEPARATED_ROLES, UNIT_ROLES, Role
from accounts.models import Invitation, Membership, Organisation, User
from accounts.services import mail, users
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Problem, raise_if


def grant(
    *, actor: Actor, user: User, organisation: Organisation, role: str, until: date | None = None
) -> Membership:
    """Store a membership. Checks what must hold for every way of getting one; who may is checked by
    the caller.

    Idempotent for a role already held. Raises Invalid: a unit role in a bureau, a staff role in a unit,
    two of the separated roles.
    """
    if organisation.is_bureau == (role in UNIT_ROLES):
        raise Invalid.one("role", _("该角色不适用于此类单位。"), "role")
    with transaction.atomic():
        locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        _refuse_two_separated(locked, role)
        held = Membership.objects.filter(
            user=locked, organisation=organisation, role=role, ended_at__isnull=True
        ).first()
        if held is not None and held.until == until:
            return held
        if held is not None:
            _close(held, actor)
        made = Membership.objects.create(
            user=locked,
            organisation=organisation,
            role=role,
            since=clock.today(),
            until=until,
            granted_by=actor.user,
        )
        audit.record("membership.grant", actor=actor, obj=made, detail=_detail(made))
    return made


def invite_colleague(
    *,
    actor: Actor,
    organisation: Organisation,
    email: str,
    role: str,
    name: str = "",
    until: date | None = None,
) -> tuple[Invitation, str]:
    """Ask somebody to join the unit. Gives the invitation and its token, which is shown once and mailed.

    Raises NotAllowed, Invalid, NotNow.
    """
    may.may_administer_unit.require(actor, organisation)
    email = email.strip().lower()
    raise_if(_invitation_problems(organisation, email, role, until))
    with transaction.atomic():
        return _invite(actor, organisation, email, role, name, until)


def invite_owner(*, actor: Actor, organisation: Organisation, email: str, name: str) -> Invitation:
    """A unit was registered under an e-mail that has an account.

    Its owner is asked whether this is theirs.
    """
    return _invite(actor, organisation, email, Role.UNIT_ADMIN, name, None)[0]


def invitation_by_token(token: str) -> Invitation:
    """The open invitation behind a link. Raises NotVisible for an unknown, used, withdrawn or expired one."""
    found = (
        Invitation.objects.select_related("organisation", "invited_by")
        .filter(token_hash=_hash(token), accepted_at__isnull=True, revoked_at__isnull=True)
        .filter(expires_at__gt=clock.now())
        .first()
    )
    if found is None:
        raise NotVisible.one("invitation", _("邀请链接无效、已使用或已过期，请联系邀请人重新发送。"))
    return found


def accept_invitation(
    *, actor: Actor, token: str, name: str = "", phone: str = "", password: str = ""
) -> Membership:
    """The invited person joins: logged in with the invited e-mail, or by making an account for it.

    Raises NotVisible (dead link), NotAllowed (another person's invitation), Invalid.
    """
    invitation = invitation_by_token(token)
    with transaction.atomic():
        locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if locked.accepted_at is not None or locked.revoked_at is not None:
            raise NotNow.one("invitation", _("该邀请刚刚已被使用或撤回。"))
        user = actor.user or _account_for(locked, name, phone, password)
        if user.email != locked.email:
            text = _("该邀请发给 %(email)s，请用该邮箱的账号登录后再接受。") % {"email": masked(locked.email)}
            raise NotAllowed.one("other_person", text)
        locked.accepted_at, locked.accepted_by = clock.now(), user
        locked.save(update_fields=["accepted_at", "accepted_by"])
        by = Actor(user=user, ip=actor.ip, request_id=actor.request_id)
        made = grant(
            actor=by, user=user, organisation=locked.organisation, role=locked.role, until=locked.until
        )
        audit.record("invitation.accept", actor=by, obj=locked)
    return made


def revoke_invitation(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Withdraw an invitation that was not accepted yet. Raises NotAllowed, NotNow."""
    may.may_administer_unit.require(actor, invitation.organisation)
    with transaction.atomic():
        locked = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        if locked.accepted_at is not None or locked.revoked_at is not None:
            raise NotNow.one("invitation", _("该邀请已被接受或撤回。"))
        locked.revoked_at = clock.now()
        locked.save(update_fields=["revoked_at"])
        audit.record("invitation.revoke", actor=actor, obj=locked)
    return locked


def change_membership(
    *, actor: Actor, organisation: Organisation, user: User, roles: set[str], until: date | None = None
) -> list[Membership]:
    """Set the unit roles of a colleague; an empty set ends them all. Takes effect at the next request.

    Raises NotAllowed, Invalid (a unit keeps at least one administrator), NotVisible (not a colleague).
    """
    may.may_administer_unit.require(actor, organisation)
    if roles - UNIT_ROLES:
        raise Invalid.one("role", _("没有这个角色。"), "roles")
    if until is not None and until < clock.today():
        raise Invalid.one("until", _("截止日期不能早于今天。"), "until")
    with transaction.atomic():
        Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        held = list(selectors.members_of(organisation).filter(user=user))
        if not held:
            raise NotVisible()
        for row in held:
            if row.role not in roles:
                end_membership(actor=actor, membership=row)
        for role in sorted(roles):
            grant(actor=actor, user=user, organisation=organisation, role=role, until=until)
        _refuse_without_administrator(organisation)
    return list(selectors.members_of(organisation).filter(user=user))


def leave(*, actor: Actor, organisation: Organisation) -> None:
    """A colleague leaves a unit. Raises NotAllowed for a bureau, Invalid for the last administrator."""
    with transaction.atomic():
        Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
        for row in selectors.members_of(organisation).filter(user=actor.user):
            if row.is_staff_role:
                raise NotAllowed.one("staff_role", _("部门角色由系统管理员提出、安全管理员发布后才能收回。"))
            end_membership(actor=actor, membership=row)
        _refuse_without_administrator(organisation)


def end_membership(*, actor: Actor, membership: Membership) -> Membership:
    """End one role now. Who may is checked by the caller; see change_membership and role changes."""
    _close(membership, actor)
    audit.record("membership.end", actor=actor, obj=membership, detail=_detail(membership))
    return membership


def masked(email: str) -> str:
    """``li***@example.cn``: enough to recognise one's own address."""
    local, _at, domain = email.partition("@")
    return f"{local[:2]}***@{domain}"


def _close(membership: Membership, actor: Actor) -> None:
    membership.ended_at, membership.ended_by = clock.now(), actor.user
    membership.save(update_fields=["ended_at", "ended_by"])


def _invite(
    actor: Actor, unit: Organisation, email: str, role: str, name: str, until: date | None
) -> tuple[Invitation, str]:
    token = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        organisation=unit,
        email=email,
        name=name.strip(),
        role=role,
        until=until,
        token_hash=_hash(token),
        invited_by=actor.user,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=settings.INVITATION_DAYS),
    )
    audit.record("invitation.send", actor=actor, obj=made, detail={"role": role})
    link = settings.SITE_URL + reverse("accounts:invitation", args=[token])
    mail.send("invitation", to=[email], subject=_("邀请您加入单位"), invitation=made, link=link)
    return made, token


def _invitation_problems(unit: Organisation, email: str, role: str, until: date | None) -> list[Problem]:
    found = []
    try:
        validate_email(email)
    except ValidationError:
        found.append(Problem("email", _("邮箱格式不正确。"), "email"))
    if role not in UNIT_ROLES:
        found.append(Problem("role", _("请选择角色。"), "role"))
    if until is not None and until < clock.today():
        found.append(Problem("until", _("截止日期不能早于今天。"), "until"))
    if selectors.members_of(unit).filter(user__email=email, role=role).exists():
        found.append(Problem("already_member", _("该人员在本单位已有这个角色。"), "email"))
    stale = Invitation.objects.filter(
        organisation=unit, email=email, role=role, accepted_at__isnull=True, revoked_at__isnull=True
    )
    if stale.filter(expires_at__gt=clock.now()).exists():
        found.append(Problem("already_invited", _("已经向该邮箱发出过同样的邀请，可先撤回再重发。"), "email"))
    elif not found:
        stale.update(revoked_at=clock.now())
    return found


def _account_for(invitation: Invitation, name: str, phone: str, password: str) -> User:
    """The account a guest makes in order to accept."""
    email = invitation.email
    if User.objects.filter(email=email).exists():
        raise NotNow.one("log_in", _("该邮箱已有账号，请登录后再接受邀请。"))
    found = users.problems_with(username=email, email=email, name=name)
    found += users.password_problems(password, User(username=email, email=email, name=name))
    raise_if(found)
    user = users.new_user(username=email, email=email, name=name, phone=phone, password=password)
    audit.record("user.create", actor=Actor(user=user), obj=user, detail={"username": email})
    return user


def _refuse_two_separated(user: User, role: str) -> None:
    if role not in SEPARATED_ROLES:
        return
    held = Membership.objects.filter(user=user, role__in=SEPARATED_ROLES - {role}, ended_at__isnull=True)
    if held.exists():
        text = _("系统管理员、安全管理员、审计管理员不得由同一人兼任（三权分立）。")
        raise Invalid.one("separated_roles", text, "role")


def _refuse_without_administrator(unit: Organisation) -> None:
    if (
        not unit.is_bureau
        and not selectors.members_of(unit).filter(role=Role.UNIT_ADMIN, user__is_active=True).exists()
    ):
        raise Invalid.one("last_administrator", _("单位至少要保留一名管理员。"), "roles")


def _detail(membership: Membership) -> dict[str, object]:
    return {
        "user": membership.user_id,
        "organisation": membership.organisation_id,
        "role": membership.role,
        "until": membership.until,
    }


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
