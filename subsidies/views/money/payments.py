"""拨款: the worklist, one payment with everything that happened to it, a unit's own, and each act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import UNIT_ROLES
from accounts.permissions import is_unit_member
from filings.views.staff.acts import version_of
from subsidies.forms_money import AccountForm, CommentForm, NothingForm, PaymentFilter
from subsidies.models import Payment
from subsidies.permissions_money import money_desk, money_keeper, payment_keeper
from subsidies.presentation import money as shown
from subsidies.selectors import money_lists as see
from subsidies.services import payments
from subsidies.views.money.base import MoneyView, Sheet, crumbs, must_be_possible, url
from subsidies.workflow_money import PAYMENT

HEADING = gettext_lazy("资金拨付")
TABS = {
    "due": gettext_lazy("待拨付"),
    "returned": gettext_lazy("被退回"),
    "held": gettext_lazy("暂缓"),
    "in_batch": gettext_lazy("批次中"),
    "paid": gettext_lazy("已拨付"),
    "all": gettext_lazy("全部"),
}
EMPTY = {
    "due": gettext_lazy("没有待拨付的款项。奖补决定发文后，拨款自动出现在这里。"),
    "returned": gettext_lazy("没有被退回的拨款。"),
    "held": gettext_lazy("没有暂缓拨付的款项。"),
    "in_batch": gettext_lazy("没有正在批次中的拨款。"),
    "paid": gettext_lazy("还没有拨付的款项。"),
    "all": gettext_lazy("还没有拨款。奖补决定发文后，拨款自动出现在这里。"),
}


class Payments(MoneyView):
    """What is to be paid, with what stands in the way; chosen rows go into a batch."""

    access = money_desk

    def get(self, request: HttpRequest) -> HttpResponse:
        tab = self.tab_of(TABS)
        filters = PaymentFilter(request.GET, choices=shown.names().items())
        wanted = filters.wanted()
        rows = self._rows(wanted)
        counts = {key: rows.filter(state__in=states).count() for key, states in see.PAYMENT_TABS.items()}
        listed = self.listed(rows.filter(state__in=see.PAYMENT_TABS[tab]))
        context = {
            "tabs": self.tabs(TABS, counts, tab),
            "tab": tab,
            "filter": filters,
            "narrowed": bool(wanted),
            "empty": EMPTY[tab],
            "lines": shown.payment_lines(listed["page"], self.actor),
            "may_batch": tab == "due" and money_keeper(self.actor, None),
            **listed,
        }
        return self.page("payments", context)

    def _rows(self, wanted: dict[str, str]) -> QuerySet[Payment]:
        rows = see.payments_of(self.actor)
        if "q" in wanted:
            rows = rows.filter(award__organisation__name__icontains=wanted["q"])
        return rows.filter(award__measure=wanted["measure"]) if "measure" in wanted else rows


class Own(MoneyView):
    """我的资金: what a unit was paid, will be paid, and has to see to."""

    access = is_unit_member

    def get(self, request: HttpRequest) -> HttpResponse:
        listed = self.listed(see.payments_of(self.actor).order_by("-due_on", "-pk"))
        context = {
            "lines": shown.payment_lines(listed["page"], self.actor),
            "clawbacks": [
                (row, shown.CLAWBACK_TONES[row.state]) for row in see.clawbacks_of(self.actor).order_by("-pk")
            ],
            **listed,
        }
        return self.page("own", context)


class OnePayment(MoneyView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.found(see.payments_of(self.actor), pk)
        unit = self.actor.has_role(*UNIT_ROLES)
        lines = row.lines.select_related("batch").order_by("pk")
        may_name = row.state == "planned" and not row.attempt and payment_keeper(self.actor, row)
        trail = (_("我的资金"), url("own_payments")) if unit else (HEADING, url("payments"))
        context = {
            "line": shown.payment_lines([row], self.actor)[0],
            "payment": row,
            "words": shown.in_words(row.amount),
            "batch_lines": lines,
            "entries": [] if unit else row.entries.select_related("by").order_by("number"),
            "acts": shown.acts(PAYMENT, row, self.actor, "subsidies:payment_act", INNER),
            "may_name": may_name,
            "unit": unit,
            "crumbs": crumbs(trail, (row.award.organisation.name, "")),
        }
        return self.page("payment", context)


# moved by a batch or a hold, never by a button of its own
INNER = ("take", "put_back", "pay", "bounce", "hold", "release", "void")


@dataclass(frozen=True)
class Act:
    """How a step is asked for."""

    form: type[forms.Form]
    service: Callable[..., Payment]
    done: Any
    consequence: Any = ""


ACTS: dict[str, Act] = {
    "correct": Act(
        AccountForm,
        payments.correct,
        gettext_lazy("账户已更正，由出资单位复核后重新拨付。"),
        gettext_lazy("账户名称须与单位名称一致。账户没有错的，原样提交即可。"),
    ),
    "pay_again": Act(
        NothingForm,
        payments.pay_again,
        gettext_lazy("已复核，款项等待列入批次。"),
        gettext_lazy("复核后按更正的账户重新拨付。"),
    ),
    "cancel": Act(
        CommentForm,
        payments.cancel,
        gettext_lazy("已取消拨付，资金退回预算。"),
        gettext_lazy("取消后这一期不再拨付，资金退回预算，不能恢复。"),
    ),
}


class ActOnPayment(Sheet):
    """One step: the form says what it needs, the service does it."""

    payment: Payment

    def prepare(self, **kwargs: Any) -> None:
        self.payment = see.found(see.payments_of(self.actor), kwargs["pk"])
        name = kwargs["name"] if kwargs["name"] in ACTS else ""
        self.step = must_be_possible(PAYMENT, self.payment, name, self.actor)
        self.said = ACTS[name]

    def get_form_class(self) -> Any:
        return self.said.form

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.payment, name) for name in payments.ACCOUNT}

    def perform(self, form: forms.Form) -> Payment:
        return self.said.service(
            actor=self.actor, payment=self.payment, version=version_of(self.request), **form.cleaned_data
        )

    @property
    def success_message(self) -> Any:
        return self.said.done

    def back(self) -> str:
        return url("payment", self.payment.pk)

    def around(self) -> dict[str, Any]:
        row = self.payment
        facts = [
            {"label": _("收款单位"), "value": row.award.organisation.name},
            {"label": _("金额（元）"), "value": f"{row.amount:,.2f}"},
            {"label": _("退回原因"), "value": row.reason},
        ]
        if self.step.name == "pay_again":
            account = payments.account_to_confirm(actor=self.actor, payment=row)
            facts += [
                {"label": _("更正后的开户银行"), "value": account["bank"]},
                {"label": _("更正后的账户名称"), "value": account["account_name"]},
                {"label": _("更正后的银行账号"), "value": account["account_number"]},
                {"label": _("更正人"), "value": str(row.corrected_by or "")},
            ]
        return self.sheet(
            self.step.label,
            row.award.organisation.name,
            self.step.label,
            facts=facts,
            version=row.version,
            consequence=self.said.consequence,
            danger=self.step.danger,
            trail=[(row.award.organisation.name, self.back())],
        )


class NameAccount(Sheet):
    """The account of a payment whose claim named none or a wrong one."""

    form_class = AccountForm
    success_message = gettext_lazy("收款账户已更正。")

    def prepare(self, **kwargs: Any) -> None:
        self.payment = see.found(see.payments_of(self.actor), kwargs["pk"])
        payment_keeper.require(self.actor, self.payment)

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.payment, name) for name in payments.ACCOUNT}

    def perform(self, form: forms.Form) -> Payment:
        version = version_of(self.request)
        return payments.name_account(
            actor=self.actor, payment=self.payment, version=version, **form.cleaned_data
        )

    def back(self) -> str:
        return url("payment", self.payment.pk)

    def around(self) -> dict[str, Any]:
        name = self.payment.award.organisation.name
        version = self.payment.version
        return self.sheet(_("更正收款账户"), name, _("保存"), version=version, trail=[(name, self.back())])
