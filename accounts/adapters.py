"""How allauth behaves in this portal."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import selectors
from core import outbox
from core.http import client_ip

#: Stands in for the owner of an address that has no account (accounts.forms.login).
NOBODY = 0
NOBODYS_ADDRESS = "nobody@invalid"
DROPPED = "accounts.nobody:"


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up by allauth, addresses in mails from SITE_URL, and passwords counted by axes alone."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("用户名或密码不正确。"),
        "email_password_mismatch": _("用户名或密码不正确。"),
        "too_many_login_attempts": _("验证码输错次数过多，请 15 分钟后再试。"),
        "incorrect_password": _("密码不正确。"),
        "enter_current_password": _("请输入当前密码。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: axes counts failed passwords per name and address.

        A count per name would lock owners out.
        """
        self._login_failed_rl_usage = None

    def _rollback_login_failed_rl_usage(self) -> None:
        """Nothing was counted, so nothing is given back."""
        self._login_failed_rl_usage = None

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request) or "0.0.0.0"  # noqa: S104

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail never follows the Host header of whoever asked for it."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", key)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a second factor proves that one; the password alone no longer does."""
        methods = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] == "mfa_reauthenticate"] or methods

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """By the outbox, like every mail of the portal; it drops what was asked for an address nobody has."""
        letter = self.render_mail(template_prefix, email, {"email": email, **context})
        nobody = getattr(context.get("user"), "pk", None) == NOBODY
        outbox.queue(
            to=NOBODYS_ADDRESS if nobody else email,
            subject=str(letter.subject),
            body=str(letter.body),
            recheck=DROPPED if nobody else "",
        )

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return str(settings.LOGIN_REDIRECT_URL)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Staff keep their second factor; the secret is stored encrypted under SECRET_KEY."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("验证码不正确或已使用过，请等待下一组数字后再输入。"),
        "cannot_delete_authenticator": _("工作人员必须使用两步验证，不能停用。"),
    }

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.username)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        return not (settings.STAFF_SECOND_FACTOR and selectors.holds_staff_role(authenticator.user))

    def encrypt(self, text: str) -> str:
        from core import secrets

        return secrets.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        from core import secrets

        return secrets.unseal(encrypted_text)
