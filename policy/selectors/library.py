"""What the pages of the library show. Every page costs the same number of queries whatever it lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Prefetch, Q, QuerySet

from accounts.models import District
from core.errors import NotVisible
from policy import registry
from policy.enums import ChangeState, Section
from policy.models import (
    Change,
    Clause,
    Document,
    EditableList,
    EditableListVersion,
    Item,
    ItemClause,
    Parameter,
    ParameterValue,
    Reading,
    ReadingValue,
)

LIMIT = 30  # hits of one kind a search shows

_values = ParameterValue.objects.select_related("place", "clause__document").order_by(
    "place_id", "-valid_from"
)


def documents() -> QuerySet[Document]:
    """The documents with how many clauses and catalogue items each feeds."""
    return Document.objects.select_related("place").annotate(
        clause_count=Count("clauses", distinct=True),
        item_count=Count("clauses__citations__item", distinct=True),
    )


def document(key: str) -> Document:
    """One document. Raises NotVisible."""
    return _found(documents().filter(key=key))


def clauses_of(row: Document) -> QuerySet[Clause]:
    """The clauses in order, each with the number of items it feeds."""
    return row.clauses.annotate(item_count=Count("citations", distinct=True)).order_by("order")


def clause(document_key: str, ref: str) -> Clause:
    """One clause with its document. Raises NotVisible."""
    return _found(
        Clause.objects.select_related("document__place").filter(document__key=document_key, ref=ref)
    )


def neighbours(row: Clause) -> tuple[Clause | None, Clause | None]:
    """The clauses before and after."""
    around = {
        other.order: other
        for other in Clause.objects.filter(
            document_id=row.document_id, order__in=[row.order - 1, row.order + 1]
        ).select_related("document")
    }
    return around.get(row.order - 1), around.get(row.order + 1)


#: (parameter, short label, its dated values in words)
Figures = list[tuple[Parameter, str, list[dict[str, Any]]]]


@dataclass
class Fed:
    """One item a clause feeds: the sentences it rests on, its figures over time and its readings."""

    item: Item
    sentences: list[int]
    parameters: list[Parameter] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    figures: list[tuple[Parameter, list[dict[str, Any]]]] = field(
        default_factory=list
    )  # in words, by the view


@dataclass
class Feeds:
    """What a clause feeds, by section of the catalogue, and in other apps."""

    sections: list[tuple[Section, list[Fed]]]
    elsewhere: list[tuple[Any, list[registry.Feed]]]

    @property
    def total(self) -> int:
        return sum(len(rows) for _section, rows in self.sections)


def feeds(row: Clause) -> Feeds:
    """Everything that rests on a clause, in the order of the catalogue's sections."""
    citations = (
        ItemClause.objects.filter(clause=row)
        .select_related("item__target")
        .prefetch_related(Prefetch("item__parameters__values", queryset=_values), "item__readings")
        .order_by("item__order")
    )
    by_section: dict[str, list[Fed]] = defaultdict(list)
    for citation in citations:
        item = citation.item
        fed = Fed(item, citation.sentences, list(item.parameters.all()), list(item.readings.all()))
        by_section[item.section].append(fed)
    keys = frozenset(fed.item.key for rows in by_section.values() for fed in rows)
    sections = [(section, by_section[section]) for section in Section if by_section[section]]
    return Feeds(sections, registry.feeds(keys))


def item(key: str) -> Item:
    """One catalogue item with its clauses, figures, readings and children. Raises NotVisible."""
    citations = ItemClause.objects.select_related("clause__document").order_by("order")
    return _found(
        Item.objects.filter(key=key)
        .select_related("parent", "target__place", "target__document")
        .prefetch_related(
            Prefetch("citations", queryset=citations),
            Prefetch("parameters__values", queryset=_values),
            "readings",
            "children",
            "lists",
        )
    )


def related(row: Item) -> list[Item]:
    """Items that name this one as their entity, department or scheme."""
    if row.section not in (Section.ENTITY_TYPE, Section.DEPARTMENT):
        return []
    named = Q(data__entity=row.key) | Q(data__entity__contains=[row.key])
    if row.section == Section.DEPARTMENT:
        named = Q(data__departments__contains=[row.key]) | Q(data__owner=row.key) | Q(data__subject=row.key)
    return list(Item.objects.filter(named).exclude(section=Section.RESPONSIBILITY).order_by("order"))


def labels() -> dict[str, str]:
    """id → label of every item and place, so that stored ids can be shown as words."""
    names = dict(Item.objects.values_list("key", "label"))
    return names | dict(District.objects.values_list("code", "label"))


def parameters(group: str = "", query: str = "") -> QuerySet[Parameter]:
    """Parameters with their values, filtered by group and by words in key or label."""
    rows = Parameter.objects.prefetch_related(Prefetch("values", queryset=_values))
    if group:
        rows = rows.filter(group=group)
    return rows.filter(Q(key__icontains=query) | Q(label__icontains=query)) if query else rows


def parameter(key: str) -> Parameter:
    """One parameter. Raises NotVisible."""
    return _found(Parameter.objects.select_related("item").filter(key=key))


def groups() -> dict[str, int]:
    """Group of parameters → how many."""
    rows = Parameter.objects.values("group").annotate(n=Count("pk")).order_by("group")
    return {row["group"]: row["n"] for row in rows}


def readings(query: str = "") -> QuerySet[Reading]:
    """Readings with their values, filtered by words."""
    values = ReadingValue.objects.select_related("place").order_by("place_id", "-valid_from")
    rows = Reading.objects.prefetch_related(Prefetch("values", queryset=values))
    if query:
        rows = rows.filter(
            Q(label__icontains=query) | Q(issue__icontains=query) | Q(default_text__icontains=query)
        )
    return rows


def reading(key: str) -> Reading:
    """One reading with the items it is about. Raises NotVisible."""
    return _found(Reading.objects.prefetch_related("items").filter(key=key))


def lists() -> QuerySet[EditableList]:
    """Editable lists with their versions."""
    versions = EditableListVersion.objects.select_related("place").order_by("place_id", "-valid_from")
    return EditableList.objects.prefetch_related(Prefetch("versions", queryset=versions))


def editable_list(key: str) -> EditableList:
    """One list. Raises NotVisible."""
    return _found(EditableList.objects.select_related("item").filter(key=key))


def counts() -> dict[str, int]:
    """How many parameters, readings, lists and items there are."""
    return {
        "parameters": Parameter.objects.count(),
        "readings": Reading.objects.count(),
        "lists": EditableList.objects.count(),
        "items": Item.objects.count(),
    }


def document_changes(row: Document) -> QuerySet[Change]:
    """Published changes of a document's validity, latest first."""
    return Change.objects.filter(document=row, state=ChangeState.PUBLISHED).select_related(
        "proposed_by", "state_changed_by"
    )


T = TypeVar("T", ParameterValue, ReadingValue, EditableListVersion)


def current(values: Iterable[T], on: date) -> list[T]:
    """Of dated values the ones in force on a day, the widest place first."""
    return sorted((value for value in values if value.covers(on)), key=lambda value: value.place_id)


@dataclass
class Hits:
    """What a search found, at most `LIMIT` of each kind."""

    clauses: list[Clause]
    items: list[Item]
    parameters: list[Parameter]
    readings: list[Reading]

    @property
    def total(self) -> int:
        return len(self.clauses) + len(self.items) + len(self.parameters) + len(self.readings)


def search(query: str) -> Hits:
    """Clauses, items, parameters and readings that hold the words; every word must be found."""

    def match(*fields: str) -> Q:
        found = Q()
        for word in query.split():
            either = Q()
            for name in fields:
                either |= Q(**{f"{name}__icontains": word})
            found &= either
        return found

    return Hits(
        clauses=list(
            Clause.objects.select_related("document").filter(match("title", "summary", "ref"))[:LIMIT]
        ),
        items=list(
            Item.objects.filter(match("label", "key")).exclude(section=Section.RESPONSIBILITY)[:LIMIT]
        ),
        parameters=list(Parameter.objects.filter(match("label", "key"))[:LIMIT]),
        readings=list(Reading.objects.filter(match("label", "issue", "default_text", "setting"))[:LIMIT]),
    )


def _found(rows: QuerySet[Any]) -> Any:
    """The one row, or NotVisible."""
    row = rows.first()
    if row is None:
        raise NotVisible
    return row
