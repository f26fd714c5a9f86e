"""Answering a return: the corrections only, each with its field; then handing the filing back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.stash import pop_stash
from core.errors import NotAllowed
from filings import permissions as may
from filings.enums import CorrectionState, ParticipantRole, ParticipantState, State
from filings.models import Filing
from filings.presentation.correcting import Ticket, tickets
from filings.presentation.status import clock_of, linked, place_status
from filings.views.applicant.base import UnitView, crumbs, places
from filings.views.applicant.correction_save import Answers
from filings.workflow import workflow_of


class CorrectionPage(UnitView):
    """The lead's page, and that of a member whose own section was returned."""

    refills = True

    def of_unit(self, pk: int) -> Filing:
        filing = self.visible(pk)
        place = may.own_place(self.actor, filing)
        if place is None:
            raise NotAllowed.one(
                "not_member", filing.spec.say(_("补正由申报单位和被要求补正的%(members)s办理。"))
            )
        return filing

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.of_unit(pk)
        if filing.state != State.IN_CORRECTION:
            return redirect("filings:open", pk=pk)
        lost = pop_stash(request)
        found = tickets(filing, self.rows(filing), self.actor.organisation_id, lost)
        return self.page("correction", self.context(filing, found) | {"restored": lost is not None})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.of_unit(pk)
        request.typed_labels = {}  # type: ignore[attr-defined]
        found = tickets(filing, self.rows(filing), self.actor.organisation_id, request.POST)
        answers = Answers(filing, self.actor, found, request.POST, request.FILES)
        answers.run()
        if answers.status != 200 or "rows_add" in request.POST:
            context = self.context(self.visible(pk), answers.tickets) | {"problems": answers.problems}
            return self.page("correction", context, status=answers.status)
        messages.success(request, answers.said())
        return redirect("filings:correction", pk=pk)

    def rows(self, filing: Filing) -> list[Any]:
        """The lead sees every correction, a member its own."""
        rows = filing.corrections.select_related("participant__organisation").order_by("number")
        if not may.applicant(self.actor, filing):
            rows = rows.filter(participant__organisation_id=self.actor.organisation_id)
        return list(rows)

    def context(self, filing: Filing, found: list[Ticket]) -> dict[str, Any]:
        leads = may.applicant(self.actor, filing)
        waiting = [t for t in found if t.item.standing != CorrectionState.CLOSED]
        return {
            "filing": filing,
            "tickets": waiting,
            "closed": [t for t in found if t.item.standing == CorrectionState.CLOSED],
            "left": sum(t.item.standing == CorrectionState.OPEN for t in waiting),
            "any_mine": any(t.mine for t in waiting),
            "leads": leads,
            "clock": clock_of(filing),
            "why": returned_because(filing),
            "voided": again(filing) if leads else [],
            "blocking": linked(filing, workflow_of(filing)["resubmit"].problems(filing, self.actor))
            if leads
            else [],
            "may_submit": may.applicant_signer(self.actor, filing),
            "crumbs": crumbs(filing, _("补正"), "tasks" if leads else "member"),
        }


def returned_because(filing: Filing) -> str:
    """The words of the return, where they say more than its items."""
    event = filing.events.filter(name="return_for_correction").last()
    items = "；".join(filing.corrections.order_by("number").values_list("message", flat=True))
    return event.comment if event is not None and event.comment not in items else ""


def again(filing: Filing) -> list[dict[str, Any]]:
    """The members whose confirmation the corrections touched, and where each stands."""
    rows = [p for p in places(filing) if p.role != ParticipantRole.LEAD]
    if all(p.standing == ParticipantState.CONFIRMED for p in rows):
        return []
    return [
        {"name": p.organisation.name, "role": p.role_label, "state": s, "word": w}
        for p in rows
        for s, w in [place_status(p)]
    ]
