"""应用场景: the public list, one page each, a unit's or a bureau's own, and what is done with one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import is_unit_member
from alliances.enums import ScenarioStatus
from alliances.forms import EndForm, NothingForm, ScenarioForm, SendBackForm
from alliances.models import Scenario
from alliances.permissions import desk, list_keeper, scenario_officer, scenario_owner
from alliances.presentation import shown
from alliances.selectors import lists as see
from alliances.services import scenarios
from alliances.views.base import FormPage, Page, under
from core import clock
from filings.selectors.entities import get_visible

PUBLIC = (ScenarioStatus.OPEN, ScenarioStatus.UPCOMING, ScenarioStatus.ENDED)
PUBLIC_TABS = {status.value: status.label for status in PUBLIC}
TABS = {"all": gettext_lazy("全部"), **{status.value: status.label for status in ScenarioStatus}}


class _Scenarios(Page):
    labels: dict[str, Any] = TABS

    def shown_list(self, rows: Any, context: dict[str, Any]) -> HttpResponse:
        today, tab = clock.today(), self.tab_of(self.labels)
        each = {key: see.scenario_status(rows, key, today) for key in self.labels}
        listed = self.listed(each[tab])
        context |= {
            "tabs": self.tabs(self.labels, {key: found.count() for key, found in each.items()}, tab),
            "lines": [shown.scenario_line(row, today) for row in listed["page"]],
            **listed,
        }
        return self.page("scenarios", context)


class PublicScenarios(_Scenarios):
    access = "public"
    labels = PUBLIC_TABS

    def get(self, request: HttpRequest) -> HttpResponse:
        keeps = bool(self.actor.is_authenticated and list_keeper(self.actor, None))
        return self.shown_list(see.published(), {"kept": False, "keeps": keeps, "may_add": False})


class KeptScenarios(_Scenarios):
    access = (desk | is_unit_member).saying(is_unit_member.sentence)

    def get(self, request: HttpRequest) -> HttpResponse:
        may_add = list_keeper(self.actor, None)
        return self.shown_list(see.scenarios_of(self.actor), {"kept": True, "may_add": may_add})


class OneScenario(Page):
    access = "public"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_scenario(self.actor, pk)
        context = {
            "scenario": row,
            "line": shown.scenario_line(row, clock.today()),
            "acts": shown.scenario_acts(self.actor, row),
            "crumbs": under(_("应用场景"), "scenarios", (row.title, "")),
        }
        return self.page("scenario", context)


class Open(FormPage):
    form_class = ScenarioForm
    access = list_keeper
    success_message = gettext_lazy("已提交。主管部门发布后对社会公开。")

    def prepare(self, **kwargs: Any) -> None:
        list_keeper.require(self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"entities": see.entities_for(self.actor)}

    def perform(self, form: Any) -> Scenario:
        code = form.cleaned_data.get("entity")
        entity = get_visible(self.actor, code) if code else None
        return scenarios.open_(actor=self.actor, facts=form.facts, entity=entity)

    def after(self, result: Scenario) -> HttpResponse:
        return HttpResponseRedirect(reverse("alliances:scenario", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        return {
            "heading": _("开放应用场景"),
            "lead": _("写明需求和开放的条件，供技术和产品持有方对接。"),
            "button": _("提交"),
            "back": reverse("alliances:scenarios_kept"),
            "crumbs": under(_("应用场景"), "scenarios", (_("开放"), "")),
        }


class _OnScenario(FormPage):
    scenario: Scenario
    heading: Any = ""
    rule: Any = scenario_owner
    service: Any = None

    def prepare(self, **kwargs: Any) -> None:
        self.scenario = see.get_scenario(self.actor, kwargs["pk"])
        type(self).rule.require(self.actor, self.scenario)

    def perform(self, form: forms.Form) -> Scenario:
        return type(self).service(
            actor=self.actor, scenario=self.scenario, version=self.version, **form.cleaned_data
        )

    def after(self, result: Scenario) -> HttpResponse:
        return HttpResponseRedirect(reverse("alliances:scenario", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        row, url = self.scenario, reverse("alliances:scenario", args=[self.scenario.pk])
        return {
            "heading": self.heading,
            "lead": row.title,
            "button": self.heading,
            "version": row.version,
            "facts": [
                {"label": _("开放单位"), "value": row.owner.name},
                {"label": _("场景需求"), "value": row.need},
            ],
            "back": url,
            "crumbs": under(_("应用场景"), "scenarios", (row.title, url), (self.heading, "")),
        }


class Change(_OnScenario):
    form_class = ScenarioForm
    heading = gettext_lazy("修改")
    success_message = gettext_lazy("已保存。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"entities": []}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.scenario, name) for name in scenarios.Facts.__dataclass_fields__}

    def perform(self, form: Any) -> Scenario:
        return scenarios.change(
            actor=self.actor, scenario=self.scenario, facts=form.facts, version=self.version
        )

    def around(self) -> dict[str, Any]:
        words = _("单位修改后，由主管部门重新发布。")
        return super().around() | {"button": _("保存"), "consequence": words, "facts": []}


class Publish(_OnScenario):
    form_class = NothingForm
    heading = gettext_lazy("发布")
    rule = scenario_officer
    service = staticmethod(scenarios.publish)
    success_message = gettext_lazy("已发布，对社会公开。")


class SendBack(_OnScenario):
    form_class = SendBackForm
    heading = gettext_lazy("退回")
    rule = scenario_officer
    service = staticmethod(scenarios.send_back)
    success_message = gettext_lazy("已退回。")


class End(_OnScenario):
    form_class = EndForm
    heading = gettext_lazy("结束开放")
    service = staticmethod(scenarios.end)
    success_message = gettext_lazy("已结束。")
