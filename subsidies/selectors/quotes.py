"""A quote: what the clauses give for stated facts. Nothing is stored; the same payload gives the same lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.errors import Problem
from core.words import gettext as _
from core.words import label
from policy.book import ReadingInForce
from policy.law import cite
from subsidies.calculators import calculate
from subsidies.calculators.outcome import ZERO, Outcome
from subsidies.conditions import assumptions, contradictions
from subsidies.enums import Status
from subsidies.selectors.payload import Claim, read_payload
from subsidies.stacking import Entry, stack


@dataclass(frozen=True)
class Result:
    """What came out for one claim."""

    claim: Claim
    outcome: Outcome
    assumptions: list[str]
    excluded_by: str | None
    errors: list[Problem]

    @property
    def readings(self) -> tuple[ReadingInForce, ...]:
        """How every doubt about the measure and its exclusion rule is read."""
        terms = self.claim.terms
        rule = terms.data.get("exclusive_group")
        more = terms.law.item(rule).data.get("amb", ()) if rule and terms.law.applies(rule) else ()
        return (*terms.readings, *(terms.law.reading_of(key) for key in more))

    def as_dict(self) -> dict[str, Any]:
        """The shape of the contract, with label, kind and readings beside it."""
        outcome = self.outcome
        return {
            "ref": self.claim.ref,
            "measure": self.claim.measure.key,
            "label": self.claim.terms.label,
            "kind": self.claim.terms.kind.value,
            "status": outcome.status.value,
            "status_label": label(outcome.status),
            "amount": _text(outcome.amount),
            "upper_bound": _text(outcome.upper_bound),
            "lower_bound": _text(outcome.lower_bound),
            "lines": [line.as_dict() for line in outcome.lines],
            "assumptions": self.assumptions,
            "excluded_by": self.excluded_by,
            "errors": [problem.as_dict() for problem in self.errors],
            "readings": [{"id": row.key, "label": row.label, "text": row.text} for row in self.readings],
        }


@dataclass(frozen=True)
class Quote:
    """Every claim of a payload, in its order."""

    on: date
    revision: int
    results: list[Result]

    @property
    def total(self) -> Decimal:
        """Yuan, of what pays."""
        return sum((result.outcome.pays for result in self.results), ZERO)

    def as_dict(self) -> dict[str, Any]:
        """The answer of the API and of the command."""
        return {
            "date": self.on.isoformat(),
            "law_revision": self.revision,
            "results": [result.as_dict() for result in self.results],
            "total": f"{self.total:.2f}",
        }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def quote(payload: Any) -> Quote:
    """Read, compute, stack. Raises Invalid for what cannot be read (see `read_payload`)."""
    on, claims = read_payload(payload)
    errors = {claim.ref: refusals(claim, on) for claim in claims}
    entries = [entry_of(claim, on, errors[claim.ref]) for claim in claims]
    stack(entries)
    return Quote(
        on,
        max(claim.terms.law.revision for claim in claims),
        [
            Result(
                claim,
                entry.outcome,
                assumptions(claim.terms, claim.facts, placed=bool(claim.district)),
                entry.excluded_by,
                errors[claim.ref],
            )
            for claim, entry in zip(claims, entries, strict=True)
        ],
    )


def entry_of(claim: Claim, on: date, errors: list[Problem]) -> Entry:
    """A claim computed for itself, to be stacked with others."""
    return Entry(
        ref=claim.ref,
        terms=claim.terms,
        facts=claim.facts,
        outcome=Outcome(Status.REFUSED, ()) if errors else calculate(claim.terms, claim.facts),
        organisation=claim.organisation,
        entity=claim.entity,
        year=on.year,
    )


def refusals(claim: Claim, on: date) -> list[Problem]:
    """Stated facts that contradict a condition, the district among them."""
    if claim.is_here:
        return contradictions(claim.terms, claim.facts, on)
    said = _("该项支持的依据不适用于所填地区。")
    return [Problem("not_here", said, "district", cite(claim.measure.key))]
