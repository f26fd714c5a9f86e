"""Feeds: figures that the portal holds already, by a key that an indicator of a scheme names.

Apps below know nothing of evaluations: what is read of them is registered here, in `AppConfig.ready()` of this app.
A feed reads many entities at once, so that a round of thousands costs the queries of one.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from filings.models import Entity


@dataclass(frozen=True)
class Fact:
    """One figure in the unit of the indicator, what was to be reached where there is a plan, and where it stands."""

    value: Decimal
    target: Decimal | None = None
    origin: str = ""


Read = Callable[[Sequence["Entity"], datetime.date, datetime.date], Mapping[int, Fact]]


@dataclass(frozen=True)
class Feed:
    """`read(entities, first_day, last_day)` answers by number of the entity; what it does not know it leaves out.

    `source` is register, statistics or annual_report; `kinds` the kinds of entity it can be asked for (none: all).
    """

    key: str
    label: Any
    unit: str
    source: str
    read: Read
    kinds: tuple[str, ...] = ()


_feeds: dict[str, Feed] = {}


def register(feed: Feed) -> None:
    """Called in `AppConfig.ready()`."""
    _feeds[feed.key] = feed


def known() -> Mapping[str, Feed]:
    """Every feed by its key."""
    return dict(sorted(_feeds.items()))


def read(
    key: str, entities: Sequence[Entity], first: datetime.date, last: datetime.date
) -> Mapping[int, Fact]:
    """What a feed knows of these entities in a period; nothing for an unknown key."""
    feed = _feeds.get(key)
    if feed is None:
        return {}
    asked = [one for one in entities if not feed.kinds or one.kind in feed.kinds]
    return feed.read(asked, first, last) if asked else {}
