"""The package's login forms with our words and no placeholders."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as base
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.adapters import NOBODY
from accounts.models import User


def _password(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, help_text=help_text)


class LoginForm(base.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        )
        self.fields["login"] = forms.CharField(label=_("用户名或邮箱"), max_length=254, widget=widget)
        self.fields["password"] = _password(_("密码"), "current-password")


class ResetPasswordForm(base.ResetPasswordForm):
    users: list[Any]
    email = forms.EmailField(
        label=_("邮箱"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("登记账号时填写的邮箱。"),
    )

    def clean_email(self) -> str:
        """For an unknown address the same work is done, and the outbox drops the mail (accounts.adapters).

        Neither the answer nor its time tells who has an account.
        """
        email = str(self.cleaned_data["email"]).lower()
        self.users = list(User.objects.filter(email=email, is_active=True)) or [User(pk=NOBODY)]
        return email


class _TwoPasswords:
    fields: dict[str, forms.Field]

    def rename(self) -> None:
        self.fields["password1"] = _password(
            _("新密码"),
            "new-password",
            _("至少 8 位；工作人员至少 12 位，含大写字母、小写字母、数字、符号中的三类。"),
        )
        self.fields["password2"] = _password(_("再输入一次"), "new-password")


class ResetPasswordKeyForm(_TwoPasswords, base.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rename()


class ChangePasswordForm(_TwoPasswords, base.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"] = _password(_("当前密码"), "current-password")
        self.rename()


class ReauthenticateForm(base.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = _password(_("密码"), "current-password")
