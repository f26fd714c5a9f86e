"""`load_policy`: bring the library to what the fixtures say. A second run changes nothing.

Figures that people published stay: the loader adds dated values that are missing and corrects those it
brought itself, and never touches one that came from a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pgtrigger
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from policy import registry
from policy.enums import Provenance, Section
from policy.models import (
    Clause,
    Document,
    EditableList,
    EditableListVersion,
    Item,
    ItemClause,
    Parameter,
    ParameterValue,
    Reading,
    ReadingValue,
    Target,
)
from policy.services import places, revision
from policy.services.checks import problems
from policy.services.fixtures import FixtureError, Fixtures, ItemRow, Row, parse, read
from policy.services.sync import sync

DOCUMENT_EXTRAS = ("addressees", "copied_to", "goal_years", "based_on", "drafted_by", "clauses_from_report")
# Readings and lists of no single document hold province-wide from the day of the oldest document.
EVERYWHERE, SINCE = "370000", "2015-01-01"


@dataclass
class Report:
    """How many rows of what were written."""

    written: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.written.values())

    def __str__(self) -> str:
        return "，".join(f"{name} {count}" for name, count in self.written.items() if count) or _("没有变化")


def load(*, directory: Path, actor: Actor) -> Report:
    """Check the fixtures under `directory`, then write what differs, all or nothing.

    Raises `FixtureError` with every breach when the fixtures are not sound.
    """
    fixtures = read(directory)
    found = problems(fixtures)
    if found:
        raise FixtureError(found)
    report = Report()
    steps: tuple[tuple[str, Callable[[Fixtures], int]], ...] = (
        (_("文件"), _documents),
        (_("条款"), _clauses),
        (_("条目"), _items),
        (_("出处"), _citations),
        (_("目标"), _targets),
        (_("参数"), _parameters),
        (_("口径"), _readings),
        (_("清单"), _lists),
    )
    with transaction.atomic():
        report.written[_("区划")] = places.load_places(fixtures, actor)
        report.written[_("行业")] = places.load_industries(fixtures, actor)
        for name, step in steps:
            report.written[name] = step(fixtures)
        for label, fill in registry.loaders():
            report.written[str(label)] = fill(directory, actor)
        if report.total:
            revision.bump()
            audit.record("policy.load", actor=actor, detail={"written": report.written})
    return report


def _documents(fixtures: Fixtures) -> int:
    rows = []
    for order, row in enumerate(fixtures.documents, start=1):
        held = Document.objects.filter(key=row["id"]).first()
        values = {
            "key": row["id"],
            "title": row["title"],
            "short_title": row["short_title"],
            "number": row.get("number", ""),
            "number_provenance": row.get("number_provenance", Provenance.SEED),
            "number_note": row.get("number_note", ""),
            "print_as": row.get("print_as") or f"《{row['title']}》（{row['number']}）",
            "issuer": row["issuer"],
            "issue_date": row.get("issue_date"),
            "publish_date": row.get("publish_date"),
            "valid_from_provenance": row.get("valid_from_provenance", Provenance.SEED),
            "level": row["level"],
            "structure": row.get("structure", ""),
            "note": row.get("note", ""),
            "data": {name: row[name] for name in DOCUMENT_EXTRAS if row.get(name)},
            "order": order,
        }
        # Validity and the confirmation of the number belong to people once the document is there.
        if held is None:
            values |= {
                "valid_from": row["valid_from"],
                "valid_until": row.get("valid_until"),
                "number_confirmed": row.get("number_confirmed", True),
                "place_id": row["place"],
            }
        rows.append(values)
    return sync(Document, ["key"], rows)


def _ids(model: type[models.Model], key: str = "key") -> dict[str, int]:
    return dict(model._default_manager.values_list(key, "pk"))


def _clauses(fixtures: Fixtures) -> int:
    documents = _ids(Document)
    return sync(
        Clause,
        ["document_id", "ref"],
        [
            {
                "document_id": documents[document],
                "ref": row["ref"],
                "title": row["title"],
                "summary": row["summary"],
                "sentences": row["sentences"],
                "headings": row.get("headings", []),
                "order": order,
            }
            for document, rows in fixtures.clauses.items()
            for order, row in enumerate(rows, start=1)
        ],
    )


def plain(value: Any) -> Any:
    """Dates to ISO text, so that what is compared equals what JSON gives back."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _item(item: ItemRow, order: int) -> Row:
    data = item.data
    if item.section == Section.TARGET:
        # The figures of a target live in its own row.
        data = {name: value for name, value in data.items() if name not in TARGET_FIELDS}
    return {
        "key": item.key,
        "section": item.section.value,
        "label": item.label,
        "provenance": item.provenance,
        "data": plain(data),
        "order": order,
    }


def _items(fixtures: Fixtures) -> int:
    written = sync(Item, ["key"], [_item(item, order) for order, item in enumerate(fixtures.items, start=1)])
    gone, _per_model = Item.objects.exclude(key__in=[item.key for item in fixtures.items]).delete()
    ids = _ids(Item)
    parents = [
        {"key": item.key, "parent_id": ids[item.parent] if item.parent else None} for item in fixtures.items
    ]
    return written + gone + sync(Item, ["key"], parents)


def _clause_ids() -> dict[tuple[str, str], int]:
    return {
        (document, ref): pk for pk, document, ref in Clause.objects.values_list("pk", "document__key", "ref")
    }


def _citations(fixtures: Fixtures) -> int:
    items, clauses = _ids(Item), _clause_ids()
    rows: dict[tuple[int, int], Row] = {}
    for item in fixtures.items:
        for order, source in enumerate(filter(None, map(parse, item.src))):
            key = items[item.key], clauses[source.document, source.ref]
            held = rows.setdefault(
                key, {"item_id": key[0], "clause_id": key[1], "sentences": [], "order": order}
            )
            held["sentences"] = sorted({*held["sentences"], *source.sentences})
    stale = [
        pk
        for pk, item_id, clause_id in ItemClause.objects.values_list("pk", "item_id", "clause_id")
        if (item_id, clause_id) not in rows
    ]
    ItemClause.objects.filter(pk__in=stale).delete()
    return len(stale) + sync(ItemClause, ["item_id", "clause_id"], rows.values())


TARGET_FIELDS = frozenset(
    {
        *("id", "label", "src", "document", "scope", "kind", "entity", "level", "unit", "provenance"),
        *("value", "value_min", "value_max", "value_sme", "baseline", "baseline_provenance"),
        *("deadline", "deadline_provenance", "approx", "at_least", "strive"),
    }
)


def _targets(fixtures: Fixtures) -> int:
    items, documents = _ids(Item), _ids(Document)
    rows = []
    for row in fixtures.targets:
        kinds = row["entity"]
        value, upper = row.get("value", row.get("value_min")), row.get("value_max")
        extra = {name: held for name, held in row.items() if name not in TARGET_FIELDS}
        if "value_sme" in row:
            extra["value_sme"] = row["value_sme"]
        rows.append(
            {
                "item_id": items[row["id"]],
                "document_id": documents[row["document"]],
                "place_id": row["scope"],
                "kind": row["kind"],
                "entity_kinds": kinds if isinstance(kinds, list) else [kinds],
                "level": row.get("level", ""),
                "value": _decimal("value", value),
                "value_max": _decimal("value_max", upper),
                "unit": row.get("unit", ""),
                "baseline": _decimal("baseline", row.get("baseline")),
                "baseline_provenance": row.get("baseline_provenance", ""),
                "deadline": row.get("deadline"),
                "deadline_provenance": row.get("deadline_provenance", ""),
                "approx": row.get("approx", False),
                "at_least": row.get("at_least", False),
                "strive": row.get("strive", False),
                "data": plain(extra),
            }
        )
    return sync(Target, ["item_id"], rows)


def _decimal(name: str, value: Any) -> Any:
    column = Target._meta.get_field(name)
    return (
        column.to_python(str(value))
        if isinstance(column, models.DecimalField) and value is not None
        else None
    )


def _parameters(fixtures: Fixtures) -> int:
    items = _ids(Item)
    rows = [
        {
            "key": row["key"],
            "label": row["label"],
            "unit": row.get("unit", ""),
            "kind": row["kind"],
            "group": row["group"],
            "note": row.get("note", ""),
            "item_id": items.get(row["key"].partition(".")[0]),
            "order": order,
        }
        for order, row in enumerate(fixtures.parameters, start=1)
    ]
    written = sync(Parameter, ["key"], rows)
    ids = _ids(Parameter)
    values = [
        _dated(value, parameter_id=ids[row["key"]], value=value["value"])
        for row in fixtures.parameters
        for value in row["values"]
    ]
    return written + _sync_dated(ParameterValue, "parameter_id", values)


def _readings(fixtures: Fixtures) -> int:
    rows = [
        {
            "key": row["id"],
            "setting": row["setting"],
            "label": row["label"],
            "issue": row["issue"],
            "default_text": row["text"],
            "kind": row["kind"],
            "unit": row.get("unit", ""),
            "options": row.get("options", []),
            "order": order,
        }
        for order, row in enumerate(fixtures.readings, start=1)
    ]
    written = sync(Reading, ["key"], rows)
    ids, items = _ids(Reading), _ids(Item)
    since = ReadingValue._meta.get_field("valid_from").to_python(SINCE)
    values = []
    for row in fixtures.readings:
        default = {"valid_from": since, "place": EVERYWHERE, "provenance": Provenance.PROPOSED_DEFAULT}
        values.append(_dated(default, reading_id=ids[row["id"]], value=row["default"], text=row["text"]))
    links = Reading.items.through
    pairs = [
        {"reading_id": ids[row["id"]], "item_id": items[key]}
        for row in fixtures.readings
        for key in row.get("items", ())
    ]
    written += sync(links, ["reading_id", "item_id"], pairs)
    return written + _sync_dated(ReadingValue, "reading_id", values)


def _lists(fixtures: Fixtures) -> int:
    items = _ids(Item)
    rows = [
        {
            "key": row["id"],
            "label": row["label"],
            "note": row.get("note", ""),
            "item_id": items[row["id"]],
            "order": order,
        }
        for order, row in enumerate(fixtures.lists, start=1)
    ]
    written = sync(EditableList, ["key"], rows)
    ids = _ids(EditableList)
    values = [
        _dated(
            row, editable_list_id=ids[row["id"]], items=_entries(row), confirmed=row.get("confirmed", False)
        )
        for row in fixtures.lists
    ]
    return written + _sync_dated(EditableListVersion, "editable_list_id", values)


def _entries(row: Row) -> list[Row]:
    kept = ("id", "label", "group", "subfields", "verified")
    return [{name: entry[name] for name in kept if name in entry} for entry in row["items"]]


def _dated(period: Row, /, **fields: Any) -> Row:
    """The common fields of a dated value; its clause is resolved by `_sync_dated`."""
    return {
        "place_id": period["place"],
        "valid_from": period["valid_from"],
        "valid_until": period.get("valid_until"),
        "clause": period.get("clause"),
        "provenance": period.get("provenance", Provenance.SEED),
        **fields,
    }


def _sync_dated(model: type[models.Model], subject: str, rows: Iterable[Row]) -> int:
    """Add missing values; correct those without a change behind them, whose history the triggers keep."""
    clauses = _clause_ids()
    held = {
        (getattr(obj, subject), obj.place_id, obj.valid_from): obj  # type: ignore[attr-defined]
        for obj in model._default_manager.all()
    }
    created, updated, now = [], [], clock.now()
    for row in rows:
        source = parse(row.pop("clause") or "")
        row["clause_id"] = clauses[source.document, source.ref] if source else None
        obj = held.get((row[subject], row["place_id"], row["valid_from"]))
        if obj is None:
            created.append(model(**row, published_at=now))
            continue
        # The end belongs to whoever published the next value.
        fields = {name: value for name, value in row.items() if name != "valid_until"}
        if obj.change_id is None and any(getattr(obj, name) != value for name, value in fields.items()):  # type: ignore[attr-defined]
            for name, value in fields.items():
                setattr(obj, name, value)
            updated.append((obj, sorted(fields)))
    try:
        with transaction.atomic():
            model._default_manager.bulk_create(created)
            with pgtrigger.ignore(f"{model._meta.label}:only_its_end_changes"):
                for obj, names in updated:
                    obj.save(update_fields=names)
    except DatabaseError as error:
        raise FixtureError(
            [
                _("%(name)s 与库中已发布的取值冲突：%(error)s")
                % {"name": model._meta.verbose_name, "error": error}
            ]
        ) from error
    return len(created) + len(updated)
