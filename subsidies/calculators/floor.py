"""保底: not less than a stated amount; above it a person decides."""

from __future__ import annotations

from core.words import gettext as _
from subsidies.calculators.outcome import Line, Outcome, fen
from subsidies.calculators.parts import figure
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, money


def floor(terms: Terms, facts: Facts) -> Outcome:
    """The lower bound; an amount only where one was set."""
    least, words, clause = figure(terms, "floor")
    amount = facts.get("set_amount")
    if amount is None:
        said = _("不低于 %(least)s，具体数额一事一议") % {"least": words}
    else:
        said = _("议定 %(amount)s，不低于 %(least)s") % {"amount": money(amount), "least": words}
        amount = fen(amount, terms.unit)
    return Outcome(Status.MANUAL, (Line("floor", said, amount, clause),), lower_bound=least)
