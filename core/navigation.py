"""Menus without upward imports: each app registers its entries, the frame asks what this actor sees."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
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


# A menu of so few entries fits on a small screen: nothing of it is folded of its own accord.
SHORT = 12


@dataclass(frozen=True)
class Group:
    """Entries under one heading, as the frame shows them; those without a heading never fold."""

    label: str
    rows: list[Mapping[str, Any]]
    open: bool

    @property
    def key(self) -> str:
        """What the person's choice is remembered by: short and plain enough for a cookie."""
        return _key(self.label)

    @property
    def count(self) -> int:
        """What waits behind all of its entries together."""
        return sum(row.get("count") or 0 for row in self.rows)

    @property
    def current(self) -> bool:
        """The page that is looked at is one of it."""
        return any(row.get("current") for row in self.rows)


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


def _key(label: str) -> str:
    return f"{zlib.crc32(label.encode()):08x}"


def folded(rows: Sequence[Mapping[str, Any]], chosen: str = "") -> list[Group]:
    """Rows of a menu (``label url count current group``) under their headings, each open or folded.

    ``chosen`` is what the person opened (``1``) and folded (``0``), as the page remembers it:
    ``1<key>.0<key>``. The group of the current page is open whatever was chosen; without a choice so are
    groups in which work waits, and all of a short menu.
    """
    choices = {part[1:]: part[0] == "1" for part in chosen.split(".") if part}
    groups = []
    for label, found in groupby(rows, key=lambda row: str(row.get("group") or "")):
        group = Group(label, list(found), open=True)
        wanted = choices.get(group.key, len(rows) <= SHORT or group.count > 0)
        groups.append(replace(group, open=not label or group.current or wanted))
    return groups
