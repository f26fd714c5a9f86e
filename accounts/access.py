"""Which route is for whom. Every route declares it; a route that does not answers 403 and fails a test.

    @access("public")            everybody
    @access("login")             everybody who is logged in
    @access(has_role(...))       a rule of accounts.permissions, asked without an object
    class Page(View): access = "login"

Views that belong to installed packages cannot be decorated; they are listed in ``ROUTE_ACCESS``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.urls import ResolverMatch

from accounts.permissions import Rule

PUBLIC = "public"
LOGIN = "login"
CLOSED = "closed"  # exists in a package we install, but not in this portal: 404

Access = str | Rule
View = TypeVar("View", bound=Callable[..., Any])

# By the full name of the route. Only what is not our own code.
ROUTE_ACCESS: dict[str, Access] = {
    "account_login": PUBLIC,
    "account_logout": LOGIN,
    "account_signup": CLOSED,
    "account_inactive": PUBLIC,
    "account_reauthenticate": LOGIN,
    "account_change_password": LOGIN,
    "account_set_password": CLOSED,
    "account_email": CLOSED,
    "account_email_verification_sent": CLOSED,
    "account_confirm_email": CLOSED,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_confirm_login_code": CLOSED,
    "account_request_login_code": CLOSED,
    "account_phone_verify": CLOSED,
    "account_phone_change": CLOSED,
    # The login stage between password and code: there is no logged-in person yet.
    "mfa_authenticate": PUBLIC,
    "mfa_trust": CLOSED,
    "mfa_reauthenticate": LOGIN,
    "mfa_index": LOGIN,
    "mfa_activate_totp": LOGIN,
    "mfa_deactivate_totp": LOGIN,
    "mfa_view_recovery_codes": LOGIN,
    "mfa_generate_recovery_codes": LOGIN,
    "mfa_download_recovery_codes": LOGIN,
    "schema": PUBLIC,
    "swagger-ui": PUBLIC,
    "redoc": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
}


def access(value: Access) -> Callable[[View], View]:
    """Mark a function view, a class view or a DRF view."""

    def mark(view: View) -> View:
        view.access = value  # type: ignore[attr-defined]
        return view

    return mark


def declared(callback: Callable[..., Any], name: str = "") -> Access | None:
    """What a route declares, None if nothing. ``name`` is its full name (``namespace:name``)."""
    for holder in (callback, getattr(callback, "view_class", None), getattr(callback, "cls", None)):
        value = getattr(holder, "access", None)
        if value is not None:
            return value
    return ROUTE_ACCESS.get(name)


def declared_for(match: ResolverMatch) -> Access | None:
    """What the route a request was resolved to declares."""
    return declared(match.func, match.view_name or "")


def is_api(callback: Callable[..., Any]) -> bool:
    """Whether a view is one of DRF, which authenticates tokens itself and then asks `DeclaredAccess`."""
    cls = getattr(callback, "cls", None)
    return cls is not None and hasattr(cls, "authentication_classes")
