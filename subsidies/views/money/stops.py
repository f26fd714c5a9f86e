"""暂缓和追回: what holds an award's money, what has to come back, and the money of one award as a whole."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import UNIT_ROLES
from core.errors import Invalid
from filings.models import Filing
from filings.selectors.filings import get_visible
from filings.views.staff.acts import version_of
from subsidies.forms_money import (
    ClawBackForm,
    CommentForm,
    HoldForm,
    InstalmentsForm,
    NothingForm,
    RecoveryForm,
    ShareForm,
)
from subsidies.models import Award, ClawBack
from subsidies.permissions_money import (
    DECIDERS,
    award_payer,
    award_payer_or_head,
    hold_releaser,
    money_desk,
    share_keeper,
)
from subsidies.presentation import money as shown
from subsidies.selectors import money_lists as see
from subsidies.selectors.funding import payers_for
from subsidies.selectors.paying import evaluated
from subsidies.services import budgets, clawbacks, holds, payments
from subsidies.views.money import revocations
from subsidies.views.money.base import MoneyView, Sheet, crumbs, must_be_possible, url
from subsidies.views.money.of_award import OfAward
from subsidies.workflow_money import CLAWBACK

HEADING = gettext_lazy("暂缓和追回")


class Stops(MoneyView):
    """Open holds, and everything that is demanded back."""

    access = money_desk

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = see.holds_of(self.actor)
        listed = self.listed(see.clawbacks_of(self.actor))
        labels = shown.names()
        context = {
            "holds": [
                (row, labels.get(row.award.measure, row.award.measure), self._may_release(row))
                for row in rows.filter(released_at=None)
            ],
            "stopped": shown.payment_lines(see.stopped_payments(self.actor), self.actor),
            "ended": rows.filter(released_at__isnull=False)[:20],
            "clawbacks": [(row, shown.CLAWBACK_TONES[row.state]) for row in listed["page"]],
            **listed,
        }
        return self.page("stops", context)

    def _may_release(self, row: Any) -> bool:
        # the page behind the button asks everything else
        return self.actor.has_role(*DECIDERS) and row.placed_by_id != self.actor.user_id


class AwardMoney(MoneyView):
    """One award's money: where it is reserved, its payments, what holds it, what came back."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page("award", self._context(see.award_of(self.actor, pk)))

    def _context(self, award: Award) -> dict[str, Any]:
        unit = self.actor.has_role(*UNIT_ROLES)
        rows = see.payments_of(self.actor).filter(award=award).order_by("instalment", "pk")
        hold = award.holds.filter(released_at=None).select_related("placed_by", "award").first()
        payer = award_payer(self.actor, award)
        stopper = award_payer_or_head(self.actor, award)
        return {
            "award": award,
            "measure": shown.names().get(award.measure, award.measure),
            "words": shown.in_words(award.amount),
            "commitments": [] if unit else award.commitments.select_related("budget__payer").order_by("pk"),
            "lines": shown.payment_lines(rows, self.actor),
            "hold": hold,
            "stopped": list(evaluated(award)),
            "clawbacks": [
                (row, shown.CLAWBACK_TONES[row.state])
                for row in see.clawbacks_of(self.actor).filter(award=award)
            ],
            "may_plan": payer and any(row.state == "planned" for row in rows),
            "may_hold": stopper and hold is None,
            "may_release": hold is not None
            and hold_releaser(self.actor, award)
            and hold.placed_by_id != self.actor.user_id,
            **revocations.shown_on(award, self.actor),
            "may_demand": stopper and rows.filter(state="paid").exists(),
            "unit": unit,
            "crumbs": crumbs(
                (_("我的资金"), url("own_payments")) if unit else (_("资金拨付"), url("payments")),
                (award.organisation.name, ""),
            ),
        }


class Instalments(OfAward):
    form_class = InstalmentsForm
    rule = award_payer
    success_message = gettext_lazy("已重新分期。")

    def get_initial(self) -> dict[str, Any]:
        rows = self.award.payments.filter(state="planned", attempt=0, lines=None).order_by("instalment")[:6]
        found: dict[str, Any] = {}
        for number, row in enumerate(rows, start=1):
            found |= {f"amount_{number}": f"{row.amount:,.2f}", f"due_{number}": row.due_on}
        return found

    def perform(self, form: Any) -> Any:
        return payments.plan(actor=self.actor, award=self.award, instalments=form.rows())

    def around(self) -> dict[str, Any]:
        said = _("把还没有列入批次的款项重新分期，各期之和不变。")
        return self.about(_("分期拨付"), _("保存"), consequence=said)


class PlaceHold(OfAward):
    form_class = HoldForm
    success_message = gettext_lazy("已暂缓拨付，由另一人解除。")

    def perform(self, form: forms.Form) -> Any:
        return holds.place(actor=self.actor, award=self.award, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        said = _("暂缓后，这笔奖补的所有待拨付款项都不再列入批次，由另一人写明理由后解除。")
        return self.about(_("暂缓拨付"), _("暂缓拨付"), consequence=said)


class ReleaseHold(Sheet):
    form_class = CommentForm
    success_message = gettext_lazy("已解除暂缓。")

    def prepare(self, **kwargs: Any) -> None:
        self.hold = see.found(see.holds_of(self.actor), kwargs["pk"])
        hold_releaser.require(self.actor, self.hold.award)

    def perform(self, form: forms.Form) -> Any:
        return holds.release(actor=self.actor, hold=self.hold, **form.cleaned_data)

    def back(self) -> str:
        return url("award_money", self.hold.award_id)

    def around(self) -> dict[str, Any]:
        row = self.hold
        facts = [
            {"label": _("暂缓原因"), "value": row.reason},
            {"label": _("提出人"), "value": str(row.placed_by)},
        ]
        name = row.award.organisation.name
        return self.sheet(_("解除暂缓"), name, _("解除暂缓"), facts=facts, trail=[(HEADING, url("stops"))])


class Demand(OfAward):
    form_class = ClawBackForm
    success_message = gettext_lazy("追回已提出，由另一人复核后发出。")

    def perform(self, form: forms.Form) -> ClawBack:
        return clawbacks.demand(actor=self.actor, award=self.award, **form.cleaned_data)

    def after(self, result: ClawBack) -> HttpResponse:
        return HttpResponseRedirect(url("clawback", result.pk))

    def around(self) -> dict[str, Any]:
        return self.about(_("追回资金"), _("提交复核"), danger=True)


class OneClawBack(MoneyView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.found(see.clawbacks_of(self.actor), pk)
        unit = self.actor.has_role(*UNIT_ROLES)
        context = {
            "row": row,
            "tone": shown.CLAWBACK_TONES[row.state],
            "words": shown.in_words(row.amount),
            "recoveries": row.recoveries.select_related("recorded_by"),
            "acts": shown.acts(CLAWBACK, row, self.actor, "subsidies:clawback_act", ("settle",)),
            "unit": unit,
            "crumbs": crumbs(
                (_("我的资金"), url("own_payments")) if unit else (HEADING, url("stops")),
                (row.award.organisation.name, ""),
            ),
        }
        return self.page("clawback", context)


FORMS = {"confirm": NothingForm, "refuse": CommentForm, "recover": RecoveryForm}
SERVICES = {"confirm": clawbacks.confirm, "refuse": clawbacks.refuse, "recover": clawbacks.receive}


class ActOnClawBack(Sheet):
    def prepare(self, **kwargs: Any) -> None:
        self.row = see.found(see.clawbacks_of(self.actor), kwargs["pk"])
        name = kwargs["name"] if kwargs["name"] in FORMS else ""
        self.step = must_be_possible(CLAWBACK, self.row, name, self.actor)

    def get_form_class(self) -> Any:
        return FORMS[self.step.name]

    def perform(self, form: forms.Form) -> Any:
        service: Any = SERVICES[self.step.name]
        version = version_of(self.request)
        return service(actor=self.actor, clawback=self.row, version=version, **form.cleaned_data)

    def back(self) -> str:
        return url("clawback", self.row.pk)

    def around(self) -> dict[str, Any]:
        row = self.row
        facts = [
            {"label": _("应追回（元）"), "value": f"{row.amount:,.2f}"},
            {"label": _("已追回（元）"), "value": f"{row.recovered:,.2f}"},
            {"label": _("追回原因"), "value": row.reason},
            {"label": _("追回文书"), "value": row.document_number},
        ]
        name = row.award.organisation.name
        said = _("复核后单位收到退款任务，须在期限前退回。") if self.step.name == "confirm" else ""
        return self.sheet(
            self.step.label,
            name,
            self.step.label,
            facts=facts,
            version=row.version,
            consequence=said,
            trail=[(HEADING, url("stops")), (name, self.back())],
        )


class Shares(Sheet):
    """分担比例 of a claim whose payer the law leaves open."""

    form_class = ShareForm
    success_message = gettext_lazy("分担比例已登记。")
    claim: Filing

    def prepare(self, **kwargs: Any) -> None:
        self.claim = get_visible(self.actor, kwargs["pk"])
        share_keeper.require(self.actor, self.claim)
        self.payers = dict(zip(("city", "district"), payers_for(self.claim), strict=True))

    def get_initial(self) -> dict[str, Any]:
        known = {row.payer_id: row for row in self.claim.payer_shares.all()}
        rows = {name: known.get(payer.pk) for name, payer in self.payers.items() if payer}
        found: dict[str, Any] = {name: row.percent for name, row in rows.items() if row}
        return found | {"reason": next((row.reason for row in known.values()), "")}

    def perform(self, form: forms.Form) -> Any:
        given = form.cleaned_data
        asked = {name: given[name] for name in self.payers if given[name]}
        missing = [name for name in asked if self.payers[name] is None]
        if missing:
            raise Invalid.one("payer", _("该地区没有登记的出资部门"), missing[0])
        shares = {payer: asked[name] for name, payer in self.payers.items() if payer and name in asked}
        return budgets.record_shares(
            actor=self.actor, claim=self.claim, shares=shares, reason=given["reason"]
        )

    def back(self) -> str:
        return reverse("filings:desk_case", args=[self.claim.pk])

    def around(self) -> dict[str, Any]:
        facts = [
            {"label": _("申领单位"), "value": self.claim.applicant.name},
            {"label": _("市级出资单位"), "value": str(self.payers["city"] or "")},
            {"label": _("区县出资单位"), "value": str(self.payers["district"] or "")},
        ]
        said = _("文件没有规定由哪级财政承担的，拟定之前逐案登记，合计为 100%。")
        name = self.claim.applicant.name
        trail = [(self.claim.receipt_number or name, self.back())]
        return self.sheet(_("登记分担比例"), name, _("保存"), facts=facts, consequence=said, trail=trail)
