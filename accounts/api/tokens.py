"""Tokens for programs: the same password check, lockout, second factor and audit as the login page."""

from __future__ import annotations

from typing import Any

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from axes.utils import reset
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actors, passwords, selectors
from accounts.api.base import ApiView, PublicView
from accounts.api.describe import documented
from accounts.forms.second_factor import AuthenticateForm
from accounts.models import User
from accounts.services import tokens
from core.errors import NotAllowed


class TokenIn(serializers.Serializer):
    username = serializers.CharField(max_length=254, help_text="User name or e-mail")
    password = serializers.CharField(max_length=256, trim_whitespace=False)
    otp = serializers.CharField(max_length=20, required=False, allow_blank=True)


class TokenOut(serializers.Serializer):
    token = serializers.CharField()


class Tokens(PublicView):
    """A token is shown once; it acts with the rights its person has at each call."""

    keeps_answers = False
    hourly = {"POST": 300}

    def get_authenticate_header(self, request: Request) -> str:
        return "Token"

    @documented(TokenOut, body=TokenIn, operation_id="auth_token_create", auth=[])
    def post(self, request: Request) -> Response:
        """Exchange name, password and, where a second factor is enrolled, a code for a token."""
        data = self.given(TokenIn)
        plain = request._request
        user = authenticate(plain, username=data["username"], password=data["password"])
        if not isinstance(user, User):
            # a locked name is answered with 429 by the middleware that counts
            raise exceptions.AuthenticationFailed(_("用户名或密码不正确。"), "credentials")
        _second_factor(plain, user, data.get("otp", ""))
        _duties(user)
        reset(username=user.username, ip=actors.client_ip(plain))
        actor = actors.actor_for(user, request=plain)
        return Response({"token": tokens.create_token(actor=actor, user=user)})


def _second_factor(request: HttpRequest, user: User, code: str) -> None:
    """AuthenticationFailed unless the person has no second factor or the code is right and unused."""
    if not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        return
    if not code:
        raise exceptions.AuthenticationFailed(_("请在 otp 中填写验证器应用中的 6 位数字。"), "otp_required")
    form = AuthenticateForm(data={"code": code}, user=user)
    if not form.is_valid():
        raise exceptions.AuthenticationFailed(" ".join(form.errors.get("code", [])), "otp")
    form.authenticator.record_usage()
    signals.authenticator_used.send(
        sender=Authenticator,
        request=request,
        user=user,
        authenticator=form.authenticator,
        reauthenticated=False,
        passwordless=False,
    )


def _duties(user: User) -> None:
    """What staff owe before they may work holds for programs too (`accounts.requirements`)."""
    if not selectors.holds_staff_role(user):
        return
    if passwords.has_expired(user):
        raise NotAllowed.one("password_expired", _("密码已到更换期限，请先在网页上设置新密码。"))
    if settings.STAFF_SECOND_FACTOR and not is_mfa_enabled(user, [Authenticator.Type.TOTP]):
        raise NotAllowed.one("second_factor", _("工作人员须先在网页上启用两步验证。"))


class OwnToken(ApiView):
    access = "login"

    @documented(status=204, operation_id="auth_token_revoke")
    def post(self, request: Request) -> Response:
        """Revoke the token this call is made with."""
        found: Any = request.auth
        if found is not None:
            tokens.revoke_token(actor=self.actor, token=found)
        return Response(status=204)
