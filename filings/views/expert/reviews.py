"""e1, e2: an expert's work: declare first, then read and score. Nobody else's marks or name are ever shown."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from accounts.enums import Role
from accounts.permissions import has_role
from accounts.stash import pop_stash
from core import clock
from core.errors import Invalid, NotVisible, Problem, from_form
from filings.enums import AssignmentState, State, Strength
from filings.forms_staff import DeclarationForm, DeskForm, ScoreForm
from filings.models import Filing, ReviewAssignment
from filings.selectors.experts import conflicts_of, my_assignment, my_reviews, next_review
from filings.selectors.filings import get_visible
from filings.selectors.reading import active_participants, judgements, law_for
from filings.selectors.worklist import clock_line
from filings.services import review
from filings.views.staff.acts import name_typed, version_of
from filings.views.staff.base import DeskView, page
from filings.views.staff.boards import TONES
from filings.views.staff.parts import load, sections, waiver_words


class MyReviews(View):
    """e1: what waits, what is done."""

    access = has_role(Role.EXPERT)

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [_row(a) for a in my_reviews(request.actor)]  # type: ignore[attr-defined]
        context = {
            "open": [r for r in rows if r["open"]],
            "done": [r for r in rows if not r["open"]],
        }
        return page(request, "filings/expert/reviews.html", context)


def _row(mine: ReviewAssignment) -> dict[str, Any]:
    filing = mine.panel.filing
    running = mine.panel.closed_at is None and filing.state == State.IN_REVIEW
    conflicted = mine.standing == AssignmentState.CONFLICTED
    return {
        "mine": mine,
        "filing": filing,
        "open": running and mine.standing in (AssignmentState.INVITED, AssignmentState.READY),
        "running": running,
        "conflicted": conflicted,
        "word": mine.get_standing_display(),
        "tone": TONES[AssignmentState(mine.standing)],
        "clock": clock_line(filing.state, filing.due_at) if running else {"state": "none"},
        "url": "" if conflicted else reverse("filings:review", args=[filing.pk]),
    }


class ReviewView(DeskView):
    """e2: the conflict declaration, then material left and criteria right."""

    refills = True

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing, mine = self._mine(pk)
        kept = pop_stash(request)
        if mine.conflict is None:
            return self._page(filing, mine, DeclarationForm(kept))
        form = ScoreForm(kept, filing=filing) if kept else _marked(filing, mine)
        return self._page(filing, mine, form)

    def _mine(self, pk: int) -> tuple[Filing, ReviewAssignment]:
        actor = self.request.actor  # type: ignore[attr-defined]
        filing = get_visible(actor, pk)
        mine = my_assignment(actor, filing)
        if mine is None:
            raise NotVisible.one("assignment", _("没有您的评审任务"))
        return filing, mine

    def _page(
        self,
        filing: Filing,
        mine: ReviewAssignment,
        form: DeskForm,
        problems: list[Problem] | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        running = filing.state == State.IN_REVIEW
        context: dict[str, Any] = {
            "filing": filing,
            "mine": mine,
            "form": form,
            "running": running,
            "tone": TONES[AssignmentState(mine.standing)],
            "problems": problems or [],
            "clock": clock_line(filing.state, filing.due_at) if running else {"state": "none"},
            "late": running and filing.due_at is not None and clock.now() > filing.due_at,
            "crumbs": [
                {"label": _("我的评审"), "url": reverse("filings:reviews")},
                {"label": str(filing), "url": ""},
            ],
        }
        if mine.conflict is None:
            context |= _declaration(filing, mine)
            return self.page("filings/expert/declare.html", context, status=status)
        context |= {
            "sections": sections(load(filing)) if running else [],
            "exceptions": _exceptions(filing) if running else [],
            "pairs": form.pairs() if isinstance(form, ScoreForm) else [],
            "following": next_review(self.request.actor, filing) if running else None,  # type: ignore[attr-defined]
            "pass_mark": law_for(filing).value("procedure.pass_mark"),
        }
        return self.page("filings/expert/score.html", context, status=status)


def _declaration(filing: Filing, mine: ReviewAssignment) -> dict[str, Any]:
    """Who takes part, so that a conflict can be seen; nothing of the material."""
    return {
        "units": [{"name": p.organisation.name, "role": p.role_label} for p in active_participants(filing)],
        "known": conflicts_of(filing, mine.expert),
    }


def _exceptions(filing: Filing) -> list[dict[str, str]]:
    """原则上 conditions that are short: the reading is that experts learn of them, with the reason given."""
    return [
        {"text": f"{j.label}：{j.message}", "said": waiver_words(j.waiver), "clause": j.clause}
        for j in judgements(filing)
        if j.strength == Strength.IN_PRINCIPLE and (j.met is False or j.waiver)
    ]


def _marked(filing: Filing, mine: ReviewAssignment) -> ScoreForm:
    """The score form with the marks given before."""
    initial: dict[str, Any] = {"opinion": mine.opinion}
    for row in mine.scores.all():
        initial |= {f"{row.criterion}.value": row.value, f"{row.criterion}.rationale": row.rationale}
    return ScoreForm(filing=filing, initial=initial)


class DeclareView(ReviewView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing, mine = self._mine(pk)
        form = DeclarationForm(request.POST)
        if not form.is_valid():
            return self._page(filing, mine, form, from_form(form.errors), status=422)
        conflict = form.cleaned_data["conflict"] == "yes"
        given = {"conflict": conflict, "note": form.cleaned_data["note"], "version": version_of(request)}
        review.declare(actor=request.actor, filing=filing, **given)  # type: ignore[attr-defined]
        if conflict:
            messages.success(request, _("已登记回避，本件不再由您评审。感谢您的说明。"))
            return HttpResponseRedirect(reverse("filings:reviews"))
        messages.success(request, _("已声明不存在利益冲突，可以查阅材料并评分。"))
        return HttpResponseRedirect(reverse("filings:review", args=[filing.pk]))


class ScoreView(ReviewView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing, mine = self._mine(pk)
        form = ScoreForm(request.POST, filing=filing)
        name_typed(request, form)
        if not form.is_valid() and mine.conflict is not None:
            return self._page(filing, mine, form, from_form(form.errors), status=422)
        given = {
            "scores": form.scores() if form.is_valid() else [],
            "opinion": form.cleaned_data.get("opinion", ""),
        }
        try:
            review.score(actor=request.actor, filing=filing, version=version_of(request), **given)  # type: ignore[attr-defined]
        except Invalid as error:
            return self._page(filing, mine, form, error.problems, status=422)
        messages.success(request, _("评分已保存。评审结束前可以修改。"))
        return HttpResponseRedirect(self._goes_to(filing))

    def _goes_to(self, filing: Filing) -> str:
        """The same case, or the next one of the round where that was asked for."""
        asked = self.request.POST.get("next") == "1"
        following = next_review(self.request.actor, filing) if asked else None  # type: ignore[attr-defined]
        pk = following.panel.filing_id if following is not None else filing.pk
        return reverse("filings:review", args=[pk])
