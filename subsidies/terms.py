"""A measure as the law of a day and a place states it: what calculators and conditions read. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, wraps
from typing import Any, TypeVar

from django.conf import settings

from core.money import FEN
from core.words import gettext as _
from core.words import remembered
from policy.book import Citation, Figure, Law, ReadingInForce
from policy.enums import ValueKind
from policy.values import money as in_words
from policy.values import show
from subsidies.enums import Kind, Need
from subsidies.facts import FACTS

#: What a claim states, read: Decimal, date, bool or word by fact name.
Facts = Mapping[str, Any]
Made = TypeVar("Made", bound=Callable[..., Any])
YUAN = Decimal(1)
UNITS = {"fen": FEN, "yuan": YUAN}
STACKED = "rule_stack_provincial"
COUNTIES = "rule_county_exception"
#: The figures without which a calculator has nothing to compute with.
NEEDS = {
    Kind.FIXED: "amount",
    Kind.CAPPED: "cap",
    Kind.CAPPED_RATE: "rate_cap",
    Kind.PER_UNIT: "unit_price",
    Kind.FLOOR: "floor",
}


@dataclass(frozen=True)
class Terms:
    """One measure under one law. `effective` is the day its document took effect."""

    key: str
    label: str
    kind: Kind
    data: Mapping[str, Any]
    law: Law
    effective: date

    @cached_property
    def made(self) -> dict[Any, Any]:
        """What was worked out from these terms alone, see `once`."""
        return {}

    @cached_property
    def _figures(self) -> dict[str, Figure]:
        """The measure's own figures in force, by name."""
        prefix = f"{self.key}."
        return {key.removeprefix(prefix): row for key, row in self.law.items() if key.startswith(prefix)}

    def has(self, name: str) -> bool:
        """Whether a figure of that name is in force."""
        return name in self._figures

    def figure(self, name: str) -> Decimal:
        """A figure of the measure. KeyError where it is not in force."""
        return Decimal(self._figures[name].value)

    def clause(self, name: str = "") -> Citation | None:
        """The clause of a figure, or of the measure itself."""
        figure = self._figures.get(name)
        return figure.clause if figure is not None and figure.clause is not None else self._clause

    @cached_property
    def _clause(self) -> Citation | None:
        return self.law.clause(self.key)

    def reading(self, key: str) -> Any:
        """The machine value of a reading, by setting or `amb_*`."""
        return self.law.reading(key)

    @cached_property
    def readings(self) -> tuple[ReadingInForce, ...]:
        """How each doubt about the measure is read, in the order of the catalogue."""
        return tuple(self.law.reading_of(key) for key in self.data.get("amb", ()))

    @cached_property
    def requires(self) -> tuple[str, ...]:
        """Ids of the conditions."""
        return tuple(self.data.get("requires", ()))

    @cached_property
    def unit(self) -> Decimal:
        """What amounts of this measure are rounded to."""
        return UNITS[self.data.get("round_to", "fen")]

    @cached_property
    def rate(self) -> tuple[str, Decimal]:
        """Name and value of the share a match pays."""
        name = "ratio" if self.has("ratio") else "rate"
        return name, self.figure(name)

    def rule_clause(self, key: str) -> Citation | None:
        """Of the clauses a rule rests on, the one this measure stands in, else the first."""
        own, found = self.clause(), self.law.item(key).citations
        same = (one for one in found if own and (one.document, one.ref) == (own.document, own.ref))
        return next(same, self.law.clause(key))

    @cached_property
    def stacked(self) -> bool:
        """Whether the measure comes on top of what the province paid, without deducting it."""
        return self.law.applies(STACKED) and self.key in self.law.item(STACKED).data["members"]

    @cached_property
    def exception(self) -> Mapping[str, Any] | None:
        """The exception that holds in this place, if one does."""
        for row in self.data.get("exceptions", ()):
            if self.law.place in row["jurisdictions"]:
                return row
        return None

    @cached_property
    def facts(self) -> dict[str, bool]:
        """Facts a claim takes here, each with whether it must be stated, in the order people expect."""
        needed = {Need.REQUIRED, Need.IN_EXCEPTION} if self.exception else {Need.REQUIRED}
        return {name: need in needed for name, need in self.needs.items()}

    @cached_property
    def needs(self) -> dict[str, str]:
        """The same with how each is needed; the database keeps no order of keys, `FACTS` does."""
        said = self.data.get("facts", {})
        return {name: said[name] for name in FACTS if name in said}


def once(make: Made) -> Made:
    """A function of terms, and of a few words that a claim may state, whose answer is kept with the terms.

    Neither a law nor its words change; with a second language they do, and nothing is kept (as in `core.words`).
    """
    if len(settings.LANGUAGES) > 1:
        return make

    @wraps(make)
    def kept(terms: Terms, *words: str | None) -> Any:
        key = (make, *words) if words else make
        answer = terms.made.get(key)
        if answer is None:
            answer = terms.made[key] = make(terms, *words)
        return answer

    return kept  # type: ignore[return-value]


def terms_of(key: str, law: Law, effective: date) -> Terms:
    """The terms of a measure. KeyError where its document is not in force on that day in that place."""
    found = law.derived.get((Terms, key))
    if found is None or found.effective != effective:
        item = law.item(key)
        found = Terms(key, item.label, _kind(key, item.data, law), item.data, law, effective)
        law.derived[Terms, key] = found
    return found


def _kind(key: str, data: Mapping[str, Any], law: Law) -> Kind:
    """How the amount comes about here: a reading may say that a ceiling is an amount; without its figure, nobody computes."""
    if data["status"] == Kind.REFERENCE:
        return Kind.TAX if data["type"] == Kind.TAX else Kind.REFERENCE
    kind = Kind(data["type"])
    needed = NEEDS.get(kind)
    if needed is not None and f"{key}.{needed}" not in law:
        return Kind.DISCRETIONARY
    if kind is Kind.MATCH and f"{key}.ratio" not in law and f"{key}.rate" not in law:
        return Kind.DISCRETIONARY
    only = data.get("ceiling_only_if")
    if only and law.reading(only["setting"]) != only["value"]:
        return Kind.FIXED
    return kind


def money(amount: Decimal) -> str:
    """`200万元`, `300,025元`: an amount in running text."""
    return in_words(amount, _("元"))


@remembered
def share(rate: Decimal) -> str:
    """`30%`."""
    return show(ValueKind.RATE, rate)


def plain(number: Decimal) -> str:
    """A number without needless zeros and without separators."""
    text = str(number)
    if "E" in text:
        text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
