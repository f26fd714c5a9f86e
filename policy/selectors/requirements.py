"""What the policies say of a kind of entity: who is responsible, what they oblige to, which mechanisms they name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from policy.enums import Section
from policy.law import cite
from policy.models import Item, ItemClause

SHOWN = (Section.FILING_RULE, Section.OBLIGATION, Section.MECHANISM)


@dataclass(frozen=True)
class Requirement:
    """One item of the library with the clause it rests on."""

    key: str
    label: str
    clause: str


@dataclass(frozen=True)
class Group:
    """The requirements of one section of the library."""

    label: str
    items: tuple[Requirement, ...]


def _of_kind(kind: str, *, platforms: bool) -> Q:
    named = Q(data__entity=kind) | Q(data__applies_to__contains=[kind])
    return named | Q(data__applies_to_all_platforms=True) if platforms else named


def requirements(kind: str, *, platforms: bool = False) -> list[Group]:
    """Rules, obligations and mechanisms that name a kind of entity, principles of the clauses it rests on.

    `platforms`: also what is said of every platform.
    """
    clauses = ItemClause.objects.filter(item__key=kind).values("clause_id")
    named = Q(_of_kind(kind, platforms=platforms), section__in=SHOWN)
    beside = Q(section=Section.PROVISION, citations__clause__in=clauses)
    rows = Item.objects.filter(named | beside).order_by("order").distinct()
    found: dict[str, list[Requirement]] = {}
    for row in rows:
        found.setdefault(row.section, []).append(Requirement(row.key, row.label, cite(row.key)))
    order = (*SHOWN, Section.PROVISION)
    return [Group(str(section.label), tuple(found[section])) for section in order if section in found]


def responsible(kind: str) -> list[dict[str, Any]]:
    """责任单位 of the clauses a kind of entity rests on: [{"label", "clause", "key"}], each once.

    A clause ends with the line of those responsible for it; a kind is named in the sentences before.
    """
    clauses = ItemClause.objects.filter(item__key=kind).values("clause_id")
    rows = Item.objects.filter(section=Section.RESPONSIBILITY, citations__clause__in=clauses)
    return [
        {"key": row.key, "label": row.label.partition("：")[2] or row.label, "clause": cite(row.key)}
        for row in rows.order_by("order").distinct()
    ]
