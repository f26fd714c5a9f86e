"""The measures of the policies: which there are, and their terms on a day in a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from core.errors import NotVisible
from policy.book import covers
from policy.enums import Section
from policy.law import law_on
from policy.models import Item, ItemClause
from subsidies.enums import Topic
from subsidies.terms import Terms, terms_of


@dataclass(frozen=True)
class Known:
    """A measure of the catalogue, whatever the day: its document's place and first day, and its printed clause."""

    key: str
    label: str
    topic: Topic
    place: str
    document: str
    document_title: str
    valid_from: date
    valid_until: date | None
    order: int

    def reaches(self, place: str) -> bool:
        """Whether its document is law in a district."""
        return covers(self.place, place)

    def terms(self, on: date, place: str = "") -> Terms:
        """Its terms. KeyError where it is not in force on that day in that place (default: its own)."""
        return terms_of(self.key, law_on(on, place or self.place), self.valid_from)

    def terms_to_show(self, on: date) -> tuple[Terms, bool]:
        """Its terms on a day and True; those of its first day and False where it is not in force."""
        try:
            return self.terms(on), True
        except KeyError:
            return self.terms(self.valid_from), False


def known() -> dict[str, Known]:
    """Every measure by id, in the order of the catalogue; one query."""
    rows = (
        ItemClause.objects.filter(item__section=Section.SUBSIDY)
        .order_by("item__order", "order")
        .values_list(
            "item__key",
            "item__label",
            "item__data__topic",
            "clause__document__place__code",
            "clause__document__key",
            "clause__document__short_title",
            "clause__document__valid_from",
            "clause__document__valid_until",
            "item__order",
        )
    )
    found: dict[str, Known] = {}
    row: Any
    for row in rows:
        key, label, topic, *rest = row
        found.setdefault(key, Known(key, label, Topic(topic), *rest))
    return found


def one(key: str) -> Known:
    """A measure. Raises NotVisible."""
    found = known().get(key)
    if found is None:
        raise NotVisible
    return found


def in_force(on: date, place: str = "") -> dict[str, Terms]:
    """Terms of every measure in force on a day, in a place or each in its own."""
    found: dict[str, Terms] = {}
    for key, measure in known().items():
        try:
            found[key] = measure.terms(on, place)
        except KeyError:
            continue
    return found


def labels() -> Mapping[str, str]:
    """Labels of the conditions and entity types that terms name by id."""
    sections = (
        Section.ELIGIBILITY,
        Section.ENTITY_TYPE,
        Section.DEPARTMENT,
        Section.SUBSIDY,
        Section.SUBSIDY_RULE,
    )
    return dict(Item.objects.filter(section__in=sections).values_list("key", "label"))
