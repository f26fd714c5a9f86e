"""The next level looks at each value: outliers first, accept the whole or return single values; reopening."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from clusters.enums_statistics import ReturnState
from clusters.forms_statistics import ReopenForm, ReviewForm
from clusters.presentation import statistics as shown
from clusters.selectors import statistics as see
from clusters.services import statistics_returns
from clusters.views.statistics.base import ReturnSheet, must_be_possible, return_crumbs
from clusters.workflow_statistics import RETURN
from core.errors import Invalid
from filings.views.staff.acts import version_of


class Review(ReturnSheet):
    """Values ticked go back with their message; without any, the return is accepted (or confirmed)."""

    form_class: Any = ReviewForm
    template_name = "clusters/statistics/review.html"

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        self.above = self.owner.state == ReturnState.ACCEPTED
        self.step = must_be_possible(RETURN, "send_back" if self.above else "accept", self.actor, self.owner)

    def get_form_kwargs(self) -> dict[str, Any]:
        keys = {indicator.key: indicator.label for indicator in self.owner.period.indicators}
        return super().get_form_kwargs() | {"keys": keys}

    def perform(self, form: Any) -> Any:
        given: dict[str, Any] = {
            "actor": self.actor,
            "owner": self.owner,
            "version": version_of(self.request),
        }
        returned = form.returned()
        if "return" in self.request.POST:
            return statistics_returns.return_values(
                returned=returned, comment=form.cleaned_data["comment"], **given
            )
        if returned:
            raise Invalid.one("values", _("已勾选需要退回的数据，请按“退回修改”，或者取消勾选。"))
        return (statistics_returns.confirm if self.above else statistics_returns.accept)(**given)

    @property
    def success_message(self) -> Any:
        if "return" in self.request.POST:
            return _("已退回，集群管理机构会收到通知。")
        return _("已确认。") if self.above else _("已审核通过。")

    def after(self, result: Any) -> HttpResponse:
        return super().after(result)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        lines = shown.outliers_first(shown.value_lines(see.sheet_of(self.owner)))
        rows = [
            line
            | {"back_field": form[f"{line['key']}-back"], "message_field": form[f"{line['key']}-message"]}
            for line in lines
        ]
        return context | {"rows": rows}

    def around(self) -> dict[str, Any]:
        return {
            "owner": self.owner,
            "heading": _("确认报表") if self.above else _("审核报表"),
            "accept_label": RETURN["confirm" if self.above else "accept"].label,
            "facts": shown.facts(self.owner),
            "people": shown.people(self.owner),
            "version": self.owner.version,
            "back": self.back,
            "crumbs": return_crumbs(self.owner, (_("审核"), "")),
        }


class Reopen(Review):
    """Confirmed figures are opened again: which ones, and why."""

    form_class = ReopenForm

    def prepare(self, **kwargs: Any) -> None:
        ReturnSheet.prepare(self, **kwargs)
        self.above = True
        self.step = must_be_possible(RETURN, "reopen", self.actor, self.owner)

    def perform(self, form: Any) -> Any:
        return statistics_returns.reopen(
            actor=self.actor,
            owner=self.owner,
            returned=form.returned(),
            comment=form.cleaned_data["comment"],
            version=version_of(self.request),
        )

    @property
    def success_message(self) -> Any:
        return _("已重新开放，集群管理机构会收到通知。")

    def around(self) -> dict[str, Any]:
        return super().around() | {
            "heading": _("重新开放已确认的报表"),
            "reopening": True,
            "consequence": self.step.help,
            "crumbs": return_crumbs(self.owner, (_("重新开放"), "")),
        }
