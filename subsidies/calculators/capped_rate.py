"""限比例 (“最高…比例”): a base × the round's rate, which may not pass the clause's."""

from __future__ import annotations

from decimal import Decimal

from core.words import gettext as _
from policy.book import Citation
from subsidies.calculators.outcome import Line, Outcome, fen
from subsidies.calculators.parts import on_top
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, once, plain, share

READING = "amb_instrument_rate"


def capped_rate(terms: Terms, facts: Facts) -> Outcome:
    """A proposal at the round's rate, the ceiling of the clause unless a lower one is stated."""
    most, words, clause = _most(terms)
    total, rate = facts["service_total"], facts.get("rate", most)
    said = _("%(base)s %(total)s 元 × %(rate)s（比例最高 %(most)s）") % {
        "base": terms.data["base"],
        "total": plain(total),
        "rate": share(rate),
        "most": words,
    }
    amount = fen(total * rate, terms.unit)
    bound = amount if rate is most else fen(total * most, terms.unit)
    line = Line("base", said, amount, clause, READING)
    return Outcome(Status.PROPOSED, (line, *on_top(terms, facts)), upper_bound=bound)


@once
def _most(terms: Terms) -> tuple[Decimal, str, Citation | None]:
    most = terms.figure("rate_cap")
    return most, share(most), terms.clause("rate_cap")
