"""数据核验: the entities of a round, the figures of one, corrections and what counts beside them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotVisible, Stale
from evaluation import permissions as may
from evaluation.forms import CorrectForm, MarkForm, SettleForm
from evaluation.models import InputChange, Mark, RoundEntity
from evaluation.presentation import figures as shown
from evaluation.presentation.crumbs import of_round
from evaluation.scheme import parse
from evaluation.selectors import rounds as see
from evaluation.services import inputs
from evaluation.views.base import EvaluationView, OfRound
from filings.views.accompany.base import OneClick


class Subjects(EvaluationView):
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        row = see.get(self.actor, code)
        tab = self.tab_of(shown.TABS)
        words = request.GET.get("q", "").strip()[:60]
        listed = self.listed(see.subjects(row, words=words, tab=tab))
        counts = {key: see.subjects(row, words=words, tab=key).count() for key in shown.TABS}
        context = shown.listed(row, list(listed["page"]))
        tabs = self.tabs(shown.TABS, counts, tab)
        return self.page("subjects", {**context, **listed, "tabs": tabs, "words": words})


class OneSubject(EvaluationView):
    def get(self, request: HttpRequest, code: str, pk: int) -> HttpResponse:
        return self.page("subject", shown.page(see.subject(self.actor, code, pk), self.actor))


class OfSubject(OfRound):
    """A form about one evaluated entity."""

    subject: RoundEntity

    def prepare(self, **kwargs: Any) -> None:
        self.subject = see.subject(self.actor, kwargs["code"], kwargs["pk"])
        self.round = self.subject.round
        may.subject_officer.require(self.actor, self.subject)

    def get_success_url(self) -> str:
        return reverse("evaluation:subject", args=[self.round.code, self.subject.pk])

    def around(self) -> dict[str, Any]:
        url, heading = self.get_success_url(), self.heading()
        return {
            "heading": heading,
            "lead": self.subject.entity.name,
            "back": url,
            "crumbs": of_round(self.round, (self.subject.entity.name, url), (heading, "")),
        }


class Checked(OneClick, OfSubject):
    success_message = gettext_lazy("已记录核验结果。")

    def perform(self, form: forms.Form) -> RoundEntity:
        undo = self.request.POST.get("undo") == "1"
        return inputs.checked(actor=self.actor, subject=self.subject, undo=undo)


class Correct(OfSubject):
    form_class = CorrectForm
    success_message = gettext_lazy("已修正，修正记录随评价数据保存。")

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        doc = parse(self.round.scheme.tree)
        found = next((one for one in doc.indicators if one.code == kwargs["indicator"]), None)
        if found is None:
            raise NotVisible.one("indicator", _("指标体系中没有该指标"))
        self.indicator = found

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        if self.indicator.method != "target":
            del form.fields["target"]
        return form

    def get_initial(self) -> dict[str, Any]:
        return {"seen": inputs.mark_of(self.subject, self.indicator.code)}

    def perform(self, form: Any) -> InputChange:
        code = self.indicator.code
        try:
            return inputs.correct(actor=self.actor, subject=self.subject, code=code, **form.cleaned_data)
        except Stale:
            self.subject.refresh_from_db(fields=["inputs"])
            form.data = form.data.copy()
            form.data["seen"] = inputs.mark_of(self.subject, code)
            raise

    def heading(self) -> str:
        return _("修正：%(name)s") % {"name": self.indicator.name}

    def around(self) -> dict[str, Any]:
        facts = shown.facts_of(self.indicator, self.subject)
        return super().around() | {"button": _("修正"), "facts": facts}


class StateMark(OfSubject):
    success_message = gettext_lazy("已登记，由另一人确认后计入。")

    def get_form_class(self) -> Any:
        doc = parse(self.round.scheme.tree)
        counted = shown.reversible(doc, self.subject)
        return lambda **given: MarkForm(doc=doc, counted=counted, **given)

    def perform(self, form: forms.Form) -> Mark:
        kind, _colon, key = form.cleaned_data["what"].partition(":")
        if kind == "reverse":
            return inputs.reverse_mark(
                actor=self.actor,
                mark=self.subject.marks.get(pk=key),
                reason=form.cleaned_data["reason"],
                upload=form.cleaned_data["evidence"],
            )
        return inputs.state_mark(
            actor=self.actor,
            subject=self.subject,
            kind=kind,
            key=key,
            reason=form.cleaned_data["reason"],
            upload=form.cleaned_data["evidence"],
        )

    def heading(self) -> str:
        return _("登记否决或者加减分事项")

    def around(self) -> dict[str, Any]:
        said = _("一票否决事项经确认后，不论得分，评价等次为最低等次。")
        return super().around() | {"button": _("登记"), "consequence": said}


class SettleMark(OneClick, OfSubject):
    """The second person confirms, or it is withdrawn with a reason."""

    form_class = SettleForm
    success_message = gettext_lazy("已办理。")

    def perform(self, form: forms.Form) -> Mark:
        row = self.subject.marks.filter(pk=self.kwargs["mark"]).first()
        if row is None or self.kwargs["verb"] not in ("confirm", "withdraw"):
            raise Http404
        if self.kwargs["verb"] == "confirm":
            return inputs.confirm_mark(actor=self.actor, mark=row)
        return inputs.withdraw_mark(actor=self.actor, mark=row, reason=form.cleaned_data["reason"])
