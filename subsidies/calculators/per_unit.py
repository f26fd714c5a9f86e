"""按单价: unit price × quantity under a ceiling that holds over the beneficiary's life."""

from __future__ import annotations

from decimal import Decimal

from core.words import gettext as _
from policy.book import Citation
from subsidies.calculators.outcome import ZERO, Line, Outcome, fen
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, money, once, plain

READING = "amb_space_cap_key"


def per_unit(terms: Terms, facts: Facts) -> Outcome:
    """Area × price, rounded to the yuan, cut at the ceiling and at what is left of it."""
    price, said, clause = _price(terms)
    cap, bound, over, cap_clause = _ceiling(terms)
    area = facts["area"]
    full = area * price
    exact, gross = fen(full), fen(full, terms.unit)
    lines = [Line("base", said % plain(area), exact, clause)]
    if gross != exact:
        lines.append(Line("rounding", _("金额四舍五入到元"), gross - exact, clause))
    if gross > cap:
        lines.append(Line("cap", over, cap - gross, cap_clause))
    paid = facts.get("paid_before")
    if paid and (amount := min(gross, cap)) > (left := max(cap - paid, ZERO)):
        both = {"paid": money(paid), "left": money(left)}
        words = _("同一上限内已拨付 %(paid)s，上限余额 %(left)s") % both
        lines.append(Line("paid", words, fen(left - amount), cap_clause, READING))
    return Outcome(Status.COMPUTED, tuple(lines), upper_bound=bound)


@once
def _price(terms: Terms) -> tuple[Decimal, str, Citation | None]:
    """The price, the words of the first line with a place for the area, the clause."""
    price = terms.figure("unit_price")
    said = _("%(what)s %(area)s %(unit)s × %(price)s 元") % {
        "what": terms.label.removesuffix("补助").replace("%", "%%"),  # data
        "area": "%s",
        "unit": str(terms.data["unit"]).replace("%", "%%"),
        "price": plain(price),
    }
    return price, said, terms.clause("unit_price")


@once
def _ceiling(terms: Terms) -> tuple[Decimal, Decimal, str, Citation | None]:
    cap = terms.figure("cap")
    return cap, fen(cap), _("超过上限 %(cap)s 的部分") % {"cap": money(cap)}, terms.clause("cap")
