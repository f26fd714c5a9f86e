"""Codes of the second factor: each works once, even inside the tolerance of a neighbouring interval."""

from __future__ import annotations

from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

CODE_WIDGET = forms.TextInput(
    attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": "10", "autofocus": True}
)


def use_once(user: Any, code: str) -> bool:
    """False when this code was accepted for this person before.

    The package forgets after one interval, too early.
    """
    seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 2)
    return bool(cache.add(f"accounts.second_factor.used:{user.pk}:{code.strip()}", 1, timeout=seconds))


class _OnceMixin:
    user: Any

    def clean_code(self) -> str:
        code = super().clean_code()  # type: ignore[misc]
        if not use_once(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return str(code)


class AuthenticateForm(_OnceMixin, base.AuthenticateForm):
    code = forms.CharField(
        label=_("验证码"), widget=CODE_WIDGET, help_text=_("验证器应用中的 6 位数字，或一个恢复码。")
    )


class ReauthenticateForm(_OnceMixin, base.ReauthenticateForm):
    code = forms.CharField(
        label=_("验证码"), widget=CODE_WIDGET, help_text=_("验证器应用中的 6 位数字，或一个恢复码。")
    )


class ActivateForm(ActivateTOTPForm):
    code = forms.CharField(label=_("验证码"), widget=CODE_WIDGET, help_text=_("扫描后应用显示的 6 位数字。"))
