"""The ways of budget changes, payments, batches, revocations and claw-backs, as tables; `core.workflow` performs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import anybody
from core.actor import Actor
from core.errors import Problem
from core.workflow import Data, Transition, Workflow
from subsidies import permissions_money as may
from subsidies.enums_money import BatchState as B
from subsidies.enums_money import ChangeState as C
from subsidies.enums_money import ClawBackState as R
from subsidies.enums_money import PaymentState as P
from subsidies.enums_money import RevocationState as V
from subsidies.selectors.paying import faults_of, flags_of, held_because

T = Transition


def given(obj: Any, actor: Actor, data: Data) -> Iterable[Problem]:
    """What the service found wrong with what was typed: said after whether one may at all."""
    found: Iterable[Problem] = data.get("found") or ()
    return found


BUDGET_CHANGE = Workflow(
    noun="budget_change",
    transitions=(
        T("confirm", (C.PROPOSED,), C.CONFIRMED, may.change_decider, label=gettext_lazy("复核通过")),
        T(
            "refuse",
            (C.PROPOSED,),
            C.REFUSED,
            may.change_decider,
            needs_comment=True,
            label=gettext_lazy("退回"),
        ),
    ),
)


def not_held(payment: Any, actor: Actor, data: Data) -> Iterator[Problem]:
    """Nothing goes out while a hold stands or the latest evaluation failed."""
    yield from held_because(payment.award)


def account_right(payment: Any, actor: Actor, data: Data) -> Iterator[Problem]:
    """The account names the unit, has a bank and a number of digits."""
    yield from faults_of(payment)


# who may is asked of the batch, the hold or the award whose act moves the payment in the same transaction
PAYMENT = Workflow(
    noun="payment",
    transitions=(
        T(
            "take",
            (P.PLANNED,),
            P.IN_BATCH,
            anybody,
            (not_held, account_right),
            label=gettext_lazy("列入批次"),
        ),
        T("put_back", (P.IN_BATCH,), P.PLANNED, anybody, label=gettext_lazy("移出批次")),
        T("pay", (P.IN_BATCH,), P.PAID, anybody, (given,), label=gettext_lazy("到账")),
        T("bounce", (P.IN_BATCH,), P.RETURNED, anybody, (given,), label=gettext_lazy("退回")),
        T(
            "correct",
            (P.RETURNED,),
            P.RETURNED,
            may.payment_corrector,
            (given,),
            label=gettext_lazy("更正收款账户"),
        ),
        T(
            "pay_again",
            (P.RETURNED,),
            P.PLANNED,
            may.payment_confirmer,
            (given,),
            label=gettext_lazy("复核账户，重新拨付"),
        ),
        T("hold", (P.PLANNED,), P.HELD, anybody, label=gettext_lazy("暂缓拨付")),
        T("release", (P.HELD,), P.PLANNED, anybody, label=gettext_lazy("解除暂缓")),
        T(
            "cancel",
            (P.PLANNED, P.RETURNED, P.HELD),
            P.CANCELLED,
            may.payment_canceller,
            needs_comment=True,
            label=gettext_lazy("取消拨付"),
            danger=True,
        ),
        # with the revocation of its award, whoever of the payers has to bear it
        T("void", (P.PLANNED, P.RETURNED, P.HELD), P.CANCELLED, anybody, needs_comment=True),
    ),
)


def has_lines(batch: Any, actor: Actor, data: Data) -> Iterator[Problem]:
    """An empty batch goes nowhere."""
    if not batch.lines.filter(live=True).exists():
        yield Problem("empty", _("批次中没有拨款"))


def lines_payable(batch: Any, actor: Actor, data: Data) -> Iterator[Problem]:
    """Asked again at each step: a hold or a failed evaluation may have come in between."""
    for line in batch.lines.filter(live=True).select_related(
        "payment__award__organisation", "payment__award__entity"
    ):
        name = line.payment.award.organisation.name
        for found in (*faults_of(line.payment), *held_because(line.payment.award)):
            yield Problem(found.code, f"{name}{_('：')}{found.message}", "", found.clause)


def flags_explained(batch: Any, actor: Actor, data: Data) -> Iterator[Problem]:
    """An account that other units use too is paid only after somebody wrote what was found out about it."""
    if data["comment"]:
        return
    for line in batch.lines.filter(live=True).select_related("payment__award__organisation"):
        for found in flags_of(line.payment):
            name = line.payment.award.organisation.name
            yield Problem(found.code, f"{name}{_('：')}{found.message}{_('，请写明核实情况')}", "comment")


def all_answered(batch: Any, actor: Actor, data: Data) -> Iterator[Problem]:
    """Settled once the treasury has answered for every line."""
    left = batch.lines.filter(live=True, outcome="").count()
    if left:
        yield Problem("open_lines", _("还有 %(n)s 笔没有国库结果") % {"n": left})


BATCH = Workflow(
    noun="payment_batch",
    transitions=(
        T(
            "submit",
            (B.DRAFT,),
            B.SUBMITTED,
            may.batch_keeper,
            (has_lines, lines_payable, flags_explained),
            label=gettext_lazy("提交审批"),
        ),
        T(
            "approve",
            (B.SUBMITTED,),
            B.APPROVED,
            may.batch_approver,
            (has_lines, lines_payable),
            label=gettext_lazy("审批通过"),
        ),
        T(
            "give_back",
            (B.SUBMITTED, B.APPROVED),
            B.DRAFT,
            may.decides("payer"),
            needs_comment=True,
            label=gettext_lazy("退回编制"),
        ),
        T(
            "send",
            (B.APPROVED,),
            B.SENT,
            may.batch_sender,
            (has_lines, lines_payable),
            label=gettext_lazy("生成拨付清单并送国库"),
        ),
        T("settle", (B.SENT,), B.SETTLED, may.batch_keeper, (all_answered,), label=gettext_lazy("完成对账")),
        T(
            "discard",
            (B.DRAFT,),
            B.DISCARDED,
            may.batch_keeper,
            needs_comment=True,
            label=gettext_lazy("作废"),
            danger=True,
        ),
    ),
)

REVOCATION = Workflow(
    noun="revocation",
    transitions=(
        T(
            "confirm",
            (V.PROPOSED,),
            V.CONFIRMED,
            may.revocation_decider,
            label=gettext_lazy("复核通过，撤销核定"),
            danger=True,
        ),
        T(
            "refuse",
            (V.PROPOSED,),
            V.REFUSED,
            may.revocation_decider,
            needs_comment=True,
            label=gettext_lazy("不予撤销"),
        ),
    ),
)

CLAWBACK = Workflow(
    noun="clawback",
    transitions=(
        T(
            "confirm",
            (R.PROPOSED,),
            R.CONFIRMED,
            may.clawback_decider,
            label=gettext_lazy("复核通过，发出追回"),
        ),
        T(
            "refuse",
            (R.PROPOSED,),
            R.REFUSED,
            may.clawback_decider,
            needs_comment=True,
            label=gettext_lazy("不予追回"),
        ),
        T(
            "recover",
            (R.CONFIRMED,),
            R.CONFIRMED,
            may.clawback_keeper,
            (given,),
            label=gettext_lazy("登记退款"),
        ),
        T("settle", (R.CONFIRMED,), R.SETTLED, may.clawback_keeper, label=gettext_lazy("全部追回")),
    ),
)
