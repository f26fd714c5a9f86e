"""限额 (“最高”): a ceiling; what is paid below it is decided by a grade or set by an officer."""

from __future__ import annotations

from decimal import Decimal

from core.words import gettext as _
from core.words import remembered
from filings.enums import Grade
from subsidies.calculators.outcome import ZERO, Line, Outcome, fen
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, money, share

BANDS = "subsidy.cap_bands"
READING = "amb_cap_decision"


@remembered
def _grade(grade: str) -> str:
    return str(Grade(grade).label)


def capped(terms: Terms, facts: Facts) -> Outcome:
    """A proposal: what an officer set, else the share of the ceiling its grade gives, else the ceiling itself."""
    cap = fen(terms.figure("cap"), terms.unit)
    set_amount = facts.get("set_amount")
    lines = (
        _graded(terms, cap, facts.get("grade"))
        if set_amount is None
        else _set(terms, cap, fen(set_amount, terms.unit))
    )
    return Outcome(Status.PROPOSED, lines, upper_bound=cap)


def _set(terms: Terms, cap: Decimal, amount: Decimal) -> tuple[Line, ...]:
    said = _("经办人拟定 %(amount)s，不超过上限 %(cap)s") % {"amount": money(amount), "cap": money(cap)}
    return (Line("set", said, amount, terms.clause("cap")),)


def _graded(terms: Terms, cap: Decimal, grade: str | None) -> tuple[Line, ...]:
    base = Line("base", _("上限：最高 %(cap)s") % {"cap": money(cap)}, cap, terms.clause("cap"))
    if grade is None:
        said = _("未填写评价等次，按上限列示；实际金额由主管部门评定")
        return (base, Line("grade", said, ZERO, terms.clause("cap"), READING))
    band = Decimal(terms.reading(BANDS)[grade])
    said = _("评价等次%(grade)s，按上限的%(share)s拟定") % {
        "grade": _grade(grade),
        "share": share(band),
    }
    return (base, Line("grade", said, fen(cap * band, terms.unit) - cap, terms.clause("cap"), READING))
