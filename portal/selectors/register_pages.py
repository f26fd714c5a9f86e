"""Pages of the register that cost the same however long it is (decision 0022, docs/benchmarks.md).

Without words, a page is walked out of an index in its own order. With words, up to a thousand entities are taken from the gram
index and sorted; if there are more, the words are so frequent that walking the list finds a page soon.
Counting stops at a thousand, and where the list is walked for words nothing is counted but what was seen.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import json
from dataclasses import dataclass
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, CharField, F, Func, Q, QuerySet, Value
from django.db.models.functions import StrIndex, Upper
from django.db.models.lookups import GreaterThan

from core import clock
from core.search import is_exact, pairs
from filings.models import Entity, RegisterPeriod
from portal.selectors.register import Query, names_then, periods

CAP = 1000  # counted no further, and pages have numbers as far as this
FREQUENT = 0.02  # a gram that more rows hold is not looked up: the list itself is the shorter way
MAX_MARK = 900


@dataclass(frozen=True)
class Mark:
    """The last line of a page: how many stand before the next one, and where it begins."""

    before: int
    key: str
    pk: int

    def __str__(self) -> str:
        text = json.dumps([self.before, self.key, self.pk], ensure_ascii=False, separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Self | None:
        """None for what is none of ours."""
        if not text or len(text) > MAX_MARK or not text.isascii():
            return None
        try:
            found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            before, key, pk = found
        except (ValueError, TypeError, binascii.Error, RecursionError):
            return None
        right = type(before) is int and type(pk) is int and isinstance(key, str) and "\0" not in key
        return cls(before, key[:240], pk) if right and 0 <= before < 1 << 31 and 0 <= pk < 1 << 63 else None


@dataclass(frozen=True)
class Page:
    """One page. `count`: how many there are, or (not `is_exact`) how many at least."""

    rows: list[Entity]
    start: int  # of the first row, from 1; 0 on an empty page
    number: int | None  # None beyond the numbered pages
    count: int
    is_exact: bool
    has_next: bool
    next_mark: str  # where the page after this one begins, empty on the last
    size: int

    @property
    def end(self) -> int:
        return self.start + len(self.rows) - 1 if self.rows else 0

    @property
    def is_first(self) -> bool:
        return self.start <= 1

    @property
    def is_capped(self) -> bool:
        """Whether there are more than are counted."""
        return not self.is_exact and self.count >= CAP

    @property
    def number_before(self) -> int | None:
        return self.number - 1 if self.number and self.number > 1 else None

    @property
    def number_after(self) -> int | None:
        """None where the next page has no number: on the last, and beyond the cap."""
        if self.number is None or not self.has_next or self.number >= CAP // self.size:
            return None
        return self.number + 1


@dataclass(frozen=True)
class Place:
    """Which page: by its number, or after a mark."""

    size: int
    number: int = 1
    mark: Mark | None = None

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size

    @property
    def last_number(self) -> int:
        """The last page that may be asked for by its number."""
        return CAP // self.size


def page_of(query: Query, on: datetime.date, place: Place) -> Page:
    """A page of the register as of a day: four queries at most, whatever the size of the register or the page."""
    rows = periods(query, on)
    exact_ids = _matching(query.text)
    if exact_ids is not None:
        rows = rows.filter(entity__in=exact_ids)
    elif query.text.strip():
        rows = rows.filter(_holds(query.text))
    keys = _keys(rows, place)
    more, keys = len(keys) > place.size, keys[: place.size]
    before = place.mark.before if place.mark else place.offset
    walked = exact_ids is None and bool(query.text.strip())
    count, is_exact = _counted(rows, before, len(keys), more, walked=walked)
    mark = str(Mark(before + len(keys), keys[-1][1], keys[-1][0])) if more else ""
    return Page(
        rows=_entities(keys, on),
        start=before + 1 if keys else 0,
        number=None if place.mark else place.number,
        count=count,
        is_exact=is_exact,
        has_next=more,
        next_mark=mark,
        size=place.size,
    )


def capped_count(query: Query, on: datetime.date) -> tuple[int, bool]:
    """(how many without text, True), or (the cap, False) where there are more."""
    found = _up_to_cap(periods(query, on))
    return min(found, CAP), found <= CAP


def _keys(rows: QuerySet[RegisterPeriod], place: Place) -> list[tuple[Any, ...]]:
    if place.mark:
        key, pk = place.mark.key, place.mark.pk
        rows = rows.filter(Q(name_key__gt=key) | Q(entity_id__gt=pk), name_key__gte=key)
    offset = 0 if place.mark else place.offset
    found = rows.values_list("entity_id", "name_key", "level", "status")
    return list(found[offset : offset + place.size + 1])


def _entities(keys: list[tuple[Any, ...]], on: datetime.date) -> list[Entity]:
    """The rows in order, with level, status and names of the day."""
    found = Entity.objects.select_related("lead", "district__parent").in_bulk([key[0] for key in keys])
    rows = []
    for pk, _key, level, status in keys:
        row: Any = found[pk]
        row.day_level, row.day_status = level, status
        rows.append(row)
    if rows and on < clock.today():
        names_then(rows, on)
    return rows


def _counted(
    rows: QuerySet[RegisterPeriod], before: int, seen: int, more: bool, *, walked: bool
) -> tuple[int, bool]:
    known = before + seen
    if not more and (seen or not before):
        return known, True
    if walked or known >= CAP:
        return known + more, False
    found = _up_to_cap(rows)
    return min(found, CAP), found <= CAP


def _up_to_cap(rows: QuerySet[RegisterPeriod]) -> int:
    return rows.order_by().values("entity_id")[: CAP + 1].count()


# --- words -----------------------------------------------------------------------------------


def _matching(text: str) -> list[int] | None:
    """The entities whose name, number or lead hold every word, where at most a thousand do; else None."""
    words = text.split()
    grams = sorted({gram for word in words for gram in pairs(word)})
    if not grams or _is_frequent(grams):
        return None
    rows = Entity.objects.filter(grams__contains=grams)
    for word in words:
        if not is_exact(word):
            rows = rows.filter(_in_words(word))
    found = list(rows.order_by().values_list("pk", flat=True)[: CAP + 1])
    return found if len(found) <= CAP else None


def _in_words(word: str) -> Q:
    return Q(name__icontains=word) | Q(code__icontains=word) | Q(lead__name__icontains=word)


def _holds(text: str) -> Q:
    """The same condition, asked row by row: written as a call, it keeps the gram index out of the plan."""
    words = text.split()
    grams = sorted({gram for word in words for gram in pairs(word)})
    array = ArrayField(CharField(max_length=2))
    call = Func(
        F("entity__grams"),
        Value(grams, output_field=array),
        function="arraycontains",
        output_field=BooleanField(),
    )
    found = Q(call)
    for word in words:
        if not is_exact(word):
            found &= _in_text(word)
    return found


def _in_text(word: str) -> Q:
    """As `_in_words`, in a form of which the planner expects many rows: else it would sort them all to show a page."""
    found = Q()
    for field in ("entity__name", "entity__code", "entity__lead__name"):
        found |= Q(GreaterThan(StrIndex(Upper(field), Upper(Value(word))), Value(0)))
    return found


def _is_frequent(grams: list[str]) -> bool:
    """Whether even the rarest gram is in so many rows that a page is soon full on the way down the list.

    By the database's own estimate; a gram it does not name is rare, and so is every gram of a short list.
    """
    table = Entity._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stats s JOIN pg_class c ON c.oid = %s::regclass,"
            " unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS e (gram, share)"
            " WHERE s.schemaname = 'public' AND s.tablename = %s AND s.attname = 'grams'"
            " AND c.reltuples > %s AND e.gram = ANY(%s) AND e.share >= %s",
            [table, table, CAP / FREQUENT, grams, FREQUENT],
        )
        return bool(cursor.fetchone()[0] == len(grams))
