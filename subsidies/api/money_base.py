"""What the calls about money share: a fresh second factor, and whether a step is theirs to do now."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from accounts import stepup
from accounts.api.base import SAFE, ApiView
from core.errors import NotAllowed, NotNow, NotVisible
from core.workflow import Workflow

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]


class MoneyApi(ApiView):
    """Whoever calls from a session proves the second factor anew, as on the pages; a token was given for one."""

    access = "login"

    def prepare(self, request: Request, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        if request.method not in SAFE and request.auth is None and not stepup.is_fresh(request._request):
            raise NotAllowed.one("step_up", _("此操作需要再次输入两步验证码，请在页面上验证后再办理。"))


def admit(view: ApiView, workflow: Workflow, row: Any, name: str, steps: Any) -> None:
    """Whether it is theirs to do and possible now, said before faults of the body."""
    if name not in steps:
        raise NotVisible.one("unknown_action", "")
    step = workflow[name]
    rule: Any = step.allowed
    if not rule(view.actor, row):
        raise NotAllowed.one("not_allowed", rule.refusal(view.actor, row))
    if row.state not in step.sources:
        raise NotNow.one("wrong_state", row.get_state_display())
