"""The whole library in a handful of queries, as plain data, for `policy.law`."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from core.cached import Cached
from policy.book import (
    Citation,
    Dated,
    DocumentDates,
    Figure,
    ItemInForce,
    ListInForce,
    ReadingInForce,
    freeze,
    typed,
)
from policy.models import (
    Clause,
    Document,
    EditableListVersion,
    Item,
    ItemClause,
    LawRevision,
    ParameterValue,
    ReadingValue,
)


@dataclass(frozen=True)
class Library:
    """Everything dated, in order of place and start."""

    revision: int
    documents: Mapping[str, DocumentDates]
    figures: list[Dated]
    readings: list[Dated]
    lists: list[Dated]
    items: Mapping[str, ItemInForce]

    @cached_property
    def edges(self) -> list[date]:
        """The days on which anything begins, or has ended the day before."""
        rows: list[Dated | DocumentDates] = [*self.figures, *self.readings, *self.lists]
        rows += self.documents.values()
        ends = {row.valid_until for row in rows if row.valid_until not in (None, date.max)}
        return sorted({row.valid_from for row in rows} | {end + timedelta(days=1) for end in ends})

    def since(self, on: date) -> date:
        """The first day of the period around `on` in which nothing changes."""
        at = bisect_right(self.edges, on)
        return self.edges[at - 1] if at else date.min


def _read_revision() -> tuple[str, int]:
    row = LawRevision.objects.values_list("token", "number").first()
    return row or ("", 0)


#: Token and number of the law's revision; ("", 0) before the first load. Read once per request.
revision = Cached(_read_revision)


def printed_name(document: Document) -> str:
    """How a document is cited: its number, or its title where the number was never confirmed (§ print_as)."""
    if document.number and document.number_confirmed:
        if document.data.get("clauses_from_report"):
            # The clause refs are those of a report on the document, so the title stays in front.
            return f"《{document.title}》（{document.number}，条款序号据报道）"  # data: citations are not translated
        return document.number
    return document.print_as


def _clauses() -> dict[int, Citation]:
    names = {document.pk: (document.key, printed_name(document)) for document in Document.objects.all()}
    return {
        pk: Citation(*names[document_id], ref=ref, clause_id=pk)
        for pk, document_id, ref in Clause.objects.values_list("pk", "document_id", "ref")
    }


def _items(clauses: Mapping[int, Citation]) -> dict[str, ItemInForce]:
    cited: dict[int, list[Citation]] = defaultdict(list)
    for item_id, clause_id, sentences in ItemClause.objects.order_by("item_id", "order").values_list(
        "item_id", "clause_id", "sentences"
    ):
        at = clauses[clause_id]
        cited[item_id].append(Citation(at.document, at.name, at.ref, tuple(sentences), clause_id))
    return {
        key: ItemInForce(key, section, label, freeze(data), tuple(cited[pk]))
        for pk, key, section, label, data in Item.objects.values_list("pk", "key", "section", "label", "data")
    }


def _dated(row: Any, subject: str, clause: Citation | None, payload: Any) -> Dated:
    return Dated(
        subject, row.place_id, row.valid_from, row.valid_until, clause.document if clause else None, payload
    )


def _figures(clauses: Mapping[int, Citation]) -> list[Dated]:
    rows = []
    for row in ParameterValue.objects.select_related("parameter"):
        parameter, clause = row.parameter, clauses.get(row.clause_id or 0)
        figure = Figure(
            key=parameter.key,
            label=parameter.label,
            value=typed(parameter.kind, row.value),
            unit=parameter.unit,
            kind=parameter.kind,
            clause=clause,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            place=row.place_id,
            provenance=row.provenance,
        )
        rows.append(_dated(row, parameter.key, clause, figure))
    return rows


def _readings(clauses: Mapping[int, Citation]) -> list[Dated]:
    rows = []
    for row in ReadingValue.objects.select_related("reading"):
        reading = row.reading
        held = ReadingInForce(
            key=reading.key,
            setting=reading.setting,
            label=reading.label,
            value=typed(reading.kind, row.value),
            text=row.text,
            valid_from=row.valid_from,
            place=row.place_id,
            provenance=row.provenance,
        )
        rows.append(_dated(row, reading.setting, clauses.get(row.clause_id or 0), held))
    return rows


def _lists(clauses: Mapping[int, Citation]) -> list[Dated]:
    rows = []
    for row in EditableListVersion.objects.select_related("editable_list"):
        held = ListInForce(freeze(entry) for entry in row.items)
        held.key, held.label = row.editable_list.key, row.editable_list.label
        held.confirmed, held.valid_from = row.confirmed, row.valid_from
        rows.append(_dated(row, held.key, clauses.get(row.clause_id or 0), held))
    return rows


def read_library(number: int) -> Library:
    """Seven queries, whatever the size of the library."""
    clauses = _clauses()
    return Library(
        revision=number,
        documents={
            document.key: DocumentDates(
                document.key, document.place_id, document.valid_from, document.valid_until
            )
            for document in Document.objects.all()
        },
        figures=_figures(clauses),
        readings=_readings(clauses),
        lists=_lists(clauses),
        items=_items(clauses),
    )
