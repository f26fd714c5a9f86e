"""Password rules: applicants follow ASVS, staff GB/T 22239 (promises §2.1).

`password_changed` is called by Django after every save of a new password, whichever way it was set; that
is where the age starts and the history is written.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from knox.models import AuthToken

from accounts import selectors
from accounts.models import PasswordRecord, User
from core import clock

CONTEXT_WORDS = ("lianchuang", "联创")  # data


def is_staff_person(user: Any) -> bool:
    """Whether the stricter rules apply.

    A staff role today, or one that is about to be given (``staff_rules``).
    """
    if not isinstance(user, User):
        return False
    return bool(getattr(user, "staff_rules", False)) or selectors.holds_staff_role(user)


def has_expired(user: User) -> bool:
    """Whether a member of staff must choose a new password.

    In real time: a shifted demo clock ages no password.
    """
    days = settings.STAFF_PASSWORD_MAX_AGE_DAYS
    if not days:
        return False
    if user.password_changed_at is None:
        return True
    return bool((clock.wall() - user.password_changed_at).days >= days)


class LengthValidator:
    """8 characters for applicants, 12 for staff; at most 128."""

    maximum = 128

    def validate(self, password: str, user: Any = None) -> None:
        minimum = (
            settings.STAFF_PASSWORD_MIN_LENGTH if is_staff_person(user) else settings.PASSWORD_MIN_LENGTH
        )
        if len(password) < minimum:
            message = _("密码至少 %(n)s 位，现在是 %(found)s 位。") % {"n": minimum, "found": len(password)}
            raise ValidationError(message, code="password_too_short")
        if len(password) > self.maximum:
            message = _("密码最长 %(n)s 位。") % {"n": self.maximum}
            raise ValidationError(message, code="password_too_long")

    def get_help_text(self) -> str:
        return _("密码至少 %(n)s 位；工作人员至少 %(staff)s 位。") % {
            "n": settings.PASSWORD_MIN_LENGTH,
            "staff": settings.STAFF_PASSWORD_MIN_LENGTH,
        }


class ContextWordValidator:
    """The portal's own name followed by a year is the first thing anybody tries."""

    def validate(self, password: str, user: Any = None) -> None:
        rest = password.lower()
        for word in CONTEXT_WORDS:
            rest = rest.replace(word, "")
        if len("".join(char for char in rest if char.isalpha())) < 1 and rest != password.lower():
            raise ValidationError(_("密码不能只由本平台名称加数字组成。"), code="password_context_word")

    def get_help_text(self) -> str:
        return _("不要使用平台名称、单位名称或本人姓名作密码。")


class StaffClassesValidator:
    """Three of: upper case, lower case, digits, other characters."""

    def validate(self, password: str, user: Any = None) -> None:
        if not is_staff_person(user):
            return
        classes = {_character_class(char) for char in password}
        if len(classes) < settings.STAFF_PASSWORD_CLASSES:
            message = _("工作人员的密码须包含大写字母、小写字母、数字、符号中的至少三类。")
            raise ValidationError(message, code="password_too_few_classes")

    def get_help_text(self) -> str:
        return _("工作人员的密码须含大写字母、小写字母、数字、符号中的三类，每 %(n)s 天更换。") % {
            "n": settings.STAFF_PASSWORD_MAX_AGE_DAYS
        }


class StaffReuseValidator:
    """Staff do not return to one of their recent passwords; keeps the history for everybody."""

    def validate(self, password: str, user: Any = None) -> None:
        if user is None or user.pk is None or not is_staff_person(user):
            return
        recent = user.password_records.all()[: settings.STAFF_PASSWORDS_REMEMBERED]
        if any(check_password(password, record.password) for record in recent):
            message = _("不能使用最近 %(n)s 次用过的密码。") % {"n": settings.STAFF_PASSWORDS_REMEMBERED}
            raise ValidationError(message, code="password_reused")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Start the age and remember the hash. What the old password opened ends: sessions by their hash, tokens here."""
        if user is None or user.pk is None:
            return
        AuthToken.objects.filter(user_id=user.pk).delete()
        user.password_changed_at = clock.wall()
        User.objects.filter(pk=user.pk).update(password_changed_at=user.password_changed_at)
        PasswordRecord.objects.create(user=user, password=user.password)
        old = user.password_records.values_list("pk", flat=True)[settings.STAFF_PASSWORDS_REMEMBERED :]
        PasswordRecord.objects.filter(pk__in=list(old)).delete()

    def get_help_text(self) -> str:
        return ""


def _character_class(char: str) -> str:
    if char.isupper():
        return "upper"
    if char.islower():
        return "lower"
    return "digit" if char.isdigit() else "other"
