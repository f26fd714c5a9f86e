"""`law_on(date, place)`: the law as a frozen mapping, cached per process until something is published."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import date

from policy.book import (
    Citation,
    Figure,
    ItemInForce,
    Law,
    ListInForce,
    ReadingInForce,
    choose,
    covers,
    in_force,
)
from policy.selectors.law import Library, read_library, revision

__all__ = ["Citation", "Figure", "ItemInForce", "Law", "ListInForce", "ReadingInForce", "cite", "law_on"]

KEPT = 256  # laws kept per process: periods in which nothing changes, each in one place
KEPT_DAYS = 4096

_lock = threading.Lock()
_library: tuple[str, Library] | None = None
_laws: OrderedDict[tuple[str, date, str], Law] = OrderedDict()
_days: dict[tuple[str, date, str], Law] = {}  # the same under each day that was asked for


def _current() -> tuple[str, Library]:
    """The library under the present revision; one query when nothing has changed."""
    global _library
    token, number = revision()
    held = _library
    if held is None or held[0] != token:
        held = (token, read_library(number))
        with _lock:
            _library = held
            _laws.clear()
            _days.clear()
    return held


def law_on(on: date, place: str) -> Law:
    """The law in force on a date (that of the facts, never today's by default) in a district, city or province.

    Costs one small query per request when nothing has been published since the last call in this process.
    """
    token, _number = revision()
    found = _days.get((token, on, place))
    return _on(on, place) if found is None else found


def _on(on: date, place: str) -> Law:
    token, library = _current()
    since = library.since(on)
    key = (token, since, place)
    law = _laws.get(key)
    if law is None:
        law = build(library, since, place)
    dated = law.dated(on)
    with _lock:
        _laws[key] = law
        if len(_laws) > KEPT or len(_days) >= KEPT_DAYS:
            _days.clear()
        while len(_laws) > KEPT:
            _laws.popitem(last=False)
        _days[token, on, place] = dated
    return dated


def build(library: Library, on: date, place: str) -> Law:
    """Choose what is in force out of everything the library holds. Pure."""
    live = {
        key
        for key, document in library.documents.items()
        if covers(document.place, place) and in_force(document.valid_from, document.valid_until, on)
    }
    items = {}
    for key, item in library.items.items():
        citations = tuple(citation for citation in item.citations if citation.document in live)
        if citations or not item.citations:
            items[key] = ItemInForce(item.key, item.section, item.label, item.data, citations)
    chosen = choose(library.readings, library.documents, on, place)
    readings = chosen | {reading.key: reading for reading in chosen.values()}
    return Law(
        on=on,
        place=place,
        revision=library.revision,
        figures=choose(library.figures, library.documents, on, place),
        readings=readings,
        lists=choose(library.lists, library.documents, on, place),
        items=items,
    )


def cite(item_key: str) -> str:
    """The printed clause of any catalogue id, whatever the day and place; empty when it rests on none."""
    _token, library = _current()
    found = library.items.get(item_key) or library.items.get(item_key.partition(".")[0])
    return found.citations[0].text if found and found.citations else ""
