"""People: made by an administrator, by a registration or by an invitation; they keep their own profile."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import permissions as may
from accounts import pinyin, selectors
from accounts.models import Organisation, User
from core import audit
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotVisible, Problem, raise_if


def password_problems(password: str, user: User, field: str = "password") -> list[Problem]:
    """What is wrong with a password for this person, every rule at once."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return [Problem(e.code or "password", " ".join(e.messages), field) for e in error.error_list]
    return []


def problems_with(*, username: str, email: str, name: str) -> list[Problem]:
    """What is wrong with the facts of a new person."""
    found = []
    if not name.strip():
        found.append(Problem("required", _("请填写姓名。"), "name"))
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError:
        found.append(Problem("username", _("用户名只能包含文字、数字和 @ . + - _。"), "username"))
    try:
        validate_email(email)
    except ValidationError:
        found.append(Problem("email", _("邮箱格式不正确。"), "email"))
    if User.objects.filter(username__iexact=username).exists():
        found.append(Problem("username_taken", _("该用户名已被使用。"), "username"))
    if email and User.objects.filter(email=email.lower()).exists():
        found.append(Problem("email_taken", _("该邮箱已有账号。"), "email"))
    return found


def new_user(
    *, username: str, email: str, name: str, password: str | None, phone: str = "", is_sample: bool = False
) -> User:
    """Store a person whose facts were checked. For services of this app; others call :func:`create_user`."""
    user = User(
        username=username.strip(),
        email=email.strip().lower(),
        name=name.strip(),
        sort_key=pinyin.sort_key(name, 120),
        phone=phone.strip(),
        is_sample=is_sample,
    )
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as error:
        raise Invalid.one("taken", _("该用户名或邮箱已有账号。"), "email") from error
    return user


def create_user(
    *,
    actor: Actor,
    username: str,
    name: str,
    email: str,
    password: str | None = None,
    phone: str = "",
    staff: bool = True,
    is_sample: bool = False,
) -> User:
    """A person without any role yet. By the system or a system administrator.

    Without a password the person sets one through the reset link. ``staff`` applies the stricter password
    rules. Raises NotAllowed, Invalid.
    """
    (may.may_propose_roles | may.is_system).require(actor)
    found = problems_with(username=username, email=email, name=name)
    candidate = User(username=username, email=email, name=name, phone=phone)
    candidate.staff_rules = staff  # type: ignore[attr-defined]
    if password is not None:
        found += password_problems(password, candidate)
    raise_if(found)
    with transaction.atomic():
        user = new_user(
            username=username, email=email, name=name, password=password, phone=phone, is_sample=is_sample
        )
        audit.record("user.create", actor=actor, obj=user, detail={"username": username})
    return user


def update_person(*, actor: Actor, name: str, phone: str) -> User:
    """One's own name and phone. Raises NotAllowed, Invalid."""
    may.is_authenticated.require(actor)
    if not name.strip():
        raise Invalid.one("required", _("请填写姓名。"), "name")
    with transaction.atomic():
        user = User.objects.select_for_update(of=("self",)).get(pk=actor.user.pk)
        changed = [f for f, value in (("name", name), ("phone", phone)) if getattr(user, f) != value.strip()]
        user.name, user.phone = name.strip(), phone.strip()
        user.sort_key = pinyin.sort_key(name, 120)
        user.save(update_fields=["name", "sort_key", "phone"])
        audit.record("user.update", actor=actor, obj=user, detail={"fields": changed})
    return user


def set_active(*, actor: Actor, user: User, active: bool, reason: str) -> User:
    """Close or reopen an account of the staff one looks after.

    Closing ends its sessions and tokens at once.
    """
    may.has_role("sysadmin", "secadmin").require(actor)
    if user.pk == actor.user_id:
        raise NotAllowed.one("own_account", _("不能停用或启用自己的账号。"))
    if not reason.strip():
        raise Invalid.one("reason_required", _("请写明理由。"), "reason")
    with transaction.atomic():
        locked = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if not selectors.people_administered_by(actor).filter(pk=locked.pk).exists():
            raise NotVisible()
        locked.is_active = active
        locked.session_epoch += 1
        locked.save(update_fields=["is_active", "session_epoch"])
        if not active:
            forget_tokens([locked.pk])
        action = "user.reopen" if active else "user.close"
        audit.record(action, actor=actor, obj=locked, detail={"reason": reason.strip()})
    return locked


def end_sessions(user_ids: Iterable[int]) -> None:
    """Every session of these people ends at their next request.

    For services whose act changes what they may do.
    """
    for user in User.objects.select_for_update(of=("self",)).filter(pk__in=list(user_ids)):
        user.session_epoch += 1
        user.save(update_fields=["session_epoch"])


def forget_tokens(user_ids: Iterable[int]) -> None:
    """Their API tokens stop working."""
    from knox.models import AuthToken

    AuthToken.objects.filter(user_id__in=list(user_ids)).delete()


def choose_for(*, actor: Actor, organisation: Organisation | None) -> Actor | None:
    """Act in the unit a matter is for; None where one does already, or holds no role there."""
    if organisation is None or organisation.pk == actor.organisation_id:
        return None
    if not actor.acting_in(organisation).roles:
        return None
    return choose_organisation(actor=actor, organisation=organisation)


def choose_organisation(*, actor: Actor, organisation: Organisation) -> Actor:
    """Act in another unit from now on. Raises NotVisible for one the person does not belong to."""
    chosen = actor.acting_in(organisation)
    if not chosen.roles:
        raise NotVisible()
    User.objects.filter(pk=actor.user.pk).update(last_organisation=organisation)
    audit.record("organisation.choose", actor=chosen, obj=organisation)
    return chosen
