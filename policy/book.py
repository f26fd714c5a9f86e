"""The law of a day and a place, as plain frozen data. No ORM, no clock: pure conditions read this.

`Law` is a mapping from parameter key to `Figure`. Which value of several is in force, and which
documents reach a place, is decided here, by dates and by the digits of GB/T 2260 codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any

from policy.enums import ValueKind

NATION = "000000"


@dataclass(frozen=True)
class Citation:
    """A clause as it is printed. `name` is the document's number, or its title where the number is unconfirmed."""

    document: str
    name: str
    ref: str
    sentences: tuple[int, ...] = ()
    clause_id: int | None = None

    @cached_property
    def text(self) -> str:
        """`淄政办字〔2020〕43号 四(三)2`, or `《标题》（据…报道）备案制度2`."""
        return f"{self.name}{self.ref}" if self.name[-1:] in "》）" else f"{self.name} {self.ref}"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Figure:
    """A value of the law with its clause, its period and where it comes from."""

    key: str
    label: str
    value: Any
    unit: str
    kind: str
    clause: Citation | None
    valid_from: date
    valid_until: date | None
    place: str
    provenance: str

    @property
    def is_proposed_default(self) -> bool:
        """Not in any document: shown as 建议值."""
        return self.provenance == "proposed_default"


@dataclass(frozen=True)
class ReadingInForce:
    """How an ambiguous clause is read: the machine value, and the sentence for people."""

    key: str
    setting: str
    label: str
    value: Any
    text: str
    valid_from: date
    place: str
    provenance: str


class ListInForce(tuple[Mapping[str, Any], ...]):
    """An editable list: a tuple of {id, label, …}, with `confirmed` and its period."""

    key: str
    label: str
    confirmed: bool
    valid_from: date

    @property
    def ids(self) -> frozenset[str]:
        """The ids of the entries."""
        return frozenset(entry["id"] for entry in self)

    def labels(self) -> dict[str, str]:
        """id → label."""
        return {entry["id"]: entry["label"] for entry in self}


@dataclass(frozen=True)
class ItemInForce:
    """A catalogue item whose document is in force here: label, data without figures, citations."""

    key: str
    section: str
    label: str
    data: Mapping[str, Any]
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Dated:
    """Period and place of a stored value, before it is chosen."""

    subject: str
    place: str
    valid_from: date
    valid_until: date | None
    document: str | None
    payload: Any = field(compare=False)


@dataclass(frozen=True)
class DocumentDates:
    """Where and when a document is law."""

    key: str
    place: str
    valid_from: date
    valid_until: date | None


@lru_cache(maxsize=4096)
def covers(jurisdiction: str, place: str) -> bool:
    """Whether law of a jurisdiction reaches a place: 370000 ⊇ 370200 ⊇ 370212 and the zone 3702GX."""
    if jurisdiction == NATION:
        return True
    stem = jurisdiction
    while len(stem) > 2 and stem.endswith("00"):
        stem = stem[:-2]
    return place == jurisdiction or place.startswith(stem)


def in_force(valid_from: date, valid_until: date | None, on: date) -> bool:
    """Both ends belong to the period."""
    return valid_from <= on and (valid_until is None or on <= valid_until)


def depth(place: str) -> int:
    """How narrow a jurisdiction is: nation 0, province 1, city 2, district 3."""
    if place == NATION:
        return 0
    if place.endswith("0000"):
        return 1
    return 2 if place.endswith("00") else 3


def choose(rows: list[Dated], documents: Mapping[str, DocumentDates], on: date, place: str) -> dict[str, Any]:
    """Of the values in force on a day, the one of the narrowest place that contains `place`, per subject."""
    chosen: dict[str, Dated] = {}
    for row in rows:
        if not in_force(row.valid_from, row.valid_until, on) or not covers(row.place, place):
            continue
        if row.document is not None:
            source = documents[row.document]
            if not in_force(source.valid_from, source.valid_until, on):
                continue
        best = chosen.get(row.subject)
        if best is None or depth(row.place) > depth(best.place):
            chosen[row.subject] = row
    return {key: row.payload for key, row in chosen.items()}


def typed(kind: str, value: Any) -> Any:
    """Stored JSON → Python: money, decimals and rates become Decimal, lists tuples, structures read-only."""
    if value is None:
        return None
    if kind in (ValueKind.MONEY, ValueKind.DECIMAL, ValueKind.RATE):
        return Decimal(str(value))
    return freeze(value)


def freeze(value: Any) -> Any:
    """Lists to tuples and dicts to read-only views, all the way down."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: freeze(inner) for key, inner in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(freeze(inner) for inner in value)
    return value


class Law(Mapping[str, Figure]):
    """The law in force on `on` in `place`: `law["fil_cons_validity"].value`, `.clause`."""

    __slots__ = ("_figures", "_items", "_lists", "_readings", "derived", "on", "place", "revision")

    def __init__(
        self,
        *,
        on: date,
        place: str,
        revision: int,
        figures: Mapping[str, Figure],
        readings: Mapping[str, ReadingInForce],
        lists: Mapping[str, ListInForce],
        items: Mapping[str, ItemInForce],
    ) -> None:
        self.on, self.place, self.revision = on, place, revision
        self._figures = MappingProxyType(dict(figures))
        self._readings = MappingProxyType(dict(readings))
        self._lists = MappingProxyType(dict(lists))
        self._items = MappingProxyType(dict(items))
        #: What others worked out from this law alone; it lives as long as the law does.
        self.derived: dict[Any, Any] = {}

    def dated(self, on: date) -> Law:
        """The same law under another day of the period in which nothing changes."""
        if on == self.on:
            return self
        same: Law | None = self.derived.get(on)
        if same is None:
            same = object.__new__(Law)
            for name in Law.__slots__:
                setattr(same, name, getattr(self, name))
            same.on = on
            self.derived[on] = same
        return same

    def replaced(self, place: str, figures: Mapping[str, Any], readings: Mapping[str, Any]) -> Law:
        """This law as if other values (typed, by parameter key and by setting) held in `place` and below it.

        As after a publication: what a narrower place says for itself stays, and a value that is not law here is not
        brought in.
        """
        if not covers(place, self.place):
            return self
        held = {key: self._figures[key] for key in figures if key in self._figures}
        read = {key: self._readings[key] for key in readings if key in self._readings}
        new = {
            key: replace(figure, value=figures[key])
            for key, figure in held.items()
            if depth(figure.place) <= depth(place)
        }
        said = {
            name: replace(row, value=readings[key])
            for key, row in read.items()
            if depth(row.place) <= depth(place)
            for name in (row.setting, row.key)
        }
        return Law(
            on=self.on,
            place=self.place,
            revision=self.revision,
            figures=self._figures | new,
            readings=self._readings | said,
            lists=self._lists,
            items=self._items,
        )

    def __getitem__(self, key: str) -> Figure:
        return self._figures[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def __repr__(self) -> str:
        return f"<Law {self.on} {self.place}: {len(self)} figures, revision {self.revision}>"

    def value(self, key: str, default: Any = None) -> Any:
        """The figure under `key`; the default only where no such figure is in force here."""
        found = self._figures.get(key)
        return default if found is None else found.value

    def reading(self, setting: str) -> Any:
        """The machine value of a reading, by setting name or `amb_*` id. KeyError if there is none in force."""
        return self._readings[setting].value

    def reading_of(self, setting: str) -> ReadingInForce:
        """The reading with its sentence, period and place."""
        return self._readings[setting]

    def readings(self) -> tuple[ReadingInForce, ...]:
        """Every reading in force, once each."""
        return tuple({row.key: row for row in self._readings.values()}.values())

    def list(self, key: str) -> ListInForce:
        """An editable list; its `confirmed` says whether the bureau vouches for it."""
        return self._lists[key]

    def item(self, key: str) -> ItemInForce:
        """A catalogue item of a document in force here. KeyError elsewhere."""
        return self._items[key]

    def applies(self, key: str) -> bool:
        """Whether an item rests on a clause that is law here and now."""
        return key in self._items

    def clause(self, key: str) -> Citation | None:
        """The clause a figure or an item rests on, first one first; None where it rests on no document."""
        if key in self._figures and self._figures[key].clause is not None:
            return self._figures[key].clause
        found = self._items.get(key.partition(".")[0])
        return found.citations[0] if found and found.citations else None

    def cite(self, key: str) -> str:
        """The printed clause of a figure or item, empty where it rests on no document."""
        found = self.clause(key)
        return found.text if found else ""

    def cite_all(self, key: str) -> str:
        """Every clause an item rests on, joined for print."""
        found = self._items.get(key.partition(".")[0])
        return "；".join(citation.text for citation in found.citations) if found else self.cite(key)
