"""限额 (“最高”): a ceiling; what is paid below it is decided by a grade or set by an officer."""

from __future__ import annotations

from decimal import Decimal

from core.words import gettext as _
from core.words import label
from filings.enums import Grade
from subsidies.calculators.outcome import ZERO, Line, Outcome, fen
from subsidies.calculators.parts import figure
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, money, once, share

BANDS = "subsidy.cap_bands"
READING = "amb_cap_decision"


def capped(terms: Terms, facts: Facts) -> Outcome:
    """A proposal: what an officer set, else the share of the ceiling its grade gives, else the ceiling itself."""
    set_amount = facts.get("set_amount")
    return _graded(terms, facts.get("grade")) if set_amount is None else _set(terms, set_amount)


def _set(terms: Terms, set_amount: Decimal) -> Outcome:
    cap, words, clause = figure(terms, "cap")
    amount = fen(set_amount, terms.unit)
    said = _("经办人拟定 %(amount)s，不超过上限 %(cap)s") % {"amount": money(amount), "cap": words}
    return Outcome(Status.PROPOSED, (Line("set", said, amount, clause),), upper_bound=cap)


@once
def _graded(terms: Terms, grade: str | None) -> Outcome:
    cap, words, clause = figure(terms, "cap")
    base = Line("base", _("上限：最高 %(cap)s") % {"cap": words}, cap, clause)
    if grade is None:
        said, less = _("未填写评价等次，按上限列示；实际金额由主管部门评定"), ZERO
    else:
        band = Decimal(terms.reading(BANDS)[grade])
        given = {"grade": label(Grade(grade)), "share": share(band)}
        said, less = _("评价等次%(grade)s，按上限的%(share)s拟定") % given, fen(cap * band, terms.unit) - cap
    return Outcome(Status.PROPOSED, (base, Line("grade", said, less, clause, READING)), upper_bound=cap)
