"""Lines that several calculators have in common."""

from __future__ import annotations

from decimal import Decimal

from core.words import gettext as _
from subsidies.calculators.outcome import ZERO, Line
from subsidies.terms import STACKED, Facts, Terms, money


def on_top(terms: Terms, facts: Facts) -> tuple[Line, ...]:
    """叠加: what the province paid is not deducted."""
    if not terms.stacked:
        return ()
    paid = facts.get("provincial_subsidy")
    label = _("在省级补助之上叠加，不扣减省级补助")
    if paid:
        label = _("在省级补助之上叠加，不扣减省级已到账的%(paid)s") % {"paid": money(paid)}
    return (Line("stack", label, ZERO, terms.rule_clause(STACKED)),)


def cut(terms: Terms, gross: Decimal, name: str, label: str) -> tuple[Line, ...]:
    """The ceiling `name` as a line of its own where it bites."""
    cap = terms.figure(name)
    return (Line("cap", label, cap - gross, terms.clause(name)),) if gross > cap else ()
