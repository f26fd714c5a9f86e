"""Lines that several calculators have in common."""

from __future__ import annotations

from decimal import Decimal

from core.words import gettext as _
from policy.book import Citation
from subsidies.calculators.outcome import ZERO, Line, fen
from subsidies.terms import STACKED, Facts, Terms, money, once


@once
def figure(terms: Terms, name: str) -> tuple[Decimal, str, Citation | None]:
    """An amount of the clause, the same in words, and the clause."""
    amount = terms.figure(name)
    return fen(amount, terms.unit), money(amount), terms.clause(name)


def on_top(terms: Terms, facts: Facts) -> tuple[Line, ...]:
    """叠加: what the province paid is not deducted."""
    if not terms.stacked:
        return ()
    paid = facts.get("provincial_subsidy")
    if paid:
        label = _("在省级补助之上叠加，不扣减省级已到账的%(paid)s") % {"paid": money(paid)}
    else:
        label = _("在省级补助之上叠加，不扣减省级补助")
    return (Line("stack", label, ZERO, _clause(terms)),)


@once
def _clause(terms: Terms) -> Citation | None:
    return terms.rule_clause(STACKED)
