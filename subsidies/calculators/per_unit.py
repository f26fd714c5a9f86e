"""按单价: unit price × quantity under a ceiling that holds over the beneficiary's life."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.words import gettext as _
from subsidies.calculators.outcome import ZERO, Line, Outcome, fen
from subsidies.calculators.parts import cut
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, money, plain

READING = "amb_space_cap_key"


def per_unit(terms: Terms, facts: Facts) -> Outcome:
    """Area × price, rounded to the yuan, cut at the ceiling and at what is left of it."""
    return Outcome(Status.COMPUTED, tuple(_lines(terms, facts)), upper_bound=fen(terms.figure("cap")))


def _lines(terms: Terms, facts: Facts) -> Iterator[Line]:
    area, price = facts["area"], terms.figure("unit_price")
    exact = fen(area * price)
    label = _("%(what)s %(area)s %(unit)s × %(price)s 元") % {
        "what": terms.label.removesuffix("补助"),  # data
        "area": plain(area),
        "unit": terms.data["unit"],
        "price": plain(price),
    }
    yield Line("base", label, exact, terms.clause("unit_price"))
    gross = fen(area * price, terms.unit)
    if gross != exact:
        yield Line("rounding", _("金额四舍五入到元"), gross - exact, terms.clause("unit_price"))
    cap = terms.figure("cap")
    yield from cut(terms, gross, "cap", _("超过上限 %(cap)s 的部分") % {"cap": money(cap)})
    yield from _paid(terms, min(gross, cap), cap, facts.get("paid_before") or ZERO)


def _paid(terms: Terms, amount: Decimal, cap: Decimal, paid: Decimal) -> Iterator[Line]:
    left = max(cap - paid, ZERO)
    if amount > left:
        said = _("同一上限内已拨付 %(paid)s，上限余额 %(left)s") % {"paid": money(paid), "left": money(left)}
        yield Line("paid", said, fen(left - amount), terms.clause("cap"), READING)
