"""政策找企业 in words: matches with their facts, sources and lines, near misses with the one condition they lack."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from subsidies.enums import Status
from subsidies.facts import FACTS
from subsidies.matching import Found, Match, Near
from subsidies.needs import FactFrom, in_words
from subsidies.presentation.sheet import TONES
from subsidies.presentation.words import address, rule
from subsidies.terms import Terms, money

IN_BLOCK = 3  # matches with a figure, on a home page
NEAR_IN_BLOCK = 2


def shown(found: Found, on: date, names: Mapping[str, str], *, own: bool) -> dict[str, Any]:
    """`figures` and `promises` are the matches with and without an amount, `near` what lacks one condition.

    `own`: the entities' inner pages are linked, not the public ones.
    """
    rows = [match(one, on, names, own=own) for one in found.matches]
    return {
        "figures": [row for row in rows if row["has_figure"]],
        "promises": _together([row for row in rows if not row["has_figure"]]),
        "near": [near(one, names, own=own) for one in found.near],
        "on": on,
    }


def match(one: Match, on: date, names: Mapping[str, str], *, own: bool) -> dict[str, Any]:
    """One match."""
    return _about(one.terms, one.subject, own=own) | {
        "amount": one.amount,
        "amount_words": amount(one),
        "has_figure": one.amount is not None,
        "is_claimed": one.is_claimed,
        "tone": TONES[one.status],
        "word": one.status.label,
        "excluded_by": one.excluded_by,
        "deadline": one.deadline,
        "facts": [fact(row, names) for row in one.facts],
        "assumed": [{"label": names.get(key, key), "clause": one.terms.law.cite(key)} for key in one.assumed],
        "lines": [
            {
                "label": line.label,
                "amount": line.amount,
                "clause": line.clause.text if line.clause else "",
                "url": address(line.clause),
                "kind": "cut" if line.amount is not None and line.amount < 0 else "",
            }
            for line in one.outcome.lines
        ],
        "sheet_url": calculator(one.terms, one.facts, on),
    }


def near(one: Near, names: Mapping[str, str], *, own: bool) -> dict[str, Any]:
    """One near miss: `said` is what is missing, `remedy` what would meet it."""
    lack = one.lack
    return _about(one.terms, one.subject, own=own) | {
        "rule": rule(one.terms),
        "lack": lack.kind.value,
        "condition": lack.key,
        "condition_label": names.get(lack.key, one.terms.label),
        "said": lack.said,
        "remedy": lack.remedy,
        "lack_clause": lack.clause.text if lack.clause else "",
        "lack_url": address(lack.clause),
    }


def amount(one: Match) -> str:
    """The estimate as people read it: an amount, a ceiling that nobody has set, or who decides."""
    if one.status == Status.EXCLUDED:
        return _("不重复享受")
    if one.amount is None:
        if one.outcome.lower_bound is not None:
            return _("不低于 %(least)s") % {"least": money(one.outcome.lower_bound)}
        return str(Status.MANUAL.label) if one.is_claimed else str(one.terms.kind.label)
    if one.status == Status.PROPOSED and one.amount == one.outcome.upper_bound:
        return _("最高 %(most)s") % {"most": money(one.amount)}
    return money(one.amount)


def fact(row: FactFrom, names: Mapping[str, str]) -> dict[str, str]:
    """Label, value and source of a fact."""
    return {"label": str(FACTS[row.name].label), "value": in_words(row, names), "source": row.source}


def calculator(terms: Terms, facts: Iterable[FactFrom], on: date) -> str:
    """The calculator with everything filled in."""
    pairs = [("m", terms.key), ("date", on.isoformat()), ("district", _district(terms.law.place))]
    pairs += [(f"{terms.key}-{row.name}", _plain(row.value)) for row in facts]
    return f"{reverse('subsidies:calculator')}?{urlencode([*pairs, ('go', '1')])}"


def _district(place: str) -> str:
    """A city or province is no district one can choose."""
    return "" if place.endswith("00") else place


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _about(terms: Terms, subject: Any, *, own: bool) -> dict[str, Any]:
    clause = terms.clause()
    return {
        "measure": terms.key,
        "label": terms.label,
        "url": reverse("subsidies:measure", args=[terms.key]),
        "clause": clause.text if clause else "",
        "clause_url": address(clause),
        "subject": subject.name if subject else "",
        "subject_code": subject.code if subject else "",
        "subject_url": _entity(subject, own=own),
    }


def _entity(subject: Any, *, own: bool) -> str:
    if subject is None or subject.entity_id is None:
        return ""
    return reverse("filings:entity" if own else "portal:entity", args=[subject.code])


def _together(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Promises of one measure for several matters as one line."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        first = found.setdefault(row["measure"], row | {"subjects": []})
        if row["subject"]:
            first["subjects"].append({"name": row["subject"], "url": row["subject_url"]})
    return list(found.values())


def claims(told: dict[str, Any], offers: Iterable[Any]) -> dict[str, Any]:
    """The same with where each match is claimed: an offer is only agreed to, anything else is applied for.

    `offers` as of `selectors.offers.offered`, declined ones included.
    """
    free = {(one.measure, one.code): one for one in offers}
    for row in told["figures"]:
        offer = free.get((row["measure"], row["subject_code"]))
        row["offer"], row["declined"] = offer is not None, bool(offer and offer.declined)
        if offer is not None:
            row["claim"] = reverse("subsidies:offer", args=[offer.code, offer.measure])
        elif row["is_claimed"] and row["amount"]:
            row["claim"] = f"{reverse('subsidies:claim_begin', args=[row['measure']])}?{_entity_of(row)}"
    return told


def _entity_of(row: Mapping[str, Any]) -> str:
    return urlencode({"entity": row["subject_code"]} if row["subject_code"] else {})


def block(found: Found, on: date, names: Mapping[str, str], offers: Iterable[Any]) -> dict[str, Any] | None:
    """What a home page shows: the best matches with a figure, the next near misses, and how many there are."""
    told = claims(shown(found, on, names, own=True), offers)
    if not (told["figures"] or told["near"] or told["promises"]):
        return None
    live = [row for row in told["figures"] if row["amount"]]
    return {
        "figures": live[:IN_BLOCK],
        "near": told["near"][:NEAR_IN_BLOCK],
        "match_count": len(live) + len(told["promises"]),
        "near_count": len(told["near"]),
    }
