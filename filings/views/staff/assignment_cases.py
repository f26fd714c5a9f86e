"""r13: handing cases over, one or many: choose, look at what would happen, do it, read what became of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core import clock
from core.errors import Invalid, NotVisible, Problem, from_form
from core.models import AuditEntry
from filings import permissions as may
from filings.filters import FilingFilter
from filings.forms_assignment import HandOverForm, TakeForm
from filings.models import Filing
from filings.selectors import assignment, worklist
from filings.services.assignment import (
    BULK,
    BULK_LIMIT,
    DONE,
    FAILED,
    SKIPPED,
    Outcome,
    assign,
    reassign,
    take,
)
from filings.views.staff.assignment import offered
from filings.views.staff.base import DeskView, desk_crumbs
from filings.views.staff.parts import clock_panel

TONES = {DONE: "done", SKIPPED: "off", FAILED: "bad"}


def words_of(result: str, *, ahead: bool) -> str:
    """The result of one case in a word."""
    if result == DONE:
        return _("可以转办") if ahead else _("已转办")
    return _("跳过") if result == SKIPPED else _("不能转办")


class ReassignView(DeskView):
    """GET shows what was chosen; POST with `preview` what would happen; POST with `confirm` does it."""

    access = may.may_arrange

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = self._chosen()
        return self._page(rows, HandOverForm(people=offered(request.actor)))  # type: ignore[attr-defined]

    def post(self, request: HttpRequest) -> HttpResponse:
        actor, form = request.actor, HandOverForm(request.POST, people=self._offered())  # type: ignore[attr-defined]
        rows = self._by_id(request.POST.getlist("ids"))
        if not form.is_valid():
            return self._page(rows, form, from_form(form.errors), status=422)
        given: dict[str, Any] = {"to": form.cleaned_data["officer"], "reason": form.cleaned_data["reason"]}
        given["seen"] = seen_of(request.POST.getlist("seen"))
        trial = "confirm" not in request.POST
        try:
            done = reassign(actor=actor, filings=rows, dry_run=trial, **given)
        except Invalid as error:
            return self._page(rows, form, error.problems, status=422)
        if done.entry is None:
            return self._page(rows, form, outcomes=done.rows)
        return HttpResponseRedirect(reverse("assignment:reassigned", args=[done.entry.pk]))

    def _offered(self) -> Any:
        return offered(self.request.actor)  # type: ignore[attr-defined]

    def _chosen(self) -> list[Filing]:
        """The rows ticked, or as many as are allowed of all that the filters of the list find."""
        query, actor = self.request.GET, self.request.actor  # type: ignore[attr-defined]
        if query.get("all") != "1":
            return self._by_id(query.getlist("ids"))
        found = FilingFilter(query, queryset=worklist.on_desk(actor), request=self.request)
        tab = query.get("tab", "all")
        rows = worklist.ordered(worklist.in_tab(found.qs, tab, actor), tab)
        return list(_shown(rows)[:BULK_LIMIT])

    def _by_id(self, ids: list[str]) -> list[Filing]:
        keys = [int(raw) for raw in ids if raw.isdecimal() and len(raw) < 19][:BULK_LIMIT]
        rows = worklist.on_desk(self.request.actor).filter(pk__in=keys)  # type: ignore[attr-defined]
        return list(_shown(worklist.ordered(rows, "all")))

    def _page(
        self,
        rows: list[Filing],
        form: HandOverForm,
        problems: list[Problem] | None = None,
        *,
        outcomes: list[Outcome] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        told = {row.filing.pk: row for row in outcomes or ()}
        lines = [_line(filing, told.get(filing.pk), ahead=True) for filing in rows]
        context = {
            "lines": lines,
            "form": form,
            "problems": problems or [],
            "trial": outcomes is not None,
            "ready": sum(row.result == DONE for row in told.values()),
            "limit": BULK_LIMIT,
            "crumbs": desk_crumbs(None, _("转办")),
            **(self._of(form) if outcomes is not None else {}),
        }
        return self.page("filings/staff/assignment_cases.html", context, status=status)

    def _of(self, form: HandOverForm) -> dict[str, Any]:
        """Whom the trial run is about, and who covers for that person today."""
        person, actor = form.cleaned_data["officer"], self.request.actor  # type: ignore[attr-defined]
        cover = assignment.stands_in(person, actor.organisation, clock.today())
        return {
            "person": person,
            "cover": cover if cover.pk != person.pk else None,
            "reason": form.cleaned_data["reason"],
        }


def _shown(rows: Any) -> Any:
    return rows.select_related("applicant", "district", "assigned_to")


def _line(filing: Filing, outcome: Outcome | None, *, ahead: bool) -> dict[str, Any]:
    result = outcome.result if outcome else ""
    return {
        "filing": filing,
        "clock": worklist.clock_line(filing.state, filing.due_at),
        "seen": f"{filing.pk}:{filing.assigned_to_id or 0}",
        "tone": TONES.get(result, ""),
        "word": words_of(result, ahead=ahead) if result else "",
        "note": outcome.note if outcome else "",
    }


def seen_of(given: list[str]) -> dict[int, int | None]:
    """`"12:7"` says that filing 12 was with person 7 (0: with nobody) when the page was made."""
    found: dict[int, int | None] = {}
    for pair in given[:BULK_LIMIT]:
        filing, _colon, person = pair.partition(":")
        if filing.isdecimal() and person.isdecimal() and len(pair) < 40:
            found[int(filing)] = int(person) or None
    return found


class ResultView(DeskView):
    """What became of each case; read from the audit log, so that it can be opened again."""

    access = may.may_arrange

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        entry = self._entry(pk)
        told = {row["filing"]: row for row in entry.detail["rows"]}
        rows = _shown(worklist.ordered(worklist.on_desk(actor).filter(pk__in=told), "all"))
        lines = [
            _line(f, Outcome(f, told[f.pk]["result"], told[f.pk]["note"], None), ahead=False) for f in rows
        ]
        results = [row["result"] for row in told.values()]
        context = {
            "lines": lines,
            "counts": [(words_of(key, ahead=False), results.count(key)) for key in TONES],
            "person": User.objects.filter(pk=entry.detail["to"]).first(),
            "reason": entry.detail["reason"],
            "at": entry.at,
            "crumbs": desk_crumbs(None, _("转办结果")),
        }
        return self.page("filings/staff/assignment_result.html", context)

    def _entry(self, pk: int) -> AuditEntry:
        """The own entry, written in the bureau one acts in; NotVisible otherwise."""
        actor = self.request.actor  # type: ignore[attr-defined]
        own = AuditEntry.objects.filter(user_id=actor.user_id, organisation_id=actor.organisation_id)
        found = own.filter(pk=pk, action=BULK).first()
        if found is None:
            raise NotVisible.one("entry", _("没有这次转办。"))
        return found


class CaseOfficerView(DeskView):
    """One case: a head hands it over, an officer takes it over."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(self.case(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing, actor = self.case(pk), request.actor  # type: ignore[attr-defined]
        taking = "take" in request.POST
        (may.may_examine if taking else may.may_assign).require(actor, filing)
        form = TakeForm(request.POST) if taking else HandOverForm(request.POST, people=offered(actor))
        if not form.is_valid():
            return self._page(filing, form, from_form(form.errors), status=422)
        reason = form.cleaned_data["take_reason" if taking else "reason"]
        given = {"actor": actor, "filing": filing, "reason": reason}
        seen = seen_of([str(request.POST.get("seen", ""))])
        given |= {"seen": seen[filing.pk]} if filing.pk in seen else {}
        try:
            row = take(**given) if taking else assign(to=form.cleaned_data["officer"], **given)
        except Invalid as error:
            return self._page(filing, form, error.problems, status=422)
        messages.success(request, _("本件改由%(name)s经办。") % {"name": row.assigned_to})
        return HttpResponseRedirect(f"{reverse('filings:desk_case', args=[filing.pk])}#officer")

    def _page(
        self, filing: Filing, form: Any = None, problems: list[Problem] | None = None, *, status: int = 200
    ) -> HttpResponse:
        actor = self.request.actor  # type: ignore[attr-defined]
        state = assignment.officer_panel(filing, actor)
        if not (state["may_hand"] or state["may_take"]):
            may.may_examine.require(actor, filing)
            raise NotVisible.one("officer", _("本件现在不能改变经办人。"))
        hand = form if isinstance(form, HandOverForm) else HandOverForm(people=offered(actor))
        context = {
            "filing": filing,
            "officer": state,
            "hand_form": hand if state["may_hand"] else None,
            "take_form": (form if isinstance(form, TakeForm) else TakeForm()) if state["may_take"] else None,
            "seen": f"{filing.pk}:{filing.assigned_to_id or 0}",
            "clock": clock_panel(filing),
            "problems": problems or [],
            "crumbs": desk_crumbs(filing, _("经办人")),
        }
        return self.page("filings/staff/assignment_case.html", context, status=status)
