from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.enums import SEPARATED_ROLES, STAFF_ROLES, ChangeState, Role, RoleAct
from accounts.models.organisations import Organisation
from core import clock
from core.workflow import StatefulModel


class User(AbstractUser):
    """A person. What one may do comes from memberships, never from Django's own groups and permissions."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("姓名"), max_length=60)
    sort_key = models.CharField(_("拼音排序键"), max_length=120, blank=True, editable=False)
    phone = models.CharField(_("手机"), max_length=40, blank=True)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, blank=True)
    # Part of the session hash: raising it ends every session of this person at the next request.
    session_epoch = models.PositiveIntegerField(_("会话代次"), default=0)
    last_organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("上次使用的单位"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    is_sample = models.BooleanField(_("演示数据"), default=False)

    REQUIRED_FIELDS = ["email", "name"]

    class Meta:
        ordering = ("sort_key", "id")
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        constraints = (
            models.UniqueConstraint(
                name="user_email_once",
                fields=("email",),
                condition=~Q(email=""),
                violation_error_message=_("该邮箱已有账号。"),
            ),
            models.CheckConstraint(
                name="user_email_is_lower_case",
                condition=Q(email=Lower("email")),
                violation_error_message=_("邮箱以小写保存。"),
            ),
        )

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.username

    def get_session_auth_hash(self) -> str:
        return self._session_hash(None)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(secret)

    def _session_hash(self, secret: str | bytes | None) -> str:
        value = f"{self.password}|{self.session_epoch}"
        return salted_hmac("accounts.User.session", value, secret=secret, algorithm="sha256").hexdigest()


class Membership(models.Model):
    """A role a person holds in a unit or bureau: from `since` to `until` inclusive, unless ended before."""

    user = models.ForeignKey(
        User, verbose_name=_("人员"), on_delete=models.CASCADE, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"), null=True, blank=True)
    granted_by = models.ForeignKey(
        User, verbose_name=_("授予人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(_("终止时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, verbose_name=_("终止人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("organisation", "user", "role")
        verbose_name = _("任职")
        verbose_name_plural = _("任职")
        constraints = (
            models.UniqueConstraint(
                name="membership_once",
                fields=("user", "organisation", "role"),
                condition=Q(ended_at__isnull=True),
                violation_error_message=_("该人员在本单位已有这个角色。"),
            ),
            models.UniqueConstraint(
                name="membership_separated_roles",
                fields=("user", "organisation"),
                condition=Q(ended_at__isnull=True, role__in=sorted(SEPARATED_ROLES)),
                violation_error_message=_("系统管理员、安全管理员、审计管理员不得由同一人兼任。"),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message=_("截止日期不能早于起始日期。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.organisation_id} {self.role}"

    @property
    def is_staff_role(self) -> bool:
        return self.role in STAFF_ROLES


class Invitation(models.Model):
    """A colleague is asked to join a unit in a role. Only the hash of the token is kept; it works once."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("邮箱"))
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    until = models.DateField(_("授权截止日期"), null=True, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User, verbose_name=_("邀请人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("邀请时间"), default=clock.now)
    expires_at = models.DateTimeField(_("失效时间"))
    accepted_at = models.DateTimeField(_("接受时间"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        User, verbose_name=_("接受人"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        verbose_name = _("邀请")
        verbose_name_plural = _("邀请")
        constraints = (
            models.UniqueConstraint(
                name="invitation_open_once",
                fields=("organisation", "email", "role"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                violation_error_message=_("已经向该邮箱发出过同样的邀请。"),
            ),
            models.CheckConstraint(
                name="invitation_not_accepted_and_revoked",
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                violation_error_message=_("邀请不能既被接受又被撤回。"),
            ),
            models.CheckConstraint(
                name="invitation_accepted_by_somebody",
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                violation_error_message=_("已接受的邀请必须有接受人。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role}"


class RoleChange(StatefulModel):
    """A staff role is given or taken: proposed by one person (sysadmin), published by another (secadmin)."""

    user = models.ForeignKey(
        User, verbose_name=_("人员"), on_delete=models.PROTECT, related_name="role_changes"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("部门"), on_delete=models.PROTECT, related_name="role_changes"
    )
    role = models.CharField(_("角色"), max_length=20, choices=Role.choices)
    act = models.CharField(_("事项"), max_length=10, choices=RoleAct.choices)
    until = models.DateField(_("授权截止日期"), null=True, blank=True)
    reason = models.TextField(_("理由"))
    state = models.CharField(
        _("状态"), max_length=10, choices=ChangeState.choices, default=ChangeState.PROPOSED
    )
    proposed_by = models.ForeignKey(
        User, verbose_name=_("提出人"), on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("提出时间"), default=clock.now)
    # Who decided is `state_changed_by`.
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    comment = models.TextField(_("处理意见"), blank=True)

    class Meta:
        ordering = ("-proposed_at", "-id")
        verbose_name = _("角色变更")
        verbose_name_plural = _("角色变更")
        constraints = (
            models.UniqueConstraint(
                name="role_change_open_once",
                fields=("user", "organisation", "role"),
                condition=Q(state=ChangeState.PROPOSED),
                violation_error_message=_("该人员的这个角色已有一项待发布的变更。"),
            ),
            models.CheckConstraint(
                name="role_change_two_persons",
                condition=~Q(state__in=(ChangeState.PUBLISHED, ChangeState.REFUSED))
                | (Q(state_changed_by__isnull=False) & ~Q(state_changed_by=F("proposed_by"))),
                violation_error_message=_("提出人与发布人不能是同一人。"),
            ),
            models.CheckConstraint(
                name="role_change_not_for_oneself",
                condition=~Q(user=F("proposed_by")),
                violation_error_message=_("不能为自己提出角色变更。"),
            ),
            models.CheckConstraint(
                name="role_change_decided_has_a_time",
                condition=Q(state=ChangeState.PROPOSED, decided_at__isnull=True)
                | (~Q(state=ChangeState.PROPOSED) & Q(decided_at__isnull=False)),
                violation_error_message=_("已处理的变更必须有处理时间。"),
            ),
            models.CheckConstraint(
                name="role_change_refusal_has_a_reason",
                condition=~Q(state=ChangeState.REFUSED) | ~Q(comment=""),
                violation_error_message=_("退回必须写明原因。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.act} {self.role} {self.user_id}"

    @property
    def tone(self) -> str:
        """The shape of its state on pages (core.presentation.states)."""
        tones = {ChangeState.PROPOSED: "wait", ChangeState.PUBLISHED: "done", ChangeState.REFUSED: "bad"}
        return tones.get(ChangeState(self.state), "off")

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """The moment and the reason of a decision belong to the new state."""
        self.decided_at = moment
        self.comment = str(data.get("comment", ""))
        return ["decided_at", "comment"]


class PasswordRecord(models.Model):
    """Hashes of earlier passwords of a person, so that staff do not return to a recent one."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="password_records")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField(_("设置时间"), default=clock.wall)

    class Meta:
        ordering = ("-set_at", "-id")
        verbose_name = _("历史密码")
        verbose_name_plural = _("历史密码")

    def __str__(self) -> str:
        return f"{self.user_id}"
