"""定额: a stated amount for an event."""

from __future__ import annotations

from core.words import gettext as _
from subsidies.calculators.outcome import Line, Outcome
from subsidies.calculators.parts import figure
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, once


def fixed(terms: Terms, facts: Facts) -> Outcome:
    """The amount of the clause; of a ceiling that a reading takes for an amount, that ceiling."""
    return _stated(terms)


@once
def _stated(terms: Terms) -> Outcome:
    amount, words, clause = figure(terms, "amount" if terms.has("amount") else "cap")
    label = _("%(label)s，定额 %(amount)s") % {"label": terms.label, "amount": words}
    return Outcome(Status.COMPUTED, (Line("base", label, amount, clause, _reading(terms)),))


def _reading(terms: Terms) -> str:
    return "amb_incubator_cap_word" if terms.data.get("ceiling_only_if") else ""
