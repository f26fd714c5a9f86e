"""Rounds: the list, one round with its runs and steps, the ranking, the monitor of jobs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.stepup import StepUpMixin
from core import jobs
from core.errors import NotVisible
from core.models import Job
from evaluation import permissions as may
from evaluation.forms import ActForm
from evaluation.models import Round, Run
from evaluation.presentation import corrections, monitor, results
from evaluation.presentation import rounds as shown
from evaluation.selectors import rounds as see
from evaluation.services import late, report_archive, rounds, runs
from evaluation.views.base import EvaluationView, OfRound, number
from evaluation.workflow import WORKFLOW
from filings.views.accompany.base import OneClick

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Rounds(EvaluationView):
    def get(self, request: HttpRequest) -> HttpResponse:
        counts = see.counts(self.actor)
        tab = self.tab_of(shown.TABS)
        rows = see.visible(self.actor).filter(state__in=see.TABS[tab])
        listed = self.listed(see.with_correction(rows))
        context = {
            "tabs": self.tabs(shown.TABS, counts, tab),
            "rows": [shown.line(row) for row in listed["page"]],
            "may_set_up": may.evaluation_keeper(self.actor),
        }
        return self.page("rounds", {**context, **listed})


class OneRound(EvaluationView):
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        row = see.get(self.actor, code)
        more = corrections.of_the_round(row, self.actor)
        return self.page("round", shown.page(row, self.actor) | more)


class Act(StepUpMixin, OfRound):
    """One step of the round on a page of its own, with what it brings in words."""

    def prepare(self, **kwargs: Any) -> None:
        self.round = see.get(self.actor, kwargs["code"])
        try:
            self.transition = WORKFLOW[kwargs["name"]]
        except NotVisible:
            raise Http404 from None
        self.transition.allowed.require(self.actor, self.round)  # type: ignore[attr-defined]

    def get_form_class(self) -> Any:
        asks = self.transition.needs_comment
        label = shown.COMMENTS.get(self.transition.name, "")
        return lambda **given: ActForm(needs_comment=asks, label=label, **given)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.round.version}

    def perform(self, form: forms.Form) -> Round:
        return rounds.act(
            actor=self.actor,
            round=self.round,
            name=self.transition.name,
            run=self._run(),
            **form.cleaned_data,
        )

    def _run(self) -> Run | None:
        asked = self.request.GET.get("run", "")
        if asked:
            return self.round.runs.filter(number=number(asked)).first()
        return runs.latest(self.round)

    def heading(self) -> str:
        return str(self.transition.label)

    def around(self) -> dict[str, Any]:
        more = shown.about_act(self.round, self.transition, self.actor, self._run())
        return super().around() | {"button": str(self.transition.label), **more}


class ConfirmLate(OneClick, OfRound):
    success_message = gettext_lazy("填报逾期的扣分已确认。")

    def perform(self, form: forms.Form) -> int:
        return late.confirm(actor=self.actor, round=self.round)


class StartRun(OneClick, OfRound):
    success_message = gettext_lazy("正在评分；可以离开本页，稍后回来查看。")

    def perform(self, form: forms.Form) -> Run:
        trial = self.request.POST.get("trial") == "1"
        return runs.start(actor=self.actor, round=self.round, trial=trial)


class Archive(OneClick, OfRound):
    """All reports of the round in one file."""

    success_message = gettext_lazy("正在打包，稍后在本页下载。")

    def perform(self, form: forms.Form) -> Job:
        return report_archive.order(actor=self.actor, round=self.round)


class Results(EvaluationView):
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        row = see.get(self.actor, code)
        run = self.run_of(row)
        listed = self.listed(see.ranking(run)) if run is not None else {}
        return self.page("results", {**results.page(row, run, list(listed.get("page", ()))), **listed})

    def run_of(self, row: Round) -> Run | None:
        """The run asked for, else the accepted one, else the newest."""
        asked = self.request.GET.get("run", "")
        if asked:
            return row.runs.filter(number=number(asked), finished_at__isnull=False).first()
        return row.result or runs.latest(row)


class ResultsBook(Results):
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The whole ranking with every indicator as a workbook."""
        row = see.get(self.actor, code)
        run = self.run_of(row)
        if run is None:
            raise Http404
        answer = HttpResponse(results.workbook(row, run, self.actor), content_type=XLSX)
        answer["Content-Disposition"] = f'attachment; filename="{row.code}-{run.number}.xlsx"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class Monitor(EvaluationView):
    """What the worker does and did for evaluations: progress, reasons of failures, retry."""

    def get(self, request: HttpRequest) -> HttpResponse:
        listed = self.listed(see.jobs_of(self.actor))
        context = monitor.page(list(listed["page"]), self.actor)
        return self.page("monitor", {**context, **listed})


class Retry(EvaluationView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        may.evaluation_keeper.require(self.actor)
        job: Job = get_object_or_404(see.jobs_of(self.actor), pk=pk)
        jobs.retry(job, actor=self.actor)
        messages.success(request, str(gettext_lazy("已重新排队。")))
        return HttpResponseRedirect(reverse("evaluation:monitor"))
