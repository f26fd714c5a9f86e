"""预算: the list with its bars, one budget with its ledger, what is changed by two persons."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from filings.views.staff.acts import version_of
from subsidies.forms_money import BudgetForm, ChangeForm, CommentForm, NothingForm, QuotaNoteForm
from subsidies.models import Budget, BudgetChange, QuotaYear
from subsidies.permissions_money import budget_keeper, money_desk, money_keeper
from subsidies.presentation import money as shown
from subsidies.selectors import measures
from subsidies.selectors import money_lists as see
from subsidies.services import budgets, quotas
from subsidies.views.money.base import MoneyView, Sheet, crumbs, must_be_possible, url
from subsidies.workflow_money import BUDGET_CHANGE

HEADING = gettext_lazy("预算")


class Budgets(MoneyView):
    """Those of one year; years to choose from."""

    access = money_desk

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = see.budgets_of(self.actor)
        years = sorted({clock.today().year, *rows.values_list("year", flat=True)}, reverse=True)
        asked = request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and int(asked) in years else clock.today().year
        listed = list(rows.filter(year=year).order_by("payer__sort_key", "pk"))
        labels = shown.names()
        context = {
            "year": year,
            "tabs": [_year_tab(each, year) for each in years],
            "lines": [shown.budget_line(row, labels) for row in listed],
            "sums": {
                name: sum((getattr(row, name) for row in listed), 0)
                for name in ("amount", "reserved", "spent", "left")
            },
            "may_open": money_keeper(self.actor, None),
        }
        return self.page("budgets", context)


def _year_tab(year: int, shown_year: int) -> dict[str, Any]:
    words = _("%(y)s 年") % {"y": year}
    return {"label": words, "url": f"?year={year}", "count": None, "current": year == shown_year}


class OneBudget(MoneyView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page("budget", self._context(see.found(see.budgets_of(self.actor), pk)))

    def _context(self, row: Budget) -> dict[str, Any]:
        labels = shown.names()
        entries = row.entries.select_related("commitment__award__organisation", "change", "by").order_by(
            "-number"
        )
        listed = self.listed(entries)
        changes = list(
            row.changes.select_related("proposed_by", "state_changed_by", "budget__payer__jurisdiction")
        )
        return {
            "line": shown.budget_line(row, labels),
            "budget": row,
            "entries": [shown.entry_line(entry, labels) for entry in listed["page"]],
            "changes": [
                {
                    "row": change,
                    "tone": shown.TONES[change.state],
                    "acts": shown.acts(BUDGET_CHANGE, change, self.actor, "subsidies:budget_change_act"),
                }
                for change in changes
            ],
            "quotas": [(labels.get(q.measure, q.measure), q) for q in see.quotas_of(row)],
            "may_note": budget_keeper(self.actor, row),
            "may_change": budget_keeper(self.actor, row)
            and not any(change.state == "proposed" for change in changes),
            "crumbs": crumbs((HEADING, url("budgets")), (row.name, "")),
            **listed,
        }


class Open(Sheet):
    """A budget of the actor's bureau."""

    access = money_keeper
    form_class = BudgetForm
    success_message = gettext_lazy("预算已编列，由另一人复核后生效。")

    def prepare(self, **kwargs: Any) -> None:
        money_keeper.require(self.actor, None)

    def get_form_kwargs(self) -> dict[str, Any]:
        choices = [(key, one.label) for key, one in measures.known().items()]
        return super().get_form_kwargs() | {"choices": choices}

    def get_initial(self) -> dict[str, Any]:
        return {"year": clock.today().year}

    def perform(self, form: forms.Form) -> Budget:
        return budgets.open_budget(actor=self.actor, **form.cleaned_data)

    def after(self, result: Budget) -> HttpResponse:
        return HttpResponseRedirect(url("budget", result.pk))

    def back(self) -> str:
        return url("budgets")

    def around(self) -> dict[str, Any]:
        trail = [(HEADING, url("budgets"))]
        return self.sheet(_("编列预算"), self.actor.organisation.name, _("提交复核"), trail=trail)


class Change(Sheet):
    """An adjustment, proposed."""

    form_class = ChangeForm
    success_message = gettext_lazy("调整已提交，由另一人复核后生效。")

    def prepare(self, **kwargs: Any) -> None:
        self.budget = see.found(see.budgets_of(self.actor), kwargs["pk"])
        budget_keeper.require(self.actor, self.budget)

    def perform(self, form: forms.Form) -> BudgetChange:
        return budgets.propose_change(actor=self.actor, budget=self.budget, **form.cleaned_data)

    def back(self) -> str:
        return url("budget", self.budget.pk)

    def around(self) -> dict[str, Any]:
        row = self.budget
        facts = [
            {"label": _("预算额（元）"), "value": f"{row.amount:,.2f}"},
            {"label": _("已预留（元）"), "value": f"{row.reserved:,.2f}"},
            {"label": _("已列支（元）"), "value": f"{row.spent:,.2f}"},
            {"label": _("可用（元）"), "value": f"{row.left:,.2f}"},
        ]
        trail = [(HEADING, url("budgets")), (row.name, self.back())]
        return self.sheet(_("调整预算"), row.name, _("提交复核"), trail=trail, facts=facts)


class NoteQuota(Sheet):
    """Why fewer were chosen than the law plans for."""

    form_class = QuotaNoteForm
    success_message = gettext_lazy("备注已保存。")

    def prepare(self, **kwargs: Any) -> None:
        self.budget = see.found(see.budgets_of(self.actor), kwargs["pk"])
        budget_keeper.require(self.actor, self.budget)
        self.quota = see.quota_in(self.budget, kwargs["quota"])

    def get_initial(self) -> dict[str, Any]:
        return {"note": self.quota.note}

    def perform(self, form: forms.Form) -> QuotaYear:
        text = form.cleaned_data["note"]
        return quotas.note(actor=self.actor, budget=self.budget, quota=self.quota, text=text)

    def back(self) -> str:
        return url("budget", self.budget.pk)

    def around(self) -> dict[str, Any]:
        row = self.quota
        facts = [
            {"label": _("支持措施"), "value": shown.names().get(row.measure, row.measure)},
            {"label": _("年度"), "value": str(row.year)},
            {"label": _("已用名额"), "value": f"{row.used}/{row.allowed}"},
            {"label": _("最少家数"), "value": str(row.least)},
        ]
        trail = [(HEADING, url("budgets")), (self.budget.name, self.back())]
        return self.sheet(_("名额备注"), self.budget.name, _("保存"), trail=trail, facts=facts)


class ActOnChange(Sheet):
    """The second person confirms or refuses."""

    def prepare(self, **kwargs: Any) -> None:
        self.change = see.change_of(self.actor, kwargs["pk"])
        self.step = must_be_possible(BUDGET_CHANGE, self.change, kwargs["name"], self.actor)

    def get_form_class(self) -> Any:
        return CommentForm if self.step.needs_comment else NothingForm

    def perform(self, form: forms.Form) -> BudgetChange:
        given: dict[str, Any] = {
            "actor": self.actor,
            "change": self.change,
            "version": version_of(self.request),
        }
        if self.step.name == "confirm":
            return budgets.confirm_change(**given)
        return budgets.refuse_change(**given, comment=form.cleaned_data["comment"])

    @property
    def success_message(self) -> Any:
        return _("已生效，台账已登记。") if self.step.name == "confirm" else _("已退回，预算没有变动。")

    def back(self) -> str:
        return url("budget", self.change.budget_id)

    def around(self) -> dict[str, Any]:
        row = self.change
        facts = [
            {"label": _("类别"), "value": row.get_kind_display()},
            {"label": _("增减额（元）"), "value": f"{row.delta:+,.2f}"},
            {"label": _("理由"), "value": row.reason},
            {"label": _("文号"), "value": row.document_number},
            {"label": _("提出人"), "value": str(row.proposed_by)},
        ]
        trail = [(HEADING, url("budgets")), (row.budget.name, self.back())]
        consequence = _("复核后预算额立即变动并记入台账。") if self.step.name == "confirm" else ""
        return self.sheet(
            self.step.label,
            row.budget.name,
            self.step.label,
            trail=trail,
            facts=facts,
            version=row.version,
            consequence=consequence,
        )
