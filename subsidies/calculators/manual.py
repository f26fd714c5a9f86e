"""What never computes an amount: each kind says why, with its clause."""

from __future__ import annotations

from core.words import gettext as _
from subsidies.calculators.outcome import Line, Outcome
from subsidies.enums import Status
from subsidies.terms import Facts, Terms, money


def _said(terms: Terms, code: str, label: str, reading: str = "") -> Outcome:
    known = reading if reading in terms.data.get("amb", ()) else ""
    return Outcome(Status.MANUAL, (Line(code, label, None, terms.clause(), known),))


def negotiated(terms: Terms, facts: Facts) -> Outcome:
    """一事一议: recorded by hand, by two officers."""
    return _said(terms, "negotiated", _("一事一议，金额由主管部门研究确定、双人登记"), "amb_negotiated")


def discretionary(terms: Terms, facts: Facts) -> Outcome:
    """Support promised without a figure."""
    return _said(terms, "discretionary", _("原文未规定金额或者比例，由主管部门研究确定"), "amb_no_figure")


def priority(terms: Terms, facts: Facts) -> Outcome:
    """Changes an order or a list, pays nothing itself."""
    return _said(terms, "priority", _("优先或者推荐事项，本身不发放资金"))


def tax(terms: Terms, facts: Facts) -> Outcome:
    """Relief under national tax law."""
    return _said(terms, "tax", _("按国家税收法律办理，门户仅作提示"))


def reference(terms: Terms, facts: Facts) -> Outcome:
    """What another level pays, by level of the unit."""
    prefix = f"{terms.key}.amount_"
    paid = [figure for key, figure in terms.law.items() if key.startswith(prefix)]
    words = "，".join(f"{figure.label.rpartition('：')[2]} {money(figure.value)}" for figure in paid)
    said = _("由%(payer)s发放，不由本门户测算") % {"payer": terms.data.get("payer", "")}
    return _said(
        terms, "reference", _("%(said)s：%(words)s") % {"said": said, "words": words} if words else said
    )
