"""保底: not less than a stated amount; above it a person decides."""

from __future__ import annotations

from core.words import gettext as _
from subsidies.calculators.outcome import Line, Outcome, fen
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, money


def floor(terms: Terms, facts: Facts) -> Outcome:
    """The lower bound; an amount only where one was set."""
    least = fen(terms.figure("floor"), terms.unit)
    amount = facts.get("set_amount")
    said = _("不低于 %(least)s，具体数额一事一议") % {"least": money(least)}
    if amount is not None:
        given = {"amount": money(amount), "least": money(least)}
        said = _("议定 %(amount)s，不低于 %(least)s") % given
    line = Line("floor", said, None if amount is None else fen(amount, terms.unit), terms.clause("floor"))
    return Outcome(Status.MANUAL, (line,), lower_bound=least)
