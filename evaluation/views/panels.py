"""Experts of a round: the board of all cases, setting the panels up, ending them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.forms_panels import CloseForm, PanelsForm
from evaluation.presentation import panels as shown
from evaluation.selectors import rounds as see
from evaluation.services import panels
from evaluation.views.base import EvaluationView, OfRound

#: Lines told at the top of the next page; all of them stand in the round's record.
TOLD = 8


class Board(EvaluationView):
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        row = see.get(self.actor, code)
        return self.page("panels", shown.page(row, self.actor))


class _Step(OfRound):
    """A step over all cases: what came of it is told on the board."""

    done_words = ""

    def get_success_url(self) -> str:
        return reverse("evaluation:panels", args=[self.round.code])

    def after(self, result: Any) -> HttpResponse:
        messages.success(self.request, self.said(result))
        for line in shown.told(result)[:TOLD]:
            messages.warning(self.request, line)
        return super().after(result)

    def said(self, result: panels.Done) -> str:
        return ""

    def around(self) -> dict[str, Any]:
        back = reverse("evaluation:panels", args=[self.round.code])
        return super().around() | {"back": back, "button": self.heading()}


class Open(_Step):
    def get_form_class(self) -> Any:
        pool = shown.pool_choices(self.round)
        return lambda **given: PanelsForm(pool=pool, **given)

    def perform(self, form: forms.Form) -> panels.Done:
        return panels.open_panels(actor=self.actor, round=self.round, **form.cleaned_data)

    def heading(self) -> str:
        return _("组织专家评审")

    def said(self, result: panels.Done) -> str:
        text = _("已组织 %(n)s 件，抽取种子 %(seed)s。") % {"n": len(result.done), "seed": result.seed}
        more = _("还有 %(n)s 件，请用同一种子接着办理。") % {"n": result.left} if result.left else ""
        return text + more

    def around(self) -> dict[str, Any]:
        text = _("同一组专家评审本轮所有已核验的自评，专家收到评审任务后先声明利益冲突再评分。")
        return super().around() | {"consequence": text}


class Close(_Step):
    form_class = CloseForm

    def perform(self, form: forms.Form) -> panels.Done:
        return panels.close_panels(actor=self.actor, round=self.round, **form.cleaned_data)

    def heading(self) -> str:
        return _("结束专家评审")

    def said(self, result: panels.Done) -> str:
        return _("已结束 %(n)s 件，专家评分计入本轮评价。") % {"n": len(result.done)}

    def around(self) -> dict[str, Any]:
        text = _("专家都已评分的，汇总得分并归档；还有专家没有评分的保持不变，原因逐件列出。")
        return super().around() | {"consequence": text}
