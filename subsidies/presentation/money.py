"""Budgets and payments in the words and keys of the components."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from core.actor import Actor
from core.capitals import capitals
from core.errors import Problem
from core.workflow import StatefulModel, Workflow
from subsidies.conditions_account import faults, masked, shared_with
from subsidies.enums import AwardState
from subsidies.enums_money import BatchState as B
from subsidies.enums_money import ChangeState as C
from subsidies.enums_money import ClawBackState as R
from subsidies.enums_money import PaymentState as P
from subsidies.models import Budget, BudgetEntry, Payment, PaymentHold
from subsidies.permissions_money import account_reader, payment_unit
from subsidies.selectors import measures
from subsidies.selectors import money_lists as see

TONES: dict[Any, str] = {
    P.PLANNED: "todo", P.IN_BATCH: "doing", P.PAID: "done", P.RETURNED: "bad", P.HELD: "wait", P.CANCELLED: "off",
    B.DRAFT: "todo", B.SUBMITTED: "wait", B.APPROVED: "doing", B.SENT: "doing", B.SETTLED: "done",
    B.DISCARDED: "off", C.PROPOSED: "wait", C.CONFIRMED: "done", C.REFUSED: "off", R.SETTLED: "done",
}  # fmt: skip
PAYMENT_TONES = {state.value: TONES[state] for state in P}
BATCH_TONES = {state.value: TONES[state] for state in B}
CLAWBACK_TONES = {"proposed": "wait", "confirmed": "bad", "settled": "done", "refused": "off"}


def names() -> Mapping[str, str]:
    """Labels of the measures."""
    return {key: one.label for key, one in measures.known().items()}


def bar(budget: Budget) -> dict[str, Any]:
    """Spent, reserved and left as shares of the whole, for the bar and for who does not see it."""
    whole = budget.amount or Decimal(1)
    spent, reserved = (round(float(part * 100 / whole), 2) for part in (budget.spent, budget.reserved))
    text = _("已列支 %(spent)s%%，已预留 %(reserved)s%%，可用 %(left)s%%")
    left = round(max(0.0, 100 - spent - reserved), 1) if budget.amount else 0
    said = {"spent": round(spent, 1), "reserved": round(reserved, 1), "left": left}
    return {"spent": f"{spent}%", "reserved": f"{reserved}%", "from": f"{spent}%", "text": text % said}


def budget_line(budget: Budget, labels: Mapping[str, str]) -> dict[str, Any]:
    """A budget as list and page show it."""
    keys = [row.measure for row in budget.measures.all()]
    return {
        "budget": budget,
        "url": reverse("subsidies:budget", args=[budget.pk]),
        "covers": _covers(keys, labels),
        "bar": bar(budget),
        "open": any(change.state == C.PROPOSED for change in budget.changes.all()),
    }


def _covers(keys: list[str], labels: Mapping[str, str]) -> list[str]:
    if not keys:
        return [str(_("首次下达未获复核，已作废"))]
    return [labels.get(key, key) for key in keys if key] or [str(_("未单列预算的全部措施"))]


def entry_line(entry: BudgetEntry, labels: Mapping[str, str]) -> dict[str, Any]:
    """An entry of the ledger with what it is about."""
    award = entry.commitment.award if entry.commitment else None
    return {
        "entry": entry,
        "kind": entry.get_kind_display(),
        "what": labels.get(award.measure, award.measure) if award else entry.reason,
        "unit": award.organisation.name if award else "",
        "url": reverse("subsidies:award_money", args=[award.pk]) if award else "",
        "left": entry.amount_after - entry.reserved_after - entry.spent_after,
        "note": entry.reason if award else (entry.change.document_number if entry.change else ""),
    }


def payment_lines(rows: Iterable[Payment], actor: Actor) -> list[dict[str, Any]]:
    """Payments of a page with what stands in their way; a fixed number of queries."""
    listed = list(rows)
    labels, used = names(), see.shared_accounts(listed)
    stopped = see.stopped_entities(listed)
    holds = {
        hold.award_id: hold
        for hold in PaymentHold.objects.filter(award__in={row.award_id for row in listed}, released_at=None)
    }
    return [_payment_line(row, actor, labels, used, stopped, holds) for row in listed]


def _payment_line(
    row: Payment,
    actor: Actor,
    labels: Mapping[str, str],
    used: Mapping[str, Mapping[int, str]],
    stopped: set[int],
    holds: Mapping[int, PaymentHold],
) -> dict[str, Any]:
    unit = row.award.organisation
    open_still = row.state in (P.PLANNED, P.IN_BATCH, P.HELD, P.RETURNED)
    faulty = list(_faults(row)) if open_still else []
    others = [name for pk, name in used.get(row.account_number, {}).items() if pk != unit.pk]
    hold = holds.get(row.award_id)
    waits = [hold.reason] if hold and open_still else []
    if open_still and row.award.entity_id in stopped:
        waits.append(str(_("评价不合格或者正在办理取消资格")))
    if open_still and row.award.state == AwardState.REVOKED:
        waits.append(str(_("核定已撤销")))
    return {
        "row": row,
        "url": reverse("subsidies:payment", args=[row.pk]),
        "unit": unit.name,
        "measure": labels.get(row.award.measure, row.award.measure),
        "tone": PAYMENT_TONES[row.state],
        "word": row.get_state_display(),
        "account": account_shown(row, actor),
        "faults": faulty,
        "flags": list(shared_with(others)) if open_still and not actor.has_role(*UNIT_ROLES) else [],
        "waits": waits,
        "can_go": row.state == P.PLANNED and not faulty and not waits,
    }


def _faults(row: Payment) -> Iterable[Problem]:
    return faults(
        unit=row.award.organisation.name,
        bank=row.bank,
        account_name=row.account_name,
        account_number=row.account_number,
    )


def account_shown(row: Payment, actor: Actor) -> str:
    """Finance of the payer and the unit see the whole number, others its last digits."""
    whole = account_reader(actor, row) or payment_unit(actor, row)
    number = row.account_number if whole else masked(row.account_number)
    return " ".join(part for part in (row.bank, number) if part)


def acts(
    workflow: Workflow, row: StatefulModel, actor: Actor, route: str, leave_out: Iterable[str] = ()
) -> list[Any]:
    """What this actor may do from here, each with its address and what still stands in the way."""
    return [
        {
            "name": step.name,
            "label": str(step.label),
            "url": reverse(route, args=[row.pk, step.name]),
            "danger": step.danger,
        }
        for step in workflow.available(row, actor)
        if step.name not in leave_out
    ]


def in_words(amount: Decimal) -> str:
    """人民币大写."""
    return capitals(amount)
