"""r2/d2/u2: one case in three panes, its notes, its corrections and its printed form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Invalid, from_form
from filings import permissions as may
from filings.enums import CorrectionState, State
from filings.forms_staff import NoteForm, WaiverForm
from filings.models import Filing
from filings.presentation.comparing import comparison
from filings.presentation.computed import computed
from filings.presentation.wording import words
from filings.selectors.assignment import officer_panel
from filings.selectors.reading import judgements
from filings.services import corrections, examination
from filings.services.waivers import give_reason
from filings.views.staff import parts
from filings.views.staff.base import DeskView, desk_crumbs, is_htmx
from filings.views.staff.boards import board_of
from filings.views.staff.contexts import waiver_rows
from filings.views.staff.sheets import SHEETS
from filings.workflow import workflow_of

# the page where the work of a state is done; (route, its words)
WORKPLACES: dict[str, tuple[str, Any]] = {
    State.IN_EXAMINATION: ("filings:desk_examination", gettext_lazy("形式审查清单")),
    State.IN_REVIEW: ("filings:desk_board", gettext_lazy("评审进度")),
    State.REVIEWED: ("filings:desk_board", gettext_lazy("评审结果")),
    State.ON_NOTICE: ("filings:desk_notice", gettext_lazy("公示与异议")),
    State.FILED: ("filings:desk_result", gettext_lazy("办理结果")),
}


def acts_of(filing: Filing, actor: Actor) -> list[dict[str, Any]]:
    """What this actor may do now, the primary act first, each with what still blocks it."""
    found = []
    for transition in workflow_of(filing).available(filing, actor):
        if transition.name not in SHEETS:
            continue
        problems, sheet = transition.problems(filing, actor), SHEETS[transition.name]
        found.append(
            {
                "name": transition.name,
                "label": sheet.label_for(filing, filing.label_of(transition)),
                "url": reverse("filings:desk_act", args=[filing.pk, transition.name]),
                "danger": transition.danger,
                "problems": problems,
                "blocked": _("还有 %(n)s 项未满足") % {"n": len(problems)} if problems else "",
                "quiet": transition.name in ("send_back", "return_for_correction"),
            }
        )
    found.sort(key=lambda row: (row["danger"], row["quiet"], bool(row["problems"])))
    for index, row in enumerate(found):
        row["primary"] = index == 0 and not (row["danger"] or row["quiet"] or row["problems"])
    return found


def workplace(filing: Filing) -> dict[str, Any] | None:
    found = WORKPLACES.get(filing.state)
    if filing.state == State.IN_EXAMINATION and not filing.spec.conditions:
        return None  # nothing is judged, there is no list to go through
    return {"url": reverse(found[0], args=[filing.pk]), "label": found[1]} if found else None


def case_context(filing: Filing, actor: Actor, *, compare: bool = False) -> dict[str, Any]:
    """Everything of the case page. The number of queries does not depend on members, files or notes."""
    material = parts.load(filing, compare=compare)
    found = judgements(filing)
    checks = list(filing.checks.select_related("checked_by"))
    acts = acts_of(filing, actor)
    may_return = any(row["name"] == "return_for_correction" for row in acts)
    return {
        "filing": filing,
        **words(filing),
        "mark": filing.spec.hooks.mark(filing),
        "comparison": comparison(filing, material.people),
        "computed": computed(filing, staff=True),
        "crumbs": desk_crumbs(filing),
        "sections": parts.sections(material),
        "material": material,
        "compare": compare,
        "versions": list(filing.versions.values_list("number", flat=True)),
        "conditions": parts.lamp_lines(filing, found),
        "checks": parts.check_lines(filing, checks),
        "tickets": parts.tickets(material),
        "people": parts.people(material),
        "events": parts.events(filing),
        "notes": list(filing.notes.select_related("author")),
        "note_form": NoteForm(),
        "may_note": may.may_write_note(actor, filing),
        "may_close": filing.state == State.IN_EXAMINATION and may.may_examine(actor, filing),
        "may_return": may_return,
        "waivers": waiver_rows(filing, actor, found),
        "board": board_of(filing, names=may.case_officer(actor, filing))
        if may.may_read_reviews(actor, filing)
        else None,
        "officer": officer_panel(filing, actor),
        "papers": list(filing.documents.select_related("stored")),
        "clock": parts.clock_panel(filing),
        "steps": parts.stepper(filing),
        "acts": acts,
        "workplace": workplace(filing),
        "read_only": not acts and not may.may_write_note(actor, filing),
    }


class CaseView(DeskView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.case(pk)
        compare = request.GET.get("compare") == "1"
        actor = request.actor  # type: ignore[attr-defined]
        return self.page("filings/staff/case.html", case_context(filing, actor, compare=compare))


class PrintView(DeskView):
    """The whole case on paper."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        context = case_context(self.case(pk), request.actor)  # type: ignore[attr-defined]
        return self.page("filings/staff/print.html", context)


class NoteView(DeskView):
    """An internal remark; with htmx only the list comes back."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing, actor = self.case(pk), request.actor  # type: ignore[attr-defined]
        form = NoteForm(request.POST)
        may.may_write_note.require(actor, filing)
        if not form.is_valid():
            return self._again(filing, form)
        examination.add_note(actor=actor, filing=filing, text=form.cleaned_data["text"])
        if is_htmx(request):
            return self._notes(filing, NoteForm())
        messages.success(request, _("备注已保存。"))
        return HttpResponseRedirect(f"{reverse('filings:desk_case', args=[filing.pk])}#notes")

    def _again(self, filing: Filing, form: NoteForm) -> HttpResponse:
        if is_htmx(self.request):
            return self._notes(filing, form, status=422)
        actor = self.request.actor  # type: ignore[attr-defined]
        context = case_context(filing, actor) | {"note_form": form, "problems": from_form(form.errors)}
        return self.page("filings/staff/case.html", context, status=422)

    def _notes(self, filing: Filing, form: NoteForm, *, status: int = 200) -> HttpResponse:
        context = {
            "filing": filing,
            "notes": list(filing.notes.select_related("author")),
            "note_form": form,
            "may_note": True,
        }
        return self.page("filings/staff/_notes.html", context, status=status)


class CloseCorrectionView(DeskView):
    """核销 an answered item."""

    def post(self, request: HttpRequest, pk: int, correction: int) -> HttpResponse:
        filing = self.case(pk)
        item = corrections.close(actor=request.actor, filing=filing, correction_id=correction)  # type: ignore[attr-defined]
        left = filing.corrections.exclude(standing=CorrectionState.CLOSED).count()
        words = _("第 %(n)s 项已核销。") % {"n": item.number}
        words += _("还有 %(n)s 项。") % {"n": left} if left else _("全部补正项已核销，可以受理。")
        messages.success(request, words)
        return HttpResponseRedirect(f"{reverse('filings:desk_case', args=[filing.pk])}?compare=1#tickets")


class WaiverView(DeskView):
    """The officer grants an exception with a reason that will be public."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing, actor = self.case(pk), request.actor  # type: ignore[attr-defined]
        may.case_officer.require(actor, filing)
        back = str(request.POST.get("back") or "")
        form = WaiverForm(request.POST)
        if not form.is_valid():
            raise Invalid(from_form(form.errors))
        give_reason(actor=actor, filing=filing, **form.cleaned_data)
        messages.success(request, _("已同意例外，理由将随公示公开，由审定人复核。"))
        where = reverse("filings:desk_act", args=[filing.pk, "propose"]) if back == "propose" else ""
        return HttpResponseRedirect(where or f"{reverse('filings:desk_case', args=[filing.pk])}#waivers")
