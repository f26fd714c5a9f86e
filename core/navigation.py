"""Menus without upward imports: each app registers its entries, the frame asks what this actor sees."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet
from django.utils.functional import Promise

from core import counts
from core.actor import Actor


class Rule(Protocol):
    """The same predicates that guard the page behind the entry."""

    def __call__(self, actor: Actor, obj: Any, /) -> bool: ...


@dataclass(frozen=True)
class Entry:
    """One menu entry; ``waiting(actor)`` are the rows whose number stands beside it (``None``: never a number)."""

    label: str | Promise
    url_name: str
    rule: Rule
    icon: str = ""
    group: str | Promise = ""
    waiting: Callable[[Actor], QuerySet[Any, Any] | None] | None = None
    order: int = 100


_entries: dict[tuple[str, str], Entry] = {}


def register(entry: Entry) -> None:
    """Called in ``AppConfig.ready``; registering the same page in the same group again replaces it."""
    _entries[(str(entry.url_name), repr(entry.group))] = entry


def entries() -> list[Entry]:
    """Every entry, in menu order; those of one group stand together, where the first of them belongs."""
    first: dict[str, int] = {}
    for entry in _entries.values():
        group = str(entry.group)
        first[group] = min(first.get(group, entry.order), entry.order)

    def place(entry: Entry) -> tuple[int, str, int]:
        group = str(entry.group)
        return (first[group] if group else entry.order, group, entry.order)

    return sorted(_entries.values(), key=place)


def entries_for(actor: Actor) -> list[Entry]:
    """The entries whose rule this actor passes, in menu order."""
    return [entry for entry in entries() if entry.rule(actor, None)]


def numbers(shown: Sequence[Entry], actor: Actor) -> list[int]:
    """What waits behind each entry, 0 where it never shows a number. One query for all of them."""
    asked = [entry.waiting(actor) if entry.waiting else None for entry in shown]
    found = iter(counts.together([rows for rows in asked if rows is not None]))
    return [0 if rows is None else next(found) for rows in asked]
