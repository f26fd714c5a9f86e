"""What a logged-in person must do before anything else: enrol a second factor, change an old password."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts import passwords

FACTOR_SEEN = "second_factor_seen"
# Pages on which the duty is fulfilled, or left by logging out.
_EXEMPT = ("mfa_", "account_")


def pending(request: HttpRequest) -> tuple[str, str] | None:
    """(route to go to, why), or None when nothing is due. Applies to people with a staff role anywhere."""
    match = request.resolver_match
    if match is not None and (match.view_name or "").startswith(_EXEMPT):
        return None
    if not any(choice.is_staff for choice in getattr(request, "actor_choices", ())):
        return None
    if passwords.has_expired(request.user):  # type: ignore[arg-type]
        days = settings.STAFF_PASSWORD_MAX_AGE_DAYS
        return "account_change_password", _("工作人员的密码每 %(n)s 天须更换一次，请先设置新密码。") % {
            "n": days
        }
    if settings.STAFF_SECOND_FACTOR and not _has_factor(request):
        return "mfa_activate_totp", _("工作人员须先启用两步验证，才能继续办理。")
    return None


def _has_factor(request: HttpRequest) -> bool:
    """Asked once a session; staff cannot remove theirs."""
    if not request.session.get(FACTOR_SEEN):
        request.session[FACTOR_SEEN] = bool(is_mfa_enabled(request.user, [Authenticator.Type.TOTP]))
    return bool(request.session[FACTOR_SEEN])
