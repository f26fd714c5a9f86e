"""Login events of Django, axes and allauth, turned into audit entries (not business flow)."""

from __future__ import annotations

import hashlib
from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as factor_signals
from axes import signals as axes_signals
from django.contrib.auth import signals as auth_signals
from django.http import HttpRequest

from accounts import actors, sessions
from accounts.backends import find_user
from core import audit


def connect() -> None:
    """Called once from AppConfig.ready()."""
    auth_signals.user_logged_in.connect(_logged_in, dispatch_uid="accounts.logged_in")
    auth_signals.user_logged_out.connect(_logged_out, dispatch_uid="accounts.logged_out")
    auth_signals.user_login_failed.connect(_login_failed, dispatch_uid="accounts.login_failed")
    axes_signals.user_locked_out.connect(_locked_out, dispatch_uid="accounts.locked_out")
    for signal, action in (
        (account_signals.password_changed, "password.change"),
        (account_signals.password_reset, "password.reset"),
        (factor_signals.authenticator_added, "second_factor.enrol"),
        (factor_signals.authenticator_removed, "second_factor.remove"),
        (factor_signals.authenticator_reset, "second_factor.new_recovery_codes"),
        (factor_signals.authenticator_used, "second_factor.use"),
    ):
        signal.connect(_writer(action), weak=False, dispatch_uid=f"accounts.{action}")
    factor_signals.authentication_failed.connect(_code_failed, dispatch_uid="accounts.code_failed")


def _logged_in(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    sessions.begin(request.session)
    audit.record("login", actor=actors.actor_for(user, request=request), obj=user)


def _logged_out(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    if user is not None:
        audit.record("logout", actor=actors.actor_for(user, request=request), obj=user)


def _login_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    # What was typed may be a password in the wrong box: a known account by number, anything else by digest.
    typed = str(credentials.get("username") or credentials.get("email") or "")
    user = find_user(typed)
    detail = (
        {} if user else {"typed": hashlib.sha256(typed.lower().encode("utf-8", "replace")).hexdigest()[:16]}
    )
    actor = actors.actor_for(None, request=request)
    audit.record("login", actor=actor, obj=user, detail=detail, result=audit.FAILED)


def _locked_out(sender: Any, request: HttpRequest | None = None, username: str = "", **kwargs: Any) -> None:
    actor = actors.actor_for(None, request=request)
    audit.record("login.lock", actor=actor, obj=find_user(username), result=audit.REFUSED)


def _code_failed(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
    actor = actors.actor_for(user, request=request)
    audit.record("second_factor.use", actor=actor, obj=user, result=audit.FAILED)


def _writer(action: str) -> Any:
    def write(sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        audit.record(action, actor=actors.actor_for(user, request=request), obj=user)

    return write
