"""What goes out of the money: plain dictionaries in the shapes of `shapes_money`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.actor import Actor
from core.capitals import capitals
from filings.api.shown import day, moment, unit
from subsidies.models import (
    Budget,
    BudgetChange,
    BudgetEntry,
    ClawBack,
    PayerShare,
    Payment,
    PaymentBatch,
    PaymentHold,
    QuotaYear,
    Revocation,
)
from subsidies.presentation import money as told
from subsidies.workflow_money import BATCH, BUDGET_CHANGE, CLAWBACK, PAYMENT, REVOCATION

# moved by a batch or a hold, never by a call of its own
INNER = frozenset({"take", "put_back", "pay", "bounce", "hold", "release", "void", "settle"})


def yuan(value: Decimal) -> str:
    return f"{value:.2f}"


def _unit(row: Any) -> Any:
    return unit(row.credit_code, row.name)


def _acts(workflow: Any, row: Any, actor: Actor) -> list[str]:
    return [step.name for step in workflow.available(row, actor) if step.name not in INNER]


def budget(row: Budget) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "year": row.year,
        "payer": _unit(row.payer),
        "measures": [one.measure for one in row.measures.all() if one.measure],
        **{name: yuan(getattr(row, name)) for name in ("amount", "reserved", "spent", "left")},
    }


def quota(row: QuotaYear) -> dict[str, Any]:
    figures = ("measure", "year", "allowed", "least", "used", "note")
    return {"id": row.pk, **{name: getattr(row, name) for name in figures}}


def entry(row: BudgetEntry) -> dict[str, Any]:
    figures = ("amount", "amount_after", "reserved_after", "spent_after")
    return {
        "number": row.number,
        "kind": row.kind,
        **{name: yuan(getattr(row, name)) for name in figures},
        "award": row.commitment.award_id if row.commitment else None,
        "reason": row.reason,
        "at": moment(row.at),
    }


def change(row: BudgetChange, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "budget": row.budget_id,
        "version": row.version,
        "state": row.state,
        "delta": yuan(row.delta),
        "reason": row.reason,
        "available_actions": _acts(BUDGET_CHANGE, row, actor),
    }


def payments(rows: Any, actor: Actor) -> list[dict[str, Any]]:
    """A page of payments; a fixed number of queries for what stands in their way."""
    return [_payment(line, actor) for line in told.payment_lines(rows, actor)]


def _payment(line: dict[str, Any], actor: Actor) -> dict[str, Any]:
    row: Payment = line["row"]
    return {
        "id": row.pk,
        "version": row.version,
        "award": row.award_id,
        "claim": row.award.claim_id,
        "measure": row.award.measure,
        "unit": _unit(row.award.organisation),
        "payer": _unit(row.commitment.budget.payer),
        "instalment": row.instalment,
        "amount": yuan(row.amount),
        "capitals": capitals(row.amount),
        "due_on": day(row.due_on),
        "paid_on": day(row.paid_on),
        "state": row.state,
        "state_label": row.get_state_display(),
        "account": line["account"],
        "reason": row.reason,
        "problems": [str(found.message) for found in line["faults"]] + list(line["waits"]),
        "available_actions": _acts(PAYMENT, row, actor),
    }


def batch_row(row: PaymentBatch, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "number": row.number,
        "payer": _unit(row.payer),
        "state": row.state,
        "state_label": row.get_state_display(),
        "count": row.count,
        "total": yuan(row.total),
        "capitals": capitals(row.total),
        "available_actions": _acts(BATCH, row, actor),
    }


def batch(row: PaymentBatch, actor: Actor) -> dict[str, Any]:
    lines = row.lines.exclude(live=False, outcome="").select_related("payment__award__organisation")
    shown = [
        {
            "id": line.pk,
            "payment": line.payment_id,
            "unit": _unit(line.payment.award.organisation),
            "amount": yuan(line.amount),
            "outcome": line.outcome,
            "outcome_on": day(line.outcome_on),
            "reason": line.reason,
            "reference": line.reference,
        }
        for line in lines
    ]
    return batch_row(row, actor) | {"lines": shown}


def revocation(row: Revocation, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "award": row.award_id,
        "reason": row.reason,
        "document_number": row.document_number,
        "state": row.state,
        "award_state": row.award.state,
        "refusal": row.refusal,
        "available_actions": _acts(REVOCATION, row, actor),
    }


def clawback(row: ClawBack, actor: Actor) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "award": row.award_id,
        "unit": _unit(row.award.organisation),
        "amount": yuan(row.amount),
        "recovered": yuan(row.recovered),
        "due_on": day(row.due_on),
        "reason": row.reason,
        "document_number": row.document_number,
        "state": row.state,
        "available_actions": _acts(CLAWBACK, row, actor),
    }


def hold(row: PaymentHold) -> dict[str, Any]:
    return {
        "id": row.pk,
        "award": row.award_id,
        "reason": row.reason,
        "placed_at": moment(row.placed_at),
        "released_at": moment(row.released_at),
        "release_reason": row.release_reason,
    }


def share(row: PayerShare) -> dict[str, str]:
    return {"payer": row.payer.credit_code, "percent": yuan(row.percent)}
