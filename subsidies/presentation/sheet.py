"""测算书: a quote as pages and paper show it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.capitals import capitals
from subsidies.calculators.outcome import Line
from subsidies.enums import Status
from subsidies.facts import FACTS, FactKind
from subsidies.models import Award
from subsidies.presentation.words import address, rule
from subsidies.selectors.computing import computed
from subsidies.selectors.quotes import Quote, Result
from subsidies.terms import COUNTIES, plain, share

TONES = {
    Status.COMPUTED: "done",
    Status.PROPOSED: "wait",
    Status.MANUAL: "todo",
    Status.EXCLUDED: "off",
    Status.REFUSED: "bad",
}


def sheet(quote: Quote, names: Mapping[str, str]) -> dict[str, Any]:
    """Everything a sheet shows: total, and for each claim its inputs, lines, bounds, assumptions and readings."""
    return {
        "on": quote.on,
        "revision": quote.revision,
        "total": quote.total,
        "capitals": capitals(quote.total),
        "results": [_result(result, names) for result in quote.results],
    }


def award_sheet(award: Award, names: Mapping[str, str]) -> dict[str, Any]:
    """The same of a stored award, from what was kept with it."""
    found = computed(award.asked)
    if found.whole is None:
        raise ValueError("what was kept is computed to a result")
    on, revision = award.on, award.asked["claim"]["law"]["revision"]
    return sheet(Quote(on, revision, [found.whole]), names)


def _result(result: Result, names: Mapping[str, str]) -> dict[str, Any]:
    outcome, terms = result.outcome, result.claim.terms
    clause = terms.clause()
    return {
        "ref": result.claim.ref,
        "key": terms.key,
        "label": terms.label,
        "rule": rule(terms),
        "kind": terms.kind.label,
        "clause": clause.text if clause else "",
        "clause_url": address(clause),
        "url": reverse("subsidies:measure", args=[terms.key]),
        "tone": TONES[outcome.status],
        "word": outcome.status.label,
        "pays": outcome.amount is not None and outcome.status != Status.REFUSED,
        "amount": outcome.amount,
        "inputs": _inputs(result, names),
        "lines": [_line(line) for line in outcome.lines],
        "upper_bound": outcome.upper_bound,
        "lower_bound": outcome.lower_bound,
        "assumptions": [
            {
                "label": _assumed(key, names),
                "clause": terms.law.cite(key),
                "url": address(terms.law.clause(key)),
            }
            for key in result.assumptions
        ],
        "errors": result.errors,
        "readings": [
            {
                "label": row.label,
                "text": row.text,
                "url": reverse("policy:reading", args=[row.key]),
                "is_default": row.provenance == "proposed_default",
            }
            for row in result.readings
        ],
    }


def _assumed(key: str, names: Mapping[str, str]) -> str:
    return _("单位不在例外地区（未填写地区）") if key == COUNTIES else names.get(key, key)


def _line(line: Line) -> dict[str, Any]:
    """`kind` cut marks what goes down, as in components/money_sheet.html."""
    return {
        "label": line.label,
        "amount": line.amount,
        "clause": line.clause.text if line.clause else "",
        "url": address(line.clause),
        "kind": "cut" if line.amount is not None and line.amount < 0 else "",
    }


def _inputs(result: Result, names: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"label": str(FACTS[name].label), "value": in_words(name, value, names)}
        for name, value in result.claim.facts.items()
    ]


def in_words(name: str, value: Any, names: Mapping[str, str]) -> str:
    """A stated fact as people read it."""
    fact = FACTS[name]
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return share(value) if fact.kind is FactKind.RATE else f"{plain(value)} {fact.unit}"
    return str(dict(fact.choices).get(value) or names.get(value, value))
