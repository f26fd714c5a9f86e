"""Lines that several calculators have in common."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _

from policy.book import Citation
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
    return (Line("stack", label, ZERO, _rule_clause(terms)),)


def _rule_clause(terms: Terms) -> Citation | None:
    """Of the clauses the rule rests on, the one this measure stands in."""
    own, rests_on = terms.clause(), terms.law.item(STACKED).citations
    same = (one for one in rests_on if own and (one.document, one.ref) == (own.document, own.ref))
    return next(same, terms.law.clause(STACKED))


def cut(terms: Terms, gross: Decimal, name: str, label: str) -> tuple[Line, ...]:
    """The ceiling `name` as a line of its own where it bites."""
    cap = terms.figure(name)
    return (Line("cap", label, cap - gross, terms.clause(name)),) if gross > cap else ()
