"""Budgets and what awards take of them: appropriated and adjusted by two persons, reserved on proposal, spent on decision."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from core import audit, clock
from core.actor import Actor
from core.errors import NotAllowed, NotNow, Problem, raise_if
from core.money import yuan
from core.workflow import Transition
from filings.models import Filing
from filings.texts import taken
from subsidies.enums_money import EntryKind
from subsidies.models import (
    Award,
    Budget,
    BudgetChange,
    BudgetMeasure,
    Commitment,
    PayerShare,
)
from subsidies.permissions_money import budget_keeper, money_keeper, share_keeper
from subsidies.selectors import measures as known
from subsidies.selectors.funding import HUNDRED, Part, parts
from subsidies.services import ledger, payments, quotas
from subsidies.workflow_money import BUDGET_CHANGE

LIMITS = {"name": 100, "reason": 500, "document_number": 60, "comment": 500}
MOST = Decimal(10) ** 13


# --- what there is to spend ------------------------------------------------------------------


@transaction.atomic
def open_budget(
    *,
    actor: Actor,
    year: int,
    name: str,
    measures: Iterable[str],
    amount: Decimal,
    reason: str,
    document_number: str = "",
) -> Budget:
    """A budget of the actor's bureau; empty until a second person confirms its appropriation.

    No measures: it pays for all that have no budget of their own. Raises NotAllowed, Invalid.
    """
    money_keeper.require(actor, None)
    payer: Organisation = actor.organisation
    if not payer.is_bureau:
        raise NotAllowed.one("payer", _("只有政府部门可以编列预算"))
    chosen = sorted(set(measures)) or [""]
    texts, found = taken({"name": name}, limits=LIMITS, required={"name": _("请填写预算名称")})
    found += _year_faults(year) + _measure_faults(chosen, payer, year)
    raise_if(found)
    budget = Budget.objects.create(
        name=texts["name"], year=year, payer=payer, created_by=actor.user, created_at=clock.now()
    )
    try:
        with transaction.atomic():
            rows = [BudgetMeasure(budget=budget, payer=payer, year=year, measure=key) for key in chosen]
            BudgetMeasure.objects.bulk_create(rows)
    except IntegrityError:
        raise NotNow.one("measures", _("其中有的措施本年度已有预算"), "measures") from None
    audit.record("budget.open", actor=actor, obj=budget, detail={"year": year, "measures": chosen})
    propose_change(actor=actor, budget=budget, delta=amount, reason=reason, document_number=document_number)
    return budget


def _year_faults(year: int) -> list[Problem]:
    if 2000 <= year <= 2100:
        return []
    return [Problem("year", _("预算年度应在 2000 至 2100 之间"), "year")]


def _measure_faults(chosen: list[str], payer: Organisation, year: int) -> list[Problem]:
    every = known.known()
    if any(key and key not in every for key in chosen):
        return [Problem("measures", _("没有这项支持措施"), "measures")]
    held = BudgetMeasure.objects.filter(payer=payer, year=year, measure__in=chosen)
    names = [
        every[key].label if key else str(_("全部措施")) for key in held.values_list("measure", flat=True)
    ]
    if names:
        words = _("本年度已有预算：%(names)s")
        return [Problem("measures", words % {"names": "、".join(names)}, "measures")]
    return []


@transaction.atomic
def propose_change(
    *, actor: Actor, budget: Budget, delta: Decimal, reason: str, document_number: str = ""
) -> BudgetChange:
    """下达 (the first) or 调整: takes effect when a second person confirms it. Raises NotAllowed, NotNow, Invalid."""
    budget_keeper.require(actor, budget)
    locked = Budget.objects.select_for_update(of=("self",)).get(pk=budget.pk)
    if not locked.measures.exists():
        raise NotNow.one("void", _("该预算的首次下达未获复核，已经作废，请重新编列"))
    if locked.changes.filter(state="proposed").exists():
        raise NotNow.one("open_change", _("该预算还有一项待复核的调整，请先办理"))
    first = not locked.entries_made
    texts, found = taken(
        {"reason": reason, "document_number": document_number},
        limits=LIMITS,
        required={"reason": _("请写明理由")},
    )
    found += _amount_faults(delta, locked.amount, first=first)
    raise_if(found)
    made = BudgetChange.objects.create(
        budget=locked,
        kind=EntryKind.APPROPRIATED if first else EntryKind.ADJUSTED,
        delta=delta,
        proposed_by=actor.user,
        proposed_at=clock.now(),
        state_changed_by=actor.user,
        **texts,
    )
    audit.record("budget_change.propose", actor=actor, obj=made, detail={"delta": str(delta)})
    return made


def _amount_faults(delta: Decimal, before: Decimal, *, first: bool) -> list[Problem]:
    field = "amount" if first else "delta"
    if first and delta <= 0:
        return [Problem("amount", _("下达金额应当大于零"), field)]
    if delta == 0:
        return [Problem("delta", _("增减额不能为零"), field)]
    if delta != yuan(delta):
        return [Problem("decimals", _("金额最多两位小数"), field)]
    beyond = abs(delta) >= MOST or before + delta >= MOST
    return [Problem("too_much", _("金额过大"), field)] if beyond else []


def confirm_change(*, actor: Actor, change: BudgetChange, version: int | None = None) -> BudgetChange:
    """The second person: the budget moves. NotNow when a cut would go below what is reserved and spent."""

    def effect(row: BudgetChange, transition: Transition, who: Actor, data: Any) -> None:
        ledger.move(row.kind, row.delta, actor=who, budget=row.budget, reason=row.reason, change=row)

    return BUDGET_CHANGE.perform(change, "confirm", actor=actor, effect=effect, version=version)


def refuse_change(
    *, actor: Actor, change: BudgetChange, comment: str, version: int | None = None
) -> BudgetChange:
    """The second person sends it back; the budget stays as it was. A budget that never had anything is void.

    Its measures are free for another one.
    """

    def effect(row: BudgetChange, transition: Transition, who: Actor, data: Any) -> None:
        if not row.budget.entries_made:
            row.budget.measures.all().delete()

    return BUDGET_CHANGE.perform(
        change, "refuse", actor=actor, comment=comment[:500], version=version, effect=effect
    )


@transaction.atomic
def record_shares(
    *, actor: Actor, claim: Any, shares: dict[Organisation, Decimal], reason: str
) -> list[PayerShare]:
    """分担比例 of a claim whose payer the law leaves open; in percent, together 100. Before it is proposed."""
    share_keeper.require(actor, claim)
    texts, found = taken({"reason": reason}, limits=LIMITS, required={"reason": _("请写明依据")})
    if sum(shares.values(), Decimal(0)) != HUNDRED or any(share <= 0 for share in shares.values()):
        found.append(Problem("percent", _("各方分担比例应当大于零，合计为 100%"), "percent"))
    if any(not payer.is_bureau for payer in shares):
        found.append(Problem("payer", _("出资单位应为政府部门"), "payer"))
    raise_if(found)
    Filing.objects.select_for_update(of=("self",), no_key=True).get(
        pk=claim.pk
    )  # a proposal comes before or after
    if Commitment.objects.filter(award__claim=claim, released_at=None).exists():
        raise NotNow.one("reserved", _("资金已经预留，分担比例不能再改"))
    PayerShare.objects.filter(claim=claim).delete()
    made = [
        PayerShare.objects.create(
            claim=claim,
            payer=payer,
            percent=percent,
            recorded_by=actor.user,
            recorded_at=clock.now(),
            **texts,
        )
        for payer, percent in shares.items()
    ]
    audit.record(
        "payer_share.record",
        actor=actor,
        obj=claim,
        detail={row.payer.credit_code: str(row.percent) for row in made},
    )
    return made


# --- what awards take of it ------------------------------------------------------------------


@transaction.atomic
def reserve(*, actor: Actor, award: Award) -> list[Commitment]:
    """On proposal: the award's parts in their budgets, and its place in a yearly quota. Again: nothing more.

    NotNow with the budget's name when too little is left, with the clause when the quota is used up.
    """
    locked = _locked(award)
    live = list(locked.commitments.filter(released_at=None))
    if live and all(row.turn == locked.proposal for row in live):
        return live
    for row in live:
        _release(row, actor)
    quotas.take(locked)
    if not locked.amount:
        return []
    return [_reserve(locked, part, actor) for part in parts(locked, clock.today().year)]


def _reserve(award: Award, part: Part, actor: Actor) -> Commitment:
    made = Commitment(
        award=award, budget=part.budget, turn=award.proposal, amount=part.amount, made_at=clock.now()
    )
    # the budget is taken first: who comes second waits at its row and reads what is left then
    balance = ledger.take(part.budget, ledger.moved(EntryKind.RESERVED, part.amount))
    made.save()
    ledger.write(EntryKind.RESERVED, part.amount, balance, actor=actor, budget=part.budget, commitment=made)
    return made


@transaction.atomic
def release(*, actor: Actor, award: Award, reason: str = "") -> None:
    """What was proposed is sent back, refused, withdrawn or revoked: money and place are free again. Again: nothing more.

    After a decision what has not been paid is cancelled; what has been paid is clawed back by an act of its own.
    """
    locked = _locked(award)
    for row in locked.commitments.filter(released_at=None).order_by("budget_id"):
        if row.spent_at is None:
            _release(row, actor, reason)
        else:
            payments.cancel_rest(actor=actor, commitment=row, reason=reason or str(_("核定已撤销")))
    quotas.give_back(locked)


def _release(row: Commitment, actor: Actor, reason: str = "") -> None:
    ledger.move(EntryKind.RELEASED, row.amount, actor=actor, budget=row.budget, commitment=row, reason=reason)
    row.released_at = clock.now()
    row.save(update_fields=["released_at"])


@transaction.atomic
def spend(*, actor: Actor, award: Award) -> list[Commitment]:
    """On decision: what was reserved is spent, and its payments are planned. Again: nothing more.

    NotNow when nothing was reserved for an amount.
    """
    locked = _locked(award)
    live = list(locked.commitments.filter(released_at=None).select_related("budget").order_by("budget_id"))
    if locked.amount and not live:
        raise NotNow.one("not_reserved", _("尚未预留资金，不能列支"))
    for row in live:
        if row.spent_at is not None:
            continue
        ledger.move(EntryKind.SPENT, row.amount, actor=actor, budget=row.budget, commitment=row)
        row.spent_at = clock.now()
        row.save(update_fields=["spent_at"])
        payments.plan_first(actor=actor, commitment=row)
    return live


def _locked(award: Award) -> Award:
    return Award.objects.select_for_update(of=("self",), no_key=True).get(pk=award.pk)
