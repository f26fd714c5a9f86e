"""Where a signed-in person lands, the demo's clock, and the administrators' pages."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actors
from accounts.access import access
from accounts.enums import Role
from accounts.permissions import has_role
from core import audit, clock, jobs, outbox
from core.actor import Actor
from core.http import actor_of
from core.models import Job, OutboxMail
from core.navigation import entries_for, numbers
from portal import forms
from portal.selectors import mail, trail

PAGE = 50
may_read_log = has_role(Role.AUDITOR, Role.SECADMIN)
may_see_jobs = has_role(Role.SYSADMIN)


@access("login")
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The first entry of one's own menu that is not for everybody: worklist, unit's home, administration."""
    actor = actor_of(request)
    if actors.SESSION_KEY not in request.session and len(_offices(request)) > 1:
        return redirect("portal:offices")
    stranger = Actor()
    for entry in entries_for(actor):
        if not entry.url_name.startswith("policy:") and not entry.rule(stranger, None):
            try:
                return redirect(reverse(entry.url_name))
            except NoReverseMatch:
                continue
    return redirect("portal:home")


def _offices(request: HttpRequest) -> list[actors.Choice]:
    """The offices this person works in; units that apply are none."""
    return [choice for choice in getattr(request, "actor_choices", ()) if choice.is_staff]


@access("login")
@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """Every office one works in with what waits there, for who serves several: districts, both cities.

    As many queries as the menu takes, for each of them; nobody serves more than a handful.
    """
    actor, lines = actor_of(request), []
    for choice in _offices(request):
        there = replace(actor, organisation=choice.organisation, roles=choice.roles)
        shown = [entry for entry in entries_for(there) if entry.waiting is not None]
        waiting = [(e.label, n) for e, n in zip(shown, numbers(shown, there), strict=True) if n]
        lines.append({"office": choice.organisation, "roles": choice.role_labels, "waiting": waiting})
    return render(request, "portal/offices.html", {"lines": lines, "desk": reverse("portal:desk")})


@access("public")
@require_http_methods(["GET", "HEAD", "POST"])
def demo_clock(request: HttpRequest) -> HttpResponse:
    """Move the demonstration's clock. Not there outside the demo."""
    if not settings.CLOCK_MAY_MOVE or not settings.DEMO:
        raise Http404
    form = forms.ClockForm(request.POST or None)
    if request.method == "POST":
        if "reset" in request.POST:
            clock.reset()
        elif form.is_valid():
            clock.shift(datetime.timedelta(days=form.cleaned_data["days"]))
        else:
            return render(request, "portal/demo_clock.html", {"form": form, "now": clock.now()}, status=422)
        return redirect("portal:demo_clock")
    return render(request, "portal/demo_clock.html", {"form": form, "now": clock.now()})


@access(may_read_log)
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """The audit log, newest first, with the state of its chain. Reading it leaves an entry too."""
    query = trail.Query.of(request.GET)
    page = Paginator(trail.entries(query), PAGE).get_page(request.GET.get("page"))
    if not request.GET.get("page"):
        audit.record("audit.read", actor=actor_of(request), detail=query.as_dict())
    context = {
        "page": page,
        "rows": trail.rows(page),
        "query": query,
        "head": audit.head(),
        "actions": trail.actions(),
    }
    return render(request, "portal/audit_log.html", context)


@access(may_read_log)
@require_POST
def audit_verify(request: HttpRequest) -> HttpResponse:
    """Walk the whole chain now."""
    broken = audit.verify()
    audit.record("audit.verify", actor=actor_of(request), detail={"broken": str(broken or "")})
    if broken is None:
        messages.success(request, _("审计链完整：共 %(n)s 条，未发现改动。") % {"n": audit.head().position})
    else:
        messages.error(
            request, _("审计链在第 %(n)s 条处不完整，请立即报告安全管理员。") % {"n": broken.position}
        )
    return redirect("portal:audit_log")


@access(may_see_jobs)
@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """Background work: what waits, runs and failed."""
    rows = Job.objects.order_by("-pk")
    if request.GET.get("state") in Job.State.values:
        rows = rows.filter(state=request.GET["state"])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "states": Job.State.choices,
        "state": request.GET.get("state", ""),
        "mail": mail.overview(),
    }
    return render(request, "portal/jobs.html", context)


@access(may_see_jobs)
@require_POST
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a failed job again."""
    job = Job.objects.filter(pk=pk).first()
    if job is None:
        raise Http404
    jobs.retry(job, actor=actor_of(request))
    messages.success(request, _("任务已重新排队。"))
    return redirect("portal:jobs")


@access(may_see_jobs)
@require_POST
def mail_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a mail again that failed."""
    row = OutboxMail.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    outbox.retry(row, actor=actor_of(request))
    messages.success(request, _("邮件已重新排队。"))
    return redirect(reverse("portal:jobs") + "#mail")
