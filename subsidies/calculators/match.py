"""按比例配套: a share of what the province paid; in two counties a share of the costs instead."""

from __future__ import annotations

from decimal import Decimal

from core.words import gettext as _
from policy.book import Citation
from subsidies.calculators.outcome import ZERO, Line, Outcome, fen
from subsidies.calculators.parts import on_top
from subsidies.enums import Status
from subsidies.terms import COUNTIES, Facts, Terms, money, once, plain, share

BASE = "subsidy.usp_base"
MODE, GUARD = "subsidy.voucher_exception_mode", "subsidy.voucher_guard"


def match(terms: Terms, facts: Facts) -> Outcome:
    """Base × ratio, or the exception of the place; then what is stacked and what is only warned of."""
    lines: list[Line] = []
    exception = terms.exception
    if exception is None or terms.reading(MODE) == "add":
        lines.append(_matched(terms, facts))
    if exception is not None:
        lines.append(_excepted(terms, facts, exception["base"]))
    lines += on_top(terms, facts)
    if "actual_cost" in facts:
        amount = sum([line.amount or ZERO for line in lines], ZERO)
        lines += _guarded(terms, facts, amount)
    return Outcome(Status.COMPUTED, tuple(lines))


def _matched(terms: Terms, facts: Facts) -> Line:
    reference, rate, said, clause, reading = _share(terms)
    base = facts["provincial_subsidy"] if reference is None else reference
    return Line("base", said % plain(base), fen(base * rate, terms.unit), clause, reading)


@once
def _share(terms: Terms) -> tuple[Decimal | None, Decimal, str, Citation | None, str]:
    """The base where it is a figure of the clause, the rate, the words with a place for the base, clause and reading."""
    name, rate = terms.rate
    base, what, reading = None, str(terms.data["base"]), ""
    if "amb_usp_base" in terms.data.get("amb", ()):
        reading = "amb_usp_base"
        if terms.reading(BASE) == "policy_amount":
            base, what = terms.figure("base_reference_amount"), _("省级补助的政策数额")
    given = {"what": what.replace("%", "%%"), "base": "%s", "rate": share(rate).replace("%", "%%")}
    return base, rate, _("%(what)s %(base)s 元 × %(rate)s") % given, terms.clause(name), reading


def _excepted(terms: Terms, facts: Facts, what: str) -> Line:
    rate, words, clause = _exception(terms)
    cost = facts["actual_cost"]
    label = _("例外地区：%(what)s %(base)s 元 × %(rate)s") % {
        "what": what,
        "base": plain(cost),
        "rate": words,
    }
    return Line("exception", label, fen(cost * rate, terms.unit), clause, "amb_voucher_exception")


@once
def _exception(terms: Terms) -> tuple[Decimal, str, Citation | None]:
    rate = terms.figure("exception_rate")
    return rate, share(rate), terms.law.clause(COUNTIES) or terms.clause("exception_rate")


def _guarded(terms: Terms, facts: Facts, amount: Decimal) -> tuple[Line, ...]:
    """省市补助合计 against the costs: no clause bounds it, so the line cites a reading and no clause."""
    cost, paid = facts["actual_cost"], facts["provincial_subsidy"]
    if amount + paid <= cost:
        return ()
    both = {"both": money(amount + paid), "cost": money(cost)}
    if not terms.reading(GUARD):
        said = _("提示：省市补助合计 %(both)s，超过实际费用 %(cost)s；原文未作限制，不扣减") % both
        return (Line("warning", said, ZERO, None, "amb_voucher_guard"),)
    said = _("省市补助合计 %(both)s，超过实际费用 %(cost)s 的部分（建议值，原文未规定）") % both
    return (Line("guard", said, max(fen(cost - paid), ZERO) - amount, None, "amb_voucher_guard"),)
