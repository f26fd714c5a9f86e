"""Following a filing after it was handed in: where it is, what was said, what changed, the papers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.idempotency import once_per_form
from filings import permissions as may
from filings.content import changes
from filings.enums import State
from filings.forms import WithdrawForm
from filings.models import Filing, FilingVersion
from filings.presentation.comparing import comparison
from filings.presentation.computed import computed
from filings.presentation.dossier import dossier
from filings.presentation.status import clock_of, place_status, steps, timeline
from filings.services import submission
from filings.views.applicant.base import UnitView, crumbs, places, take_problems
from filings.workflow import workflow_of


class Progress(UnitView):
    """The case page of the unit that leads."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.visible(pk)
        if not may.applicant(self.actor, filing):
            return redirect("filings:member", pk=pk)
        if filing.state == State.DRAFT:
            return redirect("filings:tasks", pk=pk)
        return self.page("progress", self.context(filing))

    def context(self, filing: Filing) -> dict[str, Any]:
        events = filing.events.filter(staff_only=False).select_related("organisation")
        people = places(filing)
        return {
            "filing": filing,
            "steps": steps(filing),
            "clock": clock_of(filing),
            "events": timeline(events),
            "papers": list(filing.documents.select_related("stored")),
            "certificate": getattr(filing, "certificate", None),
            "versions": list(filing.versions.order_by("number")),
            "corrections": list(filing.corrections.select_related("participant__organisation")),
            "notices": [(n, public_url("portal:notice", n.pk)) for n in filing.notices.all()],
            "comparison": comparison(filing, people),
            "computed": computed(filing),
            "sections": dossier(filing, people, editable=False),
            "people": [
                {"name": p.organisation.name, "role": p.role_label, "state": s, "word": w}
                for p in (people if filing.spec.has_members else [])
                for s, w in [place_status(p)]
            ],
            "may_withdraw": any(
                t.name == "withdraw" for t in workflow_of(filing).available(filing, self.actor)
            ),
            "crumbs": crumbs(filing),
        }


def public_url(name: str, *args: Any) -> str:
    """A public page of the portal, empty where there is none."""
    with suppress(NoReverseMatch):
        return reverse(name, args=args)
    return ""


class Versions(UnitView):
    """The differences between any two versions."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.led(pk)
        rows = list(filing.versions.order_by("number"))
        old, new = chosen(rows, request.GET.get("from", ""), request.GET.get("to", ""))
        found = changes(filing.spec, old.snapshot, new.snapshot) if old and new else []
        context = {
            "filing": filing,
            "versions": rows,
            "old": old,
            "new": new,
            "changes": found,
            "crumbs": crumbs(filing, _("版本对比"), "progress"),
        }
        return self.page("versions", context)


def chosen(
    rows: list[FilingVersion], old: str, new: str
) -> tuple[FilingVersion | None, FilingVersion | None]:
    """The two versions asked for; the last two by default."""
    by_number = {str(row.number): row for row in rows}
    last = rows[-1] if rows else None
    before = rows[-2] if len(rows) > 1 else last
    return by_number.get(old, before), by_number.get(new, last)


class Withdraw(UnitView):
    """Take the filing back, with a reason."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.led(pk)
        return self.page("withdraw", self.context(filing, WithdrawForm()))

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.led(pk)
        form = WithdrawForm(request.POST)
        if form.is_valid():
            try:
                submission.withdraw(actor=self.actor, filing=filing, comment=form.cleaned_data["comment"])
            except Invalid as error:
                take_problems(form, error)
        if not form.is_valid():
            return self.page("withdraw", self.context(filing, form), status=422)
        messages.success(request, _("已撤回“%(title)s”。") % {"title": filing})
        return redirect("filings:home")

    def context(self, filing: Filing, form: WithdrawForm) -> dict[str, Any]:
        hub = "tasks" if filing.state == State.DRAFT else "progress"
        return {
            "filing": filing,
            "form": form,
            "is_draft": filing.state == State.DRAFT,
            "may": any(t.name == "withdraw" for t in workflow_of(filing).available(filing, self.actor)),
            "crumbs": crumbs(filing, _("撤回申报"), hub),
        }
