"""Pages without login: home, register, notices, verification, statements."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import access
from core import clock, limits
from core.errors import Invalid, NotVisible
from core.http import actor_of, client_ip
from core.idempotency import new_key, once_per_form
from filings.presentation import catalogue
from filings.services import notice as notice_service
from portal import forms
from portal.selectors import notices, register, verification
from portal.selectors.register_pages import capped_count

PAGE = 25
NEWEST = 5
OBJECTIONS_HOURLY = 20  # from one address, as in the API: each one stops a notice from being closed
MAX_PAPER = 25 << 20
YEAR = 365 * 24 * 3600


def _find(rows: Any, **key: Any) -> Any:
    """The row, or the page's 404."""
    found = rows.filter(**key).first()
    if found is None:
        raise NotVisible.one("not_found", _("没有找到您要查看的内容。"))
    return found


@access("public")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, what is open, what is on notice; a signed-in person goes on from here."""
    today = clock.today()
    valid = register.Query(status="valid")
    count, is_exact = capped_count(valid, today)
    context = {
        "catalogue": catalogue.catalogue(place=catalogue.place_of(actor_of(request))),
        "valid_count": count,
        "valid_is_exact": is_exact,
        "notices": [notices.public_notice(n) for n in notices.notices(current=True)[:5]],
        "notice_count": notices.notices(current=True).count(),
        "newest": [register.public_row(row, today) for row in _newest(valid, today)],
    }
    return render(request, "portal/home.html", context)


def _newest(query: register.Query, on: datetime.date) -> Any:
    return register.register_rows(query, on).order_by("-registered_at", "-pk")[:NEWEST]


@access("public")
@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """Notices that run, and those that are over."""
    past = Paginator(notices.notices(current=False), PAGE).get_page(request.GET.get("page"))
    context = {
        "current": [
            notices.public_notice(n) for n in notices.notices(current=True).prefetch_related("objections")
        ],
        "page": past,
        "past": [notices.public_notice(n) for n in past.object_list.prefetch_related("objections")],  # type: ignore[attr-defined]
    }
    return render(request, "portal/notices.html", context)


@access("public")
@require_http_methods(["GET", "HEAD", "POST"])
@once_per_form
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice; while it runs anybody may object."""
    found = _find(notices.notices(), pk=pk)
    form = forms.ObjectionForm(request.POST or None)
    problems: list[Any] = []
    if request.method == "POST" and form.is_valid():
        limits.count("objection", client_ip(request), hourly=OBJECTIONS_HOURLY)
        try:
            made = notice_service.object_to(actor=actor_of(request), notice_id=pk, **form.cleaned_data)
            messages.success(
                request,
                _("异议已收到，编号 %(n)s。请记下编号，答复将按您留下的联系方式送达。") % {"n": made.receipt},
            )
            return redirect("portal:notice", pk=pk)
        except Invalid as refused:
            problems = refused.problems
    status = 422 if request.method == "POST" else 200
    context = {
        "notice": notices.public_notice(found),
        "postponed": notices.postponed(found),
        "form": form,
        "problems": problems,
        "form_key": new_key(),
    }
    return render(request, "portal/notice.html", context, status=status)


@access("public")
@require_http_methods(["GET", "HEAD", "POST"])
def verify_form(request: HttpRequest) -> HttpResponse:
    """Ask for a code, or for a file: its digest finds the paper. The browser computes it where it can."""
    digest = _digest(request) if request.method == "POST" else request.GET.get("sha256", "")
    if digest:
        return _by_digest(request, digest)
    form = forms.CodeForm(request.GET or None)
    if request.GET and form.is_valid():
        return redirect("portal:verify", code=form.cleaned_data["code"].replace(" ", "").replace("/", ""))
    return render(request, "portal/verify_form.html", {"form": form})


def _by_digest(request: HttpRequest, digest: str) -> HttpResponse:
    code = verification.code_of_file(digest)
    if not code:
        return render(request, "portal/verify_unknown.html", {"digest": digest[:64]}, status=404)
    return redirect(f"{reverse('portal:verify', args=[code])}?sha256={digest.strip().lower()}")


@access("public")
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Genuine or not, and its standing on a day; a file may be compared with what was issued."""
    form = forms.DayForm(request.GET)
    found = verification.verify(code, form.day)
    if found is None:
        return render(request, "portal/verify_unknown.html", {"code": code}, status=404)
    compared = None
    if request.method == "POST" or request.GET.get("sha256"):
        compared = _compared(found, _digest(request) if request.method == "POST" else request.GET["sha256"])
    context = {"paper": found, "code": code, "compared": compared, "on": form.day}
    return render(request, "portal/verify.html", context)


def _digest(request: HttpRequest) -> str:
    """SHA-256 of a file handed in; it is hashed as it streams by and dropped."""
    upload = request.FILES.get("paper")
    if upload is None:
        return ""
    sha = hashlib.sha256()
    for chunk in upload.chunks():
        sha.update(chunk)
    return sha.hexdigest()


def _compared(found: verification.Verification, digest: str) -> dict[str, Any]:
    """The outcome of a comparison."""
    if not digest:
        return {"kind": "warn", "word": _("请选择要比对的文件")}
    if found.matches(digest):
        return {"kind": "ok", "word": _("文件与本平台出具的原件一致")}
    return {"kind": "bad", "word": _("文件与本平台出具的原件不一致，可能被修改过")}


@access("public")
@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """Accessibility, privacy, help."""
    return render(request, "portal/statements.html")


@access("public")
@require_POST
def text_size(request: HttpRequest) -> HttpResponse:
    """Reading aids, kept in a cookie for a year."""
    target = request.POST.get("next", "/")
    response = redirect(target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/")
    for name, cookie, values in (
        ("size", "text_size", ("large", "normal")),
        ("contrast", "contrast", ("high", "normal")),
    ):
        if request.POST.get(name) in values:
            response.set_cookie(
                cookie,
                request.POST[name],
                max_age=YEAR,
                samesite="Lax",
                secure=request.is_secure(),
                httponly=True,
            )
    return response
