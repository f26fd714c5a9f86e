"""What is owed: each matter that can make somebody owe something by a date registers its source here.

A source is a pure question about one matter (`filing`, `entity`, `cancellation`, `problem`, `visit`): who owes
what now? `services.duties.sync` makes the table of duties follow its answer; a reminder asks again before it
is sent. Later programmes add sources of their own in `AppConfig.ready()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Owed:
    """One thing owed; `key` is unique within its matter. `person` is set where one person owes it.

    `first_person` took the first of two steps: the second is owed by a division head who is somebody else.
    """

    key: str
    kind: str
    title: str
    due_at: datetime
    organisation_id: int
    opens_on: date
    person_id: int | None = None
    first_person_id: int | None = None
    authority_id: int | None = None  # the bureau that looks after a unit's duty
    entity_id: int | None = None
    filing_id: int | None = None
    clause: str = ""
    legal: bool = False  # a legal clock: told at once, not in the daily digest


Source = Callable[[int], list[Owed]]
Living = Callable[[], Iterable[int]]
_sources: dict[str, Source] = {}
_living: dict[str, Living] = {}
_pages: dict[str, str] = {}


def register(name: str, source: Source, living: Living | None = None, page: str = "") -> None:
    """`source(pk)` says what is owed in the matter `name:pk`; an unknown pk owes nothing.

    `living()` gives the numbers of the matters in which time alone can make somebody owe something: they are
    looked at every night, together with those that have an open duty. `page` names the route of the matter's own
    page, which takes its number.
    """
    _sources[name] = source
    if page:
        _pages[name] = page
    if living is not None:
        _living[name] = living


def sources() -> list[str]:
    """The names of all matters."""
    return sorted(_sources)


def page_of(name: str) -> str:
    """The route of a matter's own page; empty where it has none."""
    return _pages.get(name, "")


def living(name: str) -> set[int]:
    """Numbers of the matters of a name that are looked at every night."""
    return set(_living[name]()) if name in _living else set()


def scope_of(matter: Any) -> str:
    """The scope of a model instance, e.g. `filing:12`."""
    return f"{matter._meta.model_name}:{matter.pk}"


def owed_in(scope: str) -> list[Owed]:
    """What is owed in a matter now; nothing for a matter without a source."""
    name, _colon, number = scope.partition(":")
    source = _sources.get(name)
    return source(int(number)) if source is not None else []
