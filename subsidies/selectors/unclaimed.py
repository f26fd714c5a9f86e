"""应享未享: which units of a place fit a measure with a figure and have not claimed it. For officers. No writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import OrganisationState
from accounts.models import District, Organisation
from accounts.selectors import places_within
from core.xlsx import Column
from filings.enums import EntityState
from filings.models import Entity
from policy.book import covers
from subsidies.enums import Kind, Status
from subsidies.holdings import Held
from subsidies.matching import Match
from subsidies.needs import kinds_of
from subsidies.selectors.finding import Rules, is_claim_free
from subsidies.selectors.holdings import held_by
from subsidies.terms import Terms

COMPUTED = (Kind.FIXED, Kind.CAPPED, Kind.CAPPED_RATE, Kind.PER_UNIT, Kind.MATCH)
MOST = 2000  # units looked at in one answer; a city has fewer with something to claim
COLUMNS = (
    Column("unit", gettext_lazy("单位"), width=36),
    Column("code", gettext_lazy("统一社会信用代码"), width=22),
    Column("district", gettext_lazy("注册地"), width=18),
    Column("measure", gettext_lazy("支持措施"), width=36),
    Column("subject", gettext_lazy("登记主体"), width=36),
    Column("document", gettext_lazy("批复文号"), width=24),
    Column("amount", gettext_lazy("预计金额（元）"), "decimal", 16),
    Column("deadline", gettext_lazy("申领期限"), "date", 12),
    Column("free", gettext_lazy("免申即享"), width=10),
    Column("clause", gettext_lazy("依据"), width=30),
)


@dataclass(frozen=True)
class Query:
    """What an officer asked for; empty fields do not narrow."""

    text: str = ""
    measure: str = ""
    district: str = ""
    free: bool = False


@dataclass(frozen=True)
class Row:
    """One unit and one measure it could claim today."""

    held: Held
    match: Match

    @property
    def is_free(self) -> bool:
        """Whether the portal offers it without an application."""
        return is_claim_free(self.match)


def measures_with_figures(rules: Rules, place: str) -> dict[str, Terms]:
    """Measures of a place whose amount data can say, in the order of the catalogue."""
    found = {}
    for key, one in rules.known.items():
        here = one.reaches(place)
        terms = rules.terms(key, place if here else one.place) if here or covers(place, one.place) else None
        if terms is not None and terms.kind in COMPUTED and terms.data.get("event"):
            found[key] = terms
    return found


def units_of(jurisdiction: District, rules: Rules, query: Query) -> QuerySet[Organisation]:
    """Approved units of the place that lead something a measure with a figure is for, by name."""
    kinds: set[str] = set()
    for terms in measures_with_figures(rules, jurisdiction.code).values():
        kinds |= kinds_of(terms)
    leads = Entity.objects.filter(lead=OuterRef("pk"), standing=EntityState.REGISTERED, kind__in=kinds)
    rows = Organisation.objects.filter(
        Exists(leads), state=OrganisationState.APPROVED, district__in=places_within(jurisdiction)
    )
    if query.district:
        rows = rows.filter(district__code=query.district)
    for word in query.text.split():
        rows = rows.filter(Q(name__icontains=word) | Q(credit_code=word.upper()))
    return rows.select_related("district").order_by("sort_key", "pk")


def beyond(jurisdiction: District, rules: Rules, query: Query) -> int:
    """How many units are not looked at because there are too many."""
    return max(0, units_of(jurisdiction, rules, query).count() - MOST)


def rows(jurisdiction: District, rules: Rules, query: Query) -> list[Row]:
    """What is due and not claimed, by unit; the same number of queries for one unit as for many."""
    units = list(units_of(jurisdiction, rules, query)[:MOST])
    keys = list(measures_with_figures(rules, jurisdiction.code))
    found = (Row(held, one) for held in held_by(units, rules.on) for one in rules.match(held, keys).matches)
    return [row for row in found if _wanted(row, query)]


def _wanted(row: Row, query: Query) -> bool:
    """An amount that pays, of what can be claimed."""
    match = row.match
    if not match.is_claimed or not match.amount or match.status not in (Status.COMPUTED, Status.PROPOSED):
        return False
    return (not query.measure or match.measure == query.measure) and (not query.free or row.is_free)


def values(found: list[Row], places: dict[str, str]) -> Iterator[list[Any]]:
    """The rows of an export, in the order of `COLUMNS`."""
    for row in found:
        match = row.match
        yield [
            row.held.name,
            row.held.code,
            places.get(row.held.place, row.held.place),
            match.terms.label,
            match.subject.name if match.subject else "",
            match.step.document_number if match.step else "",
            match.amount,
            match.deadline,
            _("是") if row.is_free else _("否"),
            match.terms.law.cite(match.measure),
        ]
