"""定额: a stated amount for an event."""

from __future__ import annotations

from core.words import gettext as _
from subsidies.calculators.outcome import Line, Outcome, fen
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, money


def fixed(terms: Terms, facts: Facts) -> Outcome:
    """The amount of the clause; of a ceiling that a reading takes for an amount, that ceiling."""
    name = "amount" if terms.has("amount") else "cap"
    amount = fen(terms.figure(name), terms.unit)
    label = _("%(label)s，定额 %(amount)s") % {"label": terms.label, "amount": money(amount)}
    return Outcome(Status.COMPUTED, (Line("base", label, amount, terms.clause(name), _reading(terms)),))


def _reading(terms: Terms) -> str:
    return "amb_incubator_cap_word" if terms.data.get("ceiling_only_if") else ""
