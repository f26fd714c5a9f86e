"""One pure function for each kind of measure: `calculate(terms, facts) -> Outcome`, exact over Decimal."""

from __future__ import annotations

from collections.abc import Callable

from subsidies.calculators.capped import capped
from subsidies.calculators.capped_rate import capped_rate
from subsidies.calculators.fixed import fixed
from subsidies.calculators.floor import floor
from subsidies.calculators.manual import discretionary, negotiated, priority, reference, tax
from subsidies.calculators.match import match
from subsidies.calculators.outcome import Line, Outcome
from subsidies.calculators.per_unit import per_unit
from subsidies.enums import Kind
from subsidies.terms import Facts, Terms

__all__ = ["CALCULATORS", "Line", "Outcome", "calculate"]

CALCULATORS: dict[Kind, Callable[[Terms, Facts], Outcome]] = {
    Kind.FIXED: fixed,
    Kind.CAPPED: capped,
    Kind.CAPPED_RATE: capped_rate,
    Kind.PER_UNIT: per_unit,
    Kind.MATCH: match,
    Kind.FLOOR: floor,
    Kind.NEGOTIATED: negotiated,
    Kind.DISCRETIONARY: discretionary,
    Kind.PRIORITY: priority,
    Kind.TAX: tax,
    Kind.REFERENCE: reference,
}


def calculate(terms: Terms, facts: Facts) -> Outcome:
    """What the clause gives for these facts, before anything is stacked. The same input gives the same lines."""
    return CALCULATORS[terms.kind](terms, facts)
