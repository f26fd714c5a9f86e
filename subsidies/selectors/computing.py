"""A claim computed against what was decided before it, and what is kept of that: `asked` and `result`.

`asked` is all that the amount follows from, in JSON: the claim as a quote takes it, the law it was read under, the
earlier awards with theirs. `computed(asked)` gives `result` from it, with no look at the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import Problem
from policy.book import Law
from subsidies.calculators.outcome import ZERO, Line
from subsidies.conditions import assumptions
from subsidies.entitlement import Due, Limit, due, ties
from subsidies.enums import Kind, Status, Topic, Unit
from subsidies.facts import read
from subsidies.frozen import frozen, thawed
from subsidies.selectors.measures import Known
from subsidies.selectors.payload import Claim
from subsidies.selectors.quotes import Result, entry_of, refusals
from subsidies.stacking import Entry, overlap_key
from subsidies.terms import Terms, money, terms_of

LawOn = Callable[[date, str], Law]
#: Kinds for which two officers record what was decided, an amount or support without one.
RECORDED = (Kind.NEGOTIATED, Kind.DISCRETIONARY)


@dataclass(frozen=True)
class Evaluated:
    """What came out: the answer to keep, what the claim is paid, what it takes from which limits, what speaks against it."""

    result: dict[str, Any]
    amount: Decimal
    limits: tuple[Limit, ...] = ()
    tied: frozenset[str] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    whole: Result | None = None


def kept(claim: Claim, on: date) -> dict[str, Any]:
    """One claim as it is kept: the payload of a quote, with the law it was read under."""
    return {
        "date": on.isoformat(),
        "ref": claim.ref,
        "measure": claim.measure.key,
        "organisation": claim.organisation,
        "district": claim.district,
        "entity": claim.entity,
        "facts": {name: _text(value) for name, value in claim.facts.items()},
        "here": claim.is_here,
        "law": frozen(claim.terms),
    }


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return (
        value.isoformat()
        if isinstance(value, date)
        else f"{value:f}"
        if isinstance(value, Decimal)
        else value
    )


def revived(row: Mapping[str, Any], law_on: LawOn | None = None) -> tuple[Claim, date]:
    """The claim again, under the law kept with it or another one. KeyError where it is not law there."""
    on, held = date.fromisoformat(row["date"]), row["law"]
    law = thawed(held) if law_on is None else law_on(on, held["place"])
    terms = terms_of(row["measure"], law, date.fromisoformat(held["effective"]))
    facts = {name: read(name, value) for name, value in row["facts"].items()}
    place = held["place"] if row["here"] else ""
    measure = Known(
        row["measure"], terms.label, Topic(terms.data["topic"]), place, "", "", terms.effective, None, 0
    )
    claim = Claim(row["ref"], measure, terms, facts, row["organisation"], row["district"], row["entity"])
    return claim, on


def computed(asked: Mapping[str, Any], law_on: LawOn | None = None) -> Evaluated:
    """`result` of `asked`: byte for byte the same under the law kept, another amount under another law."""
    with translation.override(settings.LANGUAGE_CODE):  # kept words do not depend on who looks
        return _computed(asked, law_on)


def _computed(asked: Mapping[str, Any], law_on: LawOn | None) -> Evaluated:
    claim, on = revived(asked["claim"], law_on)
    if not asked["claim"]["here"]:
        raise ValueError("a claim that the document does not reach is never kept")
    errors = refusals(claim, on)
    own = entry_of(claim, on, errors)
    recorded = asked.get("recorded")
    if recorded is not None and claim.terms.kind in RECORDED:
        own.outcome = own.outcome.plus(_recorded(claim.terms, Decimal(recorded)))
    found = due(own, [_earlier(row, own, law_on) for row in asked["earlier"]])
    whole = Result(
        claim,
        found.outcome,
        assumptions(claim.terms, claim.facts, placed=bool(claim.district)),
        own.excluded_by,
        errors,
    )
    result = whole.as_dict() | {
        "date": asked["claim"]["date"],
        "tied": sorted(found.tied),
        "before": f"{found.before:.2f}",
    }
    return Evaluated(result, found.outcome.pays, _limits(asked, found), found.tied, errors, whole)


def _recorded(terms: Terms, amount: Decimal) -> Line:
    said = _("主管部门研究确定 %(amount)s，拟定和审定两人登记") % {"amount": money(amount)}
    return Line("recorded", said, amount, terms.clause())


def _earlier(row: Mapping[str, Any], own: Entry, law_on: LawOn | None) -> tuple[Entry, Decimal]:
    """An earlier award as an entry. What was given for the same platform counts as the claimant's, whoever got it."""
    claim, on = revived(row["claim"], law_on)
    entry = entry_of(claim, on, [])
    if own.entity and entry.entity == own.entity:
        entry.organisation = own.organisation
    return entry, Decimal(row["paid"])


def _limits(asked: Mapping[str, Any], found: Due) -> tuple[Limit, ...]:
    """Those of the amount; square metres are supported once, and so is a payment of the province for who got it."""
    claim, once = asked["claim"], []
    if space := asked.get("space"):
        once.append(f"space|{space}")
    if payment := asked.get("payment"):
        whose = (claim["organisation"], claim["entity"])
        once += [f"payment|{claim['measure']}|{one}|{payment}" for one in whose if one]
    clause = _cited(claim) if once else ""
    return (*found.limits, *(Limit(key, Decimal("1.00"), clause, Unit.TIMES) for key in once))


def _cited(claim: Mapping[str, Any]) -> str:
    """The clause of the measure, as it was kept."""
    rows = [item["citations"] for item in claim["law"]["items"] if item["key"] == claim["measure"]]
    cited = next((one for citations in rows for one in citations), None)
    return f"{cited['name']} {cited['ref']}" if cited else ""


def related(own: Entry, other: Entry) -> bool:
    """Whether an earlier award may matter: it limits the claim, or a reader has to be told of it."""
    mine = set(ties(own)) | {("note", overlap_key(own))}
    return not mine.isdisjoint(set(ties(other)) | {("note", overlap_key(other))})


def pays(result: Mapping[str, Any]) -> Decimal:
    """Yuan of a kept result."""
    if result["status"] == Status.REFUSED or result["amount"] is None:
        return ZERO
    return Decimal(result["amount"])
