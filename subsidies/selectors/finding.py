"""政策找企业 for units, for officers over many units, and for everybody over public facts. No writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from accounts.models import Organisation
from subsidies.answers import held as answered
from subsidies.enums import Status
from subsidies.holdings import Held
from subsidies.matching import UNIT_KINDS, Found, Match, Near, match
from subsidies.needs import kinds_of
from subsidies.selectors.holdings import held_by, public_holding
from subsidies.selectors.measures import Known, known, labels
from subsidies.terms import Terms

CLAIM_FREE = "procedure.claim_free"
__all__ = [
    "Found",
    "Match",
    "Near",
    "Rules",
    "find",
    "find_public",
    "is_claim_free",
    "platform_kinds",
]


class Rules:
    """Measures and names of one look, read once; terms by measure and place."""

    def __init__(self, on: date) -> None:
        self.on, self.known, self.names = on, known(), labels()
        self._terms: dict[tuple[str, str], Terms | None] = {}

    def terms(self, key: str, place: str) -> Terms | None:
        """The terms of a measure in a place; None where or when it is not law."""
        found = (key, place)
        if found not in self._terms:
            self._terms[found] = _terms(self.known[key], self.on, place)
        return self._terms[found]

    def match(self, held: Held, keys: Iterable[str] | None = None) -> Found:
        """Which measures fit what is held, of all or of some."""
        wanted = self.known if keys is None else keys
        return match(held, wanted, self.terms, self.on, self.names)


def _terms(one: Known, on: date, place: str) -> Terms | None:
    try:
        return one.terms(on, place) if one.reaches(place) else None
    except KeyError:
        return None


def find(unit: Organisation, on: date) -> Found:
    """What a unit can claim from what is held of it, and what it nearly can. A fixed number of queries."""
    return Rules(on).match(held_by([unit], on)[0])


def find_public(code: str, answers: Mapping[str, Any], rules: Rules) -> tuple[Held | None, Found | None]:
    """What the public register says of a credit code, with what was answered; None where neither says anything."""
    held = answered(answers, rules.on, public_holding(code, rules.on) if code else None)
    return held, None if held is None else rules.match(held)


def platform_kinds(rules: Rules) -> list[tuple[str, str]]:
    """The kinds of entity that measures are for, with their names, in the order of the measures."""
    found: dict[str, str] = {}
    for key, one in rules.known.items():
        terms = rules.terms(key, one.place)
        for kind in sorted(kinds_of(terms)) if terms else ():
            if kind not in UNIT_KINDS:
                found[kind] = rules.names.get(kind, kind)
    return list(found.items())


def is_claim_free(one: Match) -> bool:
    """免申即享: the bureau named the measure, its amount is fixed, and the register has the document of the approval."""
    named = one.terms.law.value(CLAIM_FREE, ())
    fixed = one.status is Status.COMPUTED and bool(one.amount)
    return fixed and one.measure in named and one.step is not None and one.step.is_documented
