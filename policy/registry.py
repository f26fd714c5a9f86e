"""Doors through which higher apps tell the library what a clause feeds, which open cases a change touches, and what
of theirs is loaded together with the law.

Filled in `AppConfig.ready()` of those apps; the library never imports them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

if TYPE_CHECKING:
    from core.actor import Actor
    from policy.models import Change


@dataclass(frozen=True)
class Feed:
    """Something a clause feeds in another app: a condition of a programme, a section of a form."""

    item: str
    label: str | Promise
    detail: str | Promise = ""
    url: str = ""


@dataclass(frozen=True)
class Affected:
    """Open cases of one kind that a change touches; a few of them by name."""

    kind: str | Promise
    count: int
    examples: tuple[tuple[str, str], ...] = ()  # (label, url)

    def as_dict(self) -> dict[str, Any]:
        """The shape stored with a published change."""
        return {
            "kind": str(self.kind),
            "count": self.count,
            "examples": [{"label": label, "url": url} for label, url in self.examples],
        }


#: fn(item keys) → what they feed there
FeedFn = Callable[[frozenset[str]], Iterable[Feed]]
#: fn(change) → the open cases it touches, None if none
AffectedFn = Callable[["Change"], Affected | None]

#: fn(directory of the fixtures, actor) → rows written; raises `FixtureError` with every breach
LoaderFn = Callable[[Path, "Actor"], int]

_feeds: dict[str, tuple[str | Promise, FeedFn]] = {}
_affected: dict[str, AffectedFn] = {}
_loaders: dict[str, tuple[str | Promise, LoaderFn]] = {}


def register_feed(kind: str, fn: FeedFn, *, label: str | Promise = "") -> None:
    """`kind` is a key of the caller's; `label` heads the group on the clause page. Registering again replaces."""
    _feeds[kind] = (label or kind, fn)


def register_affected(fn: AffectedFn, *, kind: str = "") -> None:
    """One function per app; named after its module unless `kind` is given. Registering again replaces."""
    _affected[kind or fn.__module__] = fn


def register_loader(kind: str, fn: LoaderFn, *, label: str | Promise) -> None:
    """What `load_policy` loads after the law, in the same transaction. Registering again replaces."""
    _loaders[kind] = (label, fn)


def loaders() -> list[tuple[str | Promise, LoaderFn]]:
    """What is loaded after the law, in the order of registration."""
    return list(_loaders.values())


def feeds(items: frozenset[str]) -> list[tuple[str | Promise, list[Feed]]]:
    """What the items feed in other apps, grouped."""
    found = [(label, list(fn(items))) for label, fn in _feeds.values()]
    return [(label, rows) for label, rows in found if rows]


def affected(change: Change) -> list[Affected]:
    """The open cases a change touches, app by app."""
    found = [fn(change) for fn in _affected.values()]
    return [row for row in found if row is not None and row.count]
