"""Acts that need a fresh second factor (at most five minutes old): changes of roles, approvals, payments.

People without an enrolled factor pass: staff in production cannot be without one (see `requirements`).
"""

from __future__ import annotations

import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts import stash


def is_fresh(request: HttpRequest) -> bool:
    """Whether this session proved the second factor within the last five minutes, or the person has none."""
    if not is_mfa_enabled(request.user, [Authenticator.Type.TOTP]):
        return True
    records = get_authentication_records(request, request.user)
    proofs = [record["at"] for record in records if record.get("method") == "mfa"]
    return bool(proofs) and time.time() - proofs[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def ask(request: HttpRequest) -> HttpResponse:
    """Keep the form, ask for a code, offer the form again."""
    kept = stash.keep(request, owner=request.user.pk)
    messages.info(request, _("此操作需要再次输入两步验证码。"))
    target = reverse("accounts:resume") if kept else request.get_full_path()
    return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': target})}")


class StepUpMixin:
    """For class views: unsafe methods need a fresh factor."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.method not in ("GET", "HEAD", "OPTIONS") and not is_fresh(request):
            return ask(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
