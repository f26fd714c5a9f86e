"""拨款: planned on the decision, in instalments, paid once; what came back is corrected and paid again."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import audit, clock, workdays
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, Stale, raise_if
from core.money import shown, yuan
from core.workflow import Transition
from filings.owed import scope_of
from filings.services import duties
from filings.texts import taken
from policy.law import law_on
from subsidies.conditions_account import digits_of, faults, masked
from subsidies.enums_money import EntryKind, PaymentState
from subsidies.models import Award, BatchLine, Commitment, Payment
from subsidies.permissions_money import award_payer, payment_confirmer, payment_keeper
from subsidies.selectors.paying import open_hold
from subsidies.services import ledger
from subsidies.workflow_money import PAYMENT

LIMITS = {"bank": 120, "account_name": 120, "account_number": 40, "reason": 500, "comment": 500}
ACCOUNT = ("bank", "account_name", "account_number")
MOST_INSTALMENTS = 12
#: The part of a claim in which the unit names its account.
SECTION = "payee"
DAYS = "procedure.payment_days"


def payee_of(award: Award) -> dict[str, str]:
    """The account as the claim names it; empty texts where it names none."""
    said: Mapping[str, Any] = award.claim.content.get(SECTION) or {}
    account = {name: str(said.get(name) or "").strip()[: LIMITS[name]] for name in ACCOUNT}
    account["account_number"] = digits_of(account["account_number"])[: LIMITS["account_number"]]
    return account


def due_after(award: Award, since: datetime.date) -> datetime.date:
    """The day by which a decided award is paid (`procedure.payment_days`)."""
    return workdays.add_workdays(since, int(law_on(since, award.place).value(DAYS)))


# --- planning --------------------------------------------------------------------------------


@transaction.atomic
def plan_first(*, actor: Actor, commitment: Commitment) -> Payment:
    """The whole of a payer's share in one payment, to the account named in the claim."""
    award = commitment.award
    made = _planned(actor, commitment, 1, commitment.amount, due_after(award, clock.today()))
    audit.record("payment.plan", actor=actor, obj=made, detail={"amount": str(made.amount)})
    duties.sync(made)
    return made


@transaction.atomic
def plan(
    *,
    actor: Actor,
    award: Award,
    instalments: Sequence[tuple[Decimal, datetime.date]],
    commitment: Commitment | None = None,
) -> list[Payment]:
    """分期: what is only planned so far is planned anew, as (amount, due day) in their order.

    `commitment`: the payer's share (default: the only one). The amounts are what was planned before, no more and no
    less. Raises NotAllowed, NotNow when nothing is open any more, Invalid.
    """
    award_payer.require(actor, award)
    Award.objects.select_for_update(of=("self",), no_key=True).get(
        pk=award.pk
    )  # a hold comes before or after
    share = _share(actor, award, commitment)
    open_ones = share.payments.filter(state=PaymentState.PLANNED, attempt=0, lines=None)
    rows = list(Payment.objects.select_for_update(of=("self",)).filter(pk__in=open_ones.values("pk")))
    if not rows:
        raise NotNow.one("nothing_planned", _("没有可以重新分期的待拨付款项"))
    raise_if(_instalment_faults(instalments, sum((row.amount for row in rows), Decimal(0))))
    account = {name: getattr(rows[0], name) for name in ACCOUNT}
    for row in rows:
        scope = scope_of(row)
        row.delete()
        duties.sync_scope(scope)
    first = max(share.payments.values_list("instalment", flat=True), default=0) + 1
    made = [
        _planned(actor, share, first + place, amount, due, account)
        for place, (amount, due) in enumerate(instalments)
    ]
    audit.record(
        "payment.instalments",
        actor=actor,
        obj=award,
        detail={str(row.instalment): [str(row.amount), row.due_on.isoformat()] for row in made},
    )
    for row in made:
        duties.sync(row)
    return made


def _share(actor: Actor, award: Award, commitment: Commitment | None) -> Commitment:
    rows = Commitment.objects.select_for_update(of=("self",)).filter(
        award=award, released_at=None, spent_at__isnull=False, budget__payer_id=actor.organisation_id
    )
    found = rows.filter(pk=commitment.pk).first() if commitment else rows.first()
    if found is None:
        raise NotNow.one("not_spent", _("尚未列支，不能安排拨付"))
    return found


def _instalment_faults(rows: Sequence[tuple[Decimal, datetime.date]], total: Decimal) -> list[Problem]:
    found = []
    if not 1 <= len(rows) <= MOST_INSTALMENTS:
        found.append(Problem("instalments", _("分期数应为 1 至 %(n)s 期") % {"n": MOST_INSTALMENTS}))
    if any(amount <= 0 or amount != yuan(amount) for amount, _due in rows):
        found.append(Problem("amount", _("每期金额应当大于零，最多两位小数")))
    if sum((amount for amount, _due in rows), Decimal(0)) != total:
        found.append(Problem("total", _("各期之和应为 %(total)s 元") % {"total": shown(total)}))
    days = [due for _amount, due in rows]
    if days != sorted(days) or any(day < clock.today() for day in days):
        found.append(Problem("due_on", _("各期日期应当依次在今天或者今天以后")))
    return found


def _planned(
    actor: Actor,
    share: Commitment,
    instalment: int,
    amount: Decimal,
    due: datetime.date,
    account: Mapping[str, str] | None = None,
) -> Payment:
    made = Payment.objects.create(
        award=share.award,
        commitment=share,
        instalment=instalment,
        amount=amount,
        due_on=due,
        created_at=clock.now(),
        state_changed_by=actor.user,
        **(account or payee_of(share.award)),
    )
    hold = open_hold(share.award)
    return move(made, "hold", actor=actor, fields={"reason": hold.reason}) if hold else made


# --- what becomes of one ---------------------------------------------------------------------


def move(
    payment: Payment,
    name: str,
    *,
    actor: Actor,
    fields: Mapping[str, Any] | None = None,
    comment: str = "",
    found: Sequence[Problem] = (),
    effect: Any = None,
    version: int | None = None,
) -> Payment:
    """One step of a payment; its duties follow."""

    def after(row: Payment, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        if effect is not None:
            effect(row, who)
        duties.sync(row)

    data = {"fields": dict(fields or {}), "found": list(found)}
    return PAYMENT.perform(
        payment, name, actor=actor, comment=comment, data=data, effect=after, version=version
    )


def bounced(*, actor: Actor, payment: Payment, reason: str) -> Payment:
    """The bank sent it back: the money is reserved again until it is paid anew. Part of a batch's results."""
    fields: dict[str, Any] = {"reason": reason, "attempt": payment.attempt + 1} | {
        f"new_{name}": "" for name in ACCOUNT
    }
    fields |= {"corrected_by": None, "corrected_at": None}

    def effect(row: Payment, who: Actor) -> None:
        _entry(EntryKind.RETURNED, row, who, reason)

    return move(payment, "bounce", actor=actor, fields=fields, effect=effect)


def correct(
    *,
    actor: Actor,
    payment: Payment,
    bank: str,
    account_name: str,
    account_number: str,
    version: int | None = None,
) -> Payment:
    """更正收款账户 of a returned payment, by the unit or by finance; nothing is paid before somebody else confirms it."""
    texts, found = taken(
        {"bank": bank, "account_name": account_name, "account_number": digits_of(account_number)},
        limits=LIMITS,
        required={},
    )
    found += faults(unit=payment.award.organisation.name, **texts)
    fields: dict[str, Any] = {f"new_{name}": text for name, text in texts.items()}
    fields |= {"corrected_by": actor.user, "corrected_at": clock.now()}
    return move(payment, "correct", actor=actor, fields=fields, found=found, version=version)


@transaction.atomic
def account_to_confirm(*, actor: Actor, payment: Payment) -> dict[str, str]:
    """The corrected account, whole, for who compares it before it is paid to; that it was shown is kept."""
    payment_confirmer.require(actor, payment)
    audit.record("payment.account_shown", actor=actor, obj=payment)
    return {name: getattr(payment, f"new_{name}") for name in ACCOUNT}


def pay_again(*, actor: Actor, payment: Payment, version: int | None = None) -> Payment:
    """The second person confirms the corrected account; the payment waits for a batch again."""
    row = Payment.objects.select_related("award__organisation").get(pk=payment.pk)
    account = {name: getattr(row, f"new_{name}") for name in ACCOUNT}
    found = []
    if row.state == PaymentState.RETURNED and row.corrected_by_id is None:
        found = [Problem("not_corrected", _("请先更正或者重新确认收款账户"))]

    def effect(moved: Payment, who: Actor) -> None:
        _entry(EntryKind.SPENT, moved, who, str(_("重新拨付")))

    fields = {**account, "reason": ""}
    given = row.version if version is None else version  # what is confirmed is what was read
    return move(payment, "pay_again", actor=actor, fields=fields, found=found, effect=effect, version=given)


def cancel(
    *, actor: Actor, payment: Payment, comment: str, version: int | None = None, step: str = "cancel"
) -> Payment:
    """取消拨付: the money goes back to the budget and the payment never moves again."""
    row = Payment.objects.get(pk=payment.pk)
    returned = row.state == PaymentState.RETURNED
    reason = comment.strip()[: LIMITS["reason"]]

    def effect(moved: Payment, who: Actor) -> None:
        _entry(EntryKind.RELEASED, moved, who, reason, from_spent=not returned)

    given = row.version if version is None else version  # where the money comes from is where it was read
    return move(
        payment,
        step,
        actor=actor,
        comment=comment,
        fields={"reason": reason},
        effect=effect,
        version=given,
    )


def cancel_rest(*, actor: Actor, commitment: Commitment, reason: str) -> None:
    """Everything of a revoked award that has not gone out. NotNow while a part is in a batch."""
    rows = commitment.payments.exclude(state__in=(PaymentState.PAID, PaymentState.CANCELLED))
    if rows.filter(state=PaymentState.IN_BATCH).exists():
        raise NotNow.one("in_batch", _("有拨款正在批次中，请先移出批次或者完成对账"))
    for row in rows.order_by("pk"):
        cancel(actor=actor, payment=row, comment=reason, step="void")


def _entry(kind: str, row: Payment, actor: Actor, reason: str, *, from_spent: bool = False) -> None:
    ledger.move(
        kind,
        row.amount,
        actor=actor,
        budget=row.commitment.budget,
        from_spent=from_spent,
        reason=reason,
        commitment=row.commitment,
        payment=row,
        attempt=row.attempt,
    )


# --- in a batch ------------------------------------------------------------------------------


@transaction.atomic
def put_in(*, actor: Actor, payment: Payment, batch: Any) -> BatchLine:
    """Into a batch, with its account as it is now. NotNow when it is in another one."""
    moved = move(payment, "take", actor=actor)
    try:
        with transaction.atomic():
            return BatchLine.objects.create(
                batch=batch,
                payment=moved,
                added_by=actor.user,
                amount=moved.amount,
                **{name: getattr(moved, name) for name in ACCOUNT},
            )
    except IntegrityError as error:
        if "payment_in_one_live_batch" not in str(error):
            raise
        raise NotNow.one("in_batch", _("该期拨款已在另一批次中")) from None


@transaction.atomic
def take_out(*, actor: Actor, line: BatchLine) -> Payment:
    """Out of a batch that has not been sent; it waits for another one."""
    line.live = False
    line.save(update_fields=["live"])
    return move(line.payment, "put_back", actor=actor)


@transaction.atomic
def answered(
    *, actor: Actor, line: BatchLine, outcome: str, on: datetime.date, reason: str, reference: str
) -> None:
    """What the treasury said about a line. The line is locked by the caller."""
    line.outcome, line.outcome_on, line.reference = outcome, on, reference
    line.reason, line.live = reason, outcome == "paid"
    line.save(update_fields=["outcome", "outcome_on", "reference", "reason", "live"])
    if outcome == "paid":
        move(line.payment, "pay", actor=actor, fields={"paid_on": on, "reason": ""})
    else:
        bounced(actor=actor, payment=line.payment, reason=reason)


def account_problems(payment: Payment) -> list[Problem]:
    """For pages and programs: what is wrong with its account."""
    return list(
        faults(unit=payment.award.organisation.name, **{name: getattr(payment, name) for name in ACCOUNT})
    )


@transaction.atomic
def name_account(
    *,
    actor: Actor,
    payment: Payment,
    bank: str,
    account_name: str,
    account_number: str,
    version: int | None = None,
) -> Payment:
    """The account of a payment whose claim named none or a wrong one; checked, and only while it is planned.

    Raises NotAllowed, NotNow, Stale, Invalid.
    """
    payment_keeper.require(actor, payment)
    locked = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if locked.state != PaymentState.PLANNED:
        raise NotNow.one("wrong_state", _("只有待拨付的款项可以更正账户"))
    if version is not None and version != locked.version:
        raise Stale.one("stale", _("您打开页面之后，内容已被他人更新，请核对最新内容后再办理。"))
    if locked.attempt:
        raise NotNow.one("confirmed", _("退回后的收款账户已由另一人复核，不能再改"))
    texts = {
        "bank": bank.strip(),
        "account_name": account_name.strip(),
        "account_number": digits_of(account_number),
    }
    found = list(faults(unit=locked.award.organisation.name, **texts))
    if found:
        raise Invalid(found)
    before = masked(locked.account_number)
    for name, text in texts.items():
        setattr(locked, name, text)
    # Whoever gave the account does not approve the batch that pays to it.
    locked.corrected_by, locked.corrected_at = actor.user, clock.now()
    locked.version += 1
    locked.save(update_fields=[*texts, "corrected_by", "corrected_at", "version"])
    detail = {"before": before, "after": masked(locked.account_number)}
    audit.record("payment.account", actor=actor, obj=locked, detail=detail)
    return locked
