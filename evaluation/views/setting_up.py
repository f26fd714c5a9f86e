"""Setting a round up: its form, who is evaluated, the calendar, and the plans that make rounds by themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Stale
from evaluation import permissions as may
from evaluation.enums import RoundState
from evaluation.forms import CalendarForm, PlanForm, ReasonForm, RoundForm
from evaluation.models import Plan, Round
from evaluation.presentation import rounds as shown
from evaluation.presentation.crumbs import crumbs
from evaluation.selectors import population
from evaluation.selectors import rounds as see
from evaluation.services import plans, rounds
from evaluation.views.base import EvaluationView, OfRound, number
from filings.views.accompany.base import OneClick, Sheet


class New(Sheet):
    access: Any = may.evaluation_keeper
    success_message = gettext_lazy("已建立，请核对参评范围后启动。")

    def prepare(self, **kwargs: Any) -> None:
        may.evaluation_keeper.require(self.actor)

    def get_form_class(self) -> Any:
        return lambda **given: RoundForm(actor=self.actor, **given)

    def get_initial(self) -> dict[str, Any]:
        first, last = population.proposed_period()
        dates = plans.calendar_of(Plan())
        return {"period_from": first, "period_until": last, **dates}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        del form.fields["version"]
        return form

    def perform(self, form: forms.Form) -> Round:
        return rounds.create(actor=self.actor, **form.cleaned_data)

    def after(self, result: Round) -> HttpResponse:
        return HttpResponseRedirect(reverse("evaluation:population", args=[result.code]))

    def around(self) -> dict[str, Any]:
        return {
            "heading": _("新建评价轮次"),
            "lead": _("选择指标体系和评价期。启动前都可以修改；启动后指标体系和参评范围不再变动。"),
            "button": _("建立"),
            "back": reverse("evaluation:rounds"),
            "crumbs": crumbs((_("新建评价轮次"), "")),
        }


class Edit(OfRound):
    success_message = gettext_lazy("已保存。")

    def get_form_class(self) -> Any:
        return lambda **given: RoundForm(actor=self.actor, **given)

    def get_initial(self) -> dict[str, Any]:
        row = self.round
        values = {name: getattr(row, name) for name in ("version", *rounds.FIELDS)}
        return values | {"agency": row.agency.credit_code if row.agency else ""}

    def perform(self, form: forms.Form) -> Round:
        try:
            return rounds.edit(actor=self.actor, round=self.round, **form.cleaned_data)
        except Stale:
            self.renewed(form)
            raise

    def heading(self) -> str:
        return _("修改")

    def around(self) -> dict[str, Any]:
        return super().around() | {"button": _("保存")}


class Extend(OfRound):
    form_class = CalendarForm
    success_message = gettext_lazy("已调整日程，并通知各参评主体。")

    def get_initial(self) -> dict[str, Any]:
        names = ("version", "reports_until", "checks_until", "reviews_until")
        return {name: getattr(self.round, name) for name in names}

    def perform(self, form: forms.Form) -> Round:
        try:
            return rounds.extend(actor=self.actor, round=self.round, **form.cleaned_data)
        except Stale:
            self.renewed(form)
            raise

    def heading(self) -> str:
        return _("调整日程")


class Population(EvaluationView):
    """Before the opening: who would be evaluated and who not, each with the reason."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        row = see.get(self.actor, code)
        if row.state != RoundState.DRAFT:
            return HttpResponseRedirect(reverse("evaluation:subjects", args=[code]))
        return self.page("population", shown.population(row, self.actor))


class LeaveOut(OfRound):
    form_class = ReasonForm
    success_message = gettext_lazy("已记录，该主体本次不纳入评价。")

    def perform(self, form: forms.Form) -> None:
        rounds.leave_out(
            actor=self.actor,
            round=self.round,
            entity_id=self.kwargs["pk"],
            reason=form.cleaned_data["reason"],
        )

    def get_success_url(self) -> str:
        return reverse("evaluation:population", args=[self.round.code])

    def heading(self) -> str:
        return _("不纳入本次评价")


class TakeIn(OneClick, OfRound):
    success_message = gettext_lazy("已恢复纳入。")

    def perform(self, form: forms.Form) -> None:
        rounds.take_in(actor=self.actor, round=self.round, entity_id=self.kwargs["pk"])

    def get_success_url(self) -> str:
        return reverse("evaluation:population", args=[self.round.code])


class Plans(EvaluationView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page("plans", shown.plans(self.actor))


class KeepPlan(Sheet):
    access: Any = may.evaluation_keeper
    success_message = gettext_lazy("已保存，到期自动建立评价轮次并提醒经办人。")

    def prepare(self, **kwargs: Any) -> None:
        may.evaluation_keeper.require(self.actor)

    def get_form_class(self) -> Any:
        return lambda **given: PlanForm(actor=self.actor, **given)

    def get_initial(self) -> dict[str, Any]:
        asked = number(self.request.GET.get("plan", ""))
        row = Plan.objects.filter(authority=self.actor.organisation, pk=asked).first()
        names = ("scheme_key", "occasion", "month", "months_after", "report_days", "active")
        return {name: getattr(row, name) for name in names} if row is not None else {}

    def perform(self, form: forms.Form) -> Plan:
        return plans.keep(actor=self.actor, **form.cleaned_data)

    def get_success_url(self) -> str:
        return reverse("evaluation:plans")

    def around(self) -> dict[str, Any]:
        return {
            "heading": _("定期评价安排"),
            "lead": _("同一指标体系、同一评价类型保存一项安排；再次保存即为修改。"),
            "button": _("保存"),
            "back": reverse("evaluation:plans"),
            "crumbs": crumbs((_("定期评价安排"), reverse("evaluation:plans")), (_("设置"), "")),
        }
