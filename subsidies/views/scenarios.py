"""政策推演: a bureau's scenarios, the values of one, its result, and the way to the second person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stepup import StepUpMixin
from core.errors import Invalid, NotVisible
from core.idempotency import new_key
from filings.views.accompany.base import AccompanyView, OneClick, Sheet
from subsidies import permissions_scenario as may
from subsidies.forms_scenario import ProposeForm, ScenarioForm, SettleForm, value_form
from subsidies.models import Override, Scenario, ScenarioRun
from subsidies.presentation import scenarios as shown
from subsidies.selectors import scenarios as see
from subsidies.services import scenarios as services

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def crumbs(*trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Scenarios › page."""
    first = (_("政策推演"), reverse("subsidies:scenarios"))
    return [{"label": label, "url": url} for label, url in (first, *trail)]


class ScenarioView(AccompanyView):
    """Pages of a bureau; a scenario of another one is a 404."""

    access: Any = may.may_try

    def page(self, template: str, context: Any, *, status: int = 200) -> HttpResponse:
        full = {"form_key": new_key(), **context}
        return render(self.request, f"subsidies/scenarios/{template}.html", full, status=status)


class Scenarios(ScenarioView):
    def get(self, request: HttpRequest) -> HttpResponse:
        listed = self.listed(see.scenarios_of(self.actor))
        scenarios = list(listed["page"])
        runs = see.last_runs(scenarios)
        rows = [shown.line(row, runs.get(row.pk)) for row in scenarios]
        return self.page("list", {"rows": rows, **listed})


class OneScenario(ScenarioView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get(self.actor, pk)
        context = shown.page(row, self.actor)
        return self.page("scenario", {**context, "crumbs": crumbs((row.title, ""))})


class Choices(ScenarioView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get(self.actor, pk)
        back = reverse("subsidies:scenario", args=[pk])
        trail = crumbs((row.title, back), (_("选择取值"), ""))
        found = shown.choices(row, shown.Words(row))
        return self.page("choices", {"scenario": row, "choices": found, "back": back, "crumbs": trail})


class Difference(ScenarioView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The workbook of the newest finished result."""
        row = see.get(self.actor, pk)
        run = row.runs.filter(finished_at__isnull=False).first()
        if run is None:
            raise NotVisible.one("no_result", _("还没有推演结果。"))
        answer = HttpResponse(shown.workbook(row, run, shown.Words(row)), content_type=XLSX)
        answer["Content-Disposition"] = f'attachment; filename="what-if-{row.pk}-{run.number}.xlsx"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class New(Sheet):
    access: Any = may.may_try
    form_class = ScenarioForm
    success_message = gettext_lazy("已复制现行规则，请选择要改的取值。")

    def prepare(self, **kwargs: Any) -> None:
        may.may_try.require(self.actor)

    def perform(self, form: forms.Form) -> Scenario:
        return services.create(actor=self.actor, **form.cleaned_data)

    def after(self, result: Scenario) -> HttpResponse:
        return HttpResponseRedirect(reverse("subsidies:scenario_choices", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        return {
            "heading": _("新建推演"),
            "lead": _("复制今天的现行规则，改动参数或者口径，看一个年度的核定金额会怎样变化。"),
            "consequence": _("推演不改变现行规则和已作出的决定。"),
            "button": _("复制现行规则"),
            "back": reverse("subsidies:scenarios"),
            "crumbs": crumbs((_("新建推演"), "")),
        }


class OfScenario(Sheet):
    """A form about one scenario."""

    access: Any = may.may_try
    scenario: Scenario

    def prepare(self, **kwargs: Any) -> None:
        self.scenario = see.get(self.actor, kwargs["pk"])
        may.may_keep.require(self.actor, self.scenario)

    def get_success_url(self) -> str:
        return reverse("subsidies:scenario", args=[self.scenario.pk])

    def around(self) -> dict[str, Any]:
        url = self.get_success_url()
        heading = self.heading()
        return {
            "heading": heading,
            "lead": self.scenario.title,
            "back": url,
            "crumbs": crumbs((self.scenario.title, url), (heading, "")),
        }

    def heading(self) -> str:
        """What the page is called."""
        return ""


class Value(OfScenario):
    """One value: of the kind of the parameter or reading, beside the present one."""

    success_message = gettext_lazy("已改动取值，请重新推演。")

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        try:
            self.target = see.target(self.scenario, kwargs["name"])
        except Invalid as refused:
            raise NotVisible(refused.problems) from None
        self.held = see.present(self.scenario, self.target)

    def get_form_class(self) -> Any:
        own = self.scenario.overrides.filter(**{self._field: self.target}).first()
        current = own.value if own else self.held
        return lambda **given: value_form(
            self.target, actor=self.actor, current=current, data=given.get("data")
        )

    @property
    def _field(self) -> str:
        return "reading" if hasattr(self.target, "setting") else "parameter"

    def perform(self, form: Any) -> Override:
        given = {"value": form.value(), "text": form.cleaned_data.get("text", "")}
        return services.set_value(actor=self.actor, scenario=self.scenario, name=self.kwargs["name"], **given)

    def heading(self) -> str:
        return str(self.target)

    def around(self) -> dict[str, Any]:
        words = shown.Words(self.scenario)
        facts = [
            {"label": _("现行取值"), "value": words.said(self.target, self.held)},
            {"label": _("依据"), "value": words.clause(self.kwargs["name"])},
            {"label": _("适用地区"), "value": self.scenario.place.path_label},
        ]
        if hasattr(self.target, "issue"):
            facts.insert(0, {"label": _("疑义"), "value": self.target.issue})
        return super().around() | {"button": _("改为此值"), "facts": facts}


class Propose(OfScenario):
    form_class = ProposeForm
    success_message = gettext_lazy("已提交复核，由另一人（处室负责人）发布后生效。")

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        may.may_offer.require(self.actor, self.scenario)

    def perform(self, form: forms.Form) -> Any:
        return services.propose(actor=self.actor, scenario=self.scenario, **form.cleaned_data)

    def heading(self) -> str:
        return _("提交复核")

    def around(self) -> dict[str, Any]:
        said = _(
            "拟改取值各成为一项政策变更，由另一人（处室负责人）发布后自起始日生效；提交后本次推演不能再改。"
        )
        return super().around() | {"consequence": said, "button": _("提交复核")}


class Start(OneClick, OfScenario):
    success_message = gettext_lazy("正在推演；可以离开本页，稍后回来查看。")

    def perform(self, form: forms.Form) -> ScenarioRun:
        return services.start(actor=self.actor, scenario=self.scenario)


class Remove(OneClick, OfScenario):
    success_message = gettext_lazy("已恢复为现行取值。")

    def perform(self, form: forms.Form) -> Scenario:
        name = self.request.POST.get("name", "")
        return services.remove_value(actor=self.actor, scenario=self.scenario, name=name)


class Copy(OneClick, OfScenario):
    success_message = gettext_lazy("已按现行规则建立副本，可以修改取值后重新推演。")

    def perform(self, form: forms.Form) -> Scenario:
        return services.copy(actor=self.actor, scenario=self.scenario)

    def after(self, result: Scenario) -> HttpResponse:
        return HttpResponseRedirect(reverse("subsidies:scenario", args=[result.pk]))


class Settle(StepUpMixin, OneClick, OfScenario):
    form_class = SettleForm
    success_message = gettext_lazy("已办理。")

    def perform(self, form: forms.Form) -> Any:
        verb, comment = self.request.POST.get("decision", ""), form.cleaned_data["comment"]
        return services.settle(actor=self.actor, scenario=self.scenario, verb=verb, comment=comment)
