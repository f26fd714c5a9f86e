"""更正评价结果: opening a correction, its page with what it moves, and the second person's steps."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stepup import StepUpMixin
from core.errors import NotVisible
from evaluation import permissions as may
from evaluation.forms import ActForm
from evaluation.forms_corrections import DocumentForm, NameForm, OpenForm
from evaluation.models import Correction, ResultChange, Run
from evaluation.presentation import corrections as shown
from evaluation.presentation.crumbs import of_round
from evaluation.selectors import corrections as find
from evaluation.selectors import rounds as see
from evaluation.services import corrections, runs
from evaluation.views.base import EvaluationView, OfRound
from evaluation.workflow_correction import CORRECTION
from filings.views.accompany.base import OneClick


class New(OfRound):
    form_class = OpenForm
    success_message = gettext_lazy("已提出更正，请在列明主体的页面修正数据，再重新评分。")

    def get_initial(self) -> dict[str, Any]:
        return {"entities": self.request.GET.get("entity", "")[:40]}

    def perform(self, form: forms.Form) -> Correction:
        given = dict(form.cleaned_data)
        upload = given.pop("document")
        return corrections.open_(actor=self.actor, round=self.round, upload=upload, **given)

    def after(self, result: Correction) -> HttpResponse:
        return HttpResponseRedirect(shown.url_of(self.round, result))

    def heading(self) -> str:
        return _("更正评价结果")

    def around(self) -> dict[str, Any]:
        said = _(
            "原评分、数据、等次和报告都保留不变。更正按修正后的数据对全部参评主体重新评分，由另一人审定后生效。"
        )
        return super().around() | {"button": _("提出更正"), "consequence": said}


class OneCorrection(EvaluationView):
    def get(self, request: HttpRequest, code: str, number: int) -> HttpResponse:
        row = see.get(self.actor, code)
        may.result_reader.require(self.actor, row)
        correction = find.get(row, number)
        run = find.newest(correction)
        listed = self.listed(find.changes(run) if run is not None else ResultChange.objects.none())
        context = shown.page(correction, self.actor, list(listed["page"]))
        return self.page("correction", {**context, **listed})


class OfCorrection(OfRound):
    """A form about one correction of a round of the own bureau."""

    correction: Correction

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.correction = find.get(self.round, kwargs["number"])

    def get_success_url(self) -> str:
        return shown.url_of(self.round, self.correction)

    def around(self) -> dict[str, Any]:
        url, heading = self.get_success_url(), self.heading()
        return super().around() | {
            "lead": f"{self.round.name} · {self.correction}",
            "back": url,
            "crumbs": of_round(self.round, (str(self.correction), url), (heading, "")),
        }


class NameMore(OfCorrection):
    form_class = NameForm
    success_message = gettext_lazy("已列入，可以修正数据。")

    def get_initial(self) -> dict[str, Any]:
        return {"entities": self.request.GET.get("entity", "")[:40]}

    def perform(self, form: forms.Form) -> Correction:
        return corrections.name_entities(actor=self.actor, correction=self.correction, **form.cleaned_data)

    def heading(self) -> str:
        return _("列入其他主体")

    def around(self) -> dict[str, Any]:
        return super().around() | {"button": _("列入")}


class Attach(OfCorrection):
    form_class = DocumentForm
    success_message = gettext_lazy("已附上。")

    def perform(self, form: forms.Form) -> Correction:
        upload = form.cleaned_data["document"]
        return corrections.attach(actor=self.actor, correction=self.correction, upload=upload)

    def heading(self) -> str:
        return _("补充依据材料")

    def around(self) -> dict[str, Any]:
        return super().around() | {"button": _("附上")}


class StartRun(OneClick, OfCorrection):
    success_message = gettext_lazy("正在重新评分；可以离开本页，稍后回来查看。")

    def perform(self, form: forms.Form) -> Run:
        return runs.start_correcting(actor=self.actor, correction=self.correction)


class Act(StepUpMixin, OfCorrection):
    """One step of a correction on a page of its own, with what it brings in words and figures."""

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        try:
            self.step = CORRECTION[kwargs["name"]]
        except NotVisible:
            raise Http404 from None
        self.step.allowed.require(self.actor, self.correction)  # type: ignore[attr-defined]

    def get_form_class(self) -> Any:
        return lambda **given: ActForm(needs_comment=self.step.needs_comment, **given)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.correction.version}

    def perform(self, form: forms.Form) -> Correction:
        return corrections.act(
            actor=self.actor, correction=self.correction, name=self.step.name, **form.cleaned_data
        )

    def heading(self) -> str:
        return str(self.step.label)

    def around(self) -> dict[str, Any]:
        more = shown.about_act(self.correction, self.step)
        return super().around() | {"button": str(self.step.label), **more}
