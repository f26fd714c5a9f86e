"""Menus without upward imports: each app registers its entries, the frame asks what this actor sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.functional import Promise

from core.actor import Actor


class Rule(Protocol):
    """The same predicates that guard the page behind the entry."""

    def __call__(self, actor: Actor, obj: Any, /) -> bool: ...


@dataclass(frozen=True)
class Entry:
    """One menu entry; ``count(actor)`` is the number beside it (``None`` shows none)."""

    label: str | Promise
    url_name: str
    rule: Rule
    icon: str = ""
    group: str | Promise = ""
    count: Callable[[Actor], int | None] | None = None
    order: int = 100

    def counted(self, actor: Actor) -> int | None:
        return None if self.count is None else self.count(actor)


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
