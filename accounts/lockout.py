"""Guessing is stopped per account and address: the owner still gets in from elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.backends import find_user
from core.errors import Problem

WAIT_MINUTES = 15


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The name under which failures are counted: one per account, whether typed as name or as e-mail."""
    given = credentials or {}
    typed = given.get("username") or given.get("login") or given.get("email")
    if not typed:
        typed = getattr(request, "POST", {}).get("login", "")
    user = find_user(str(typed))
    return user.username if user is not None else str(typed).strip().lower()[:255]


def locked_out(request: HttpRequest, response: HttpResponse, credentials: Any = None) -> HttpResponse:
    """The answer while a name is locked for this address; the same for known and unknown names."""
    title = _("登录尝试过多")
    message = _("密码连续输错次数过多，请 %(n)s 分钟后再试，或通过“忘记密码”重设密码。") % {"n": WAIT_MINUTES}
    if request.path.startswith("/api/"):
        problem = {"field": "", "code": "locked", "message": message}
        body = {"type": "about:blank", "title": title, "status": 429, "errors": [problem]}
        answer: HttpResponse = JsonResponse(body, status=429, content_type="application/problem+json")
    else:
        problems = [Problem("locked", message)]
        context = {"title": title, "status": 429, "problems": problems}
        answer = render(request, "accounts/locked.html", context, status=429)
    answer["Retry-After"] = str(WAIT_MINUTES * 60)
    return answer
