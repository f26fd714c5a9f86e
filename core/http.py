"""Refusals as answers: a page, an htmx partial or a JSON problem, always with every reason and its clause."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import audit
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotVisible, PortalError, Problem

log = logging.getLogger(__name__)

PROBLEM_TYPE = "application/problem+json"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
#: Never shown again, never kept.
_SECRET = re.compile(r"csrf|password|passwd|otp|token|secret|code$|form_key|^version$|^next$", re.IGNORECASE)

_MACHINERY = re.compile(
    r"^(_.*|version|form_key|next|base|save|continue|upload|preview|rows|rows_add|rows_remove|remove_file)$"
    r"|-(rows|was|drop)$"
)


def client_ip(request: HttpRequest) -> str:
    """The address of the client: of the connection, or what ``TRUSTED_PROXIES`` of our own proxies report.

    Only as many entries of ``X-Forwarded-For`` are believed, from the right, as there are proxies in front.
    """
    trusted = int(getattr(settings, "TRUSTED_PROXIES", 0))
    address = str(request.META.get("REMOTE_ADDR") or "")
    if trusted:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= trusted:
            address = hops[-trusted]
    return address[:45]


def request_id(request: HttpRequest) -> str:
    """The number of this request: the proxy's, if it looks like one, else our own."""
    return str(getattr(request, "request_id", ""))


def is_request_id(text: str) -> bool:
    """Whether a number from outside may be taken over into logs."""
    return _REQUEST_ID.fullmatch(text) is not None


def actor_of(request: HttpRequest) -> Actor:
    """``request.actor``, or the public where the middleware of accounts has not run."""
    actor = getattr(request, "actor", None)
    return actor if actor is not None else Actor.public(client_ip(request), request_id(request))


# --- answers ---


def error_response(request: HttpRequest, error: PortalError) -> HttpResponse:
    """The answer to a refusal, audited; middleware that refuses before any view calls this too."""
    record_refusal(request, error)
    return problem_response(request, error.status, str(error.title), error.problems)


def record_refusal(request: HttpRequest, error: PortalError) -> None:
    """One audit entry for a refusal, in a transaction of its own: the refused work was rolled back.

    Strangers' wrong addresses are left out: nobody is refused anything by a page that does not exist.
    """
    actor = actor_of(request)
    if isinstance(error, NotVisible) and not actor.is_authenticated:
        return
    detail = {
        "method": request.method,
        "path": request.path[:300],
        "status": error.status,
        "codes": [problem.code for problem in error.problems],
    }
    try:
        with transaction.atomic():
            audit.record("request.refused", actor=actor, detail=detail, result=audit.REFUSED)
    except DatabaseError:
        log.exception("a refusal could not be audited")


def problem_response(
    request: HttpRequest,
    status: int,
    title: str,
    problems: list[Problem],
    context: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """A page, a partial (htmx) or RFC 9457 JSON (API) with this status."""
    if request.path.startswith("/api/"):
        return JsonResponse(problem_json(status, title, problems), status=status, content_type=PROBLEM_TYPE)
    shown = {
        "status": status,
        "title": title,
        "problems": problems,
        "typed": typed(request),
        "retry_url": _retry_url(request),
        "request_id": request_id(request),
        **(context or {}),
    }
    if request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true":
        return HttpResponse(_rendered(request, "errors/partial.html", shown), status=status)
    return HttpResponse(_rendered(request, f"errors/{status}.html", shown), status=status)


def problem_json(status: int, title: str, problems: list[Problem]) -> dict[str, Any]:
    """The body of an API error."""
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "errors": [problem.as_dict() for problem in problems],
    }


def is_machinery(name: str) -> bool:
    """Whether a field is a button, a row count or a token that says nothing to a person."""
    return bool(_MACHINERY.search(name))


def typed(request: HttpRequest) -> list[dict[str, str]]:
    """What was typed into a refused form, to be shown for copying: ``[{"label", "value"}]``; no secrets."""
    if request.method != "POST" or not hasattr(request, "_post"):
        # Reading the body now could itself fail; a form that was never read is not shown.
        return []
    labels: Mapping[str, Any] = getattr(request, "typed_labels", {})
    return [
        {"label": str(labels.get(name, name)), "value": value}
        for name, values in request.POST.lists()
        for value in values
        if value.strip() and not _SECRET.search(name) and not is_machinery(name)
    ]


def _retry_url(request: HttpRequest) -> str:
    """Where to go on: the page the form was on, never another site."""
    referer = request.headers.get("Referer", "")
    own = f"{request.scheme}://{request.get_host()}/"
    return referer if referer.startswith(own) else request.path


def _rendered(request: HttpRequest, template: str, context: Mapping[str, Any]) -> str:
    try:
        return render_to_string(template, dict(context), request)
    except Exception:  # the reasons must arrive even when the frame around them is broken
        log.exception("the page %s could not be rendered", template)
        return _bare(context)


def _bare(context: Mapping[str, Any]) -> SafeString:
    rows = format_html_join("", "<li>{}</li>", ((problem.message,) for problem in context["problems"]))
    page = (
        '<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><title>{0}</title><h1>{0}</h1><ul>{1}</ul>'
    )
    return format_html(page, context["title"], rows)


# --- Django's own refusals ---


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler400``: what Django itself finds malformed; one answer, no detail."""
    del exception
    return problem_response(request, 400, _("请求格式有误"), [])


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler403``."""
    return error_response(
        request, NotAllowed([Problem("not_allowed", str(exception))] if str(exception) else [])
    )


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """``handler404``: the same for an unknown address and for what this actor may not see."""
    del exception
    return problem_response(request, 404, _("没有找到"), [])


def server_error(request: HttpRequest) -> HttpResponse:
    """``handler500``: must work when database, session and templates do not."""
    title = _("系统出错，这次操作没有生效")
    if request.path.startswith("/api/"):
        return JsonResponse(problem_json(500, title, []), status=500, content_type=PROBLEM_TYPE)
    context = {"status": 500, "title": title, "problems": [], "request_id": request_id(request)}
    try:
        page: str = render_to_string("errors/500.html", context)
    except Exception:  # noqa: BLE001 - the last resort must not fail
        page = _bare(context)
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """``CSRF_FAILURE_VIEW``: usually a page left open over a login; what was typed is shown for copying."""
    log.warning("csrf: %s", reason)
    sentence = _("页面已过期或浏览器禁用了 Cookie，这次提交没有生效。请刷新页面后重新提交。")
    refused = NotAllowed.one("csrf", sentence)
    record_refusal(request, refused)
    return problem_response(request, 403, _("页面已过期"), refused.problems)


def invalid_form(errors: Any) -> Invalid:
    """:class:`Invalid` from ``form.errors``, for views that answer with the page of reasons."""
    from core.errors import from_form

    return Invalid(from_form(errors))
