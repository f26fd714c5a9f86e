"""From JSON or YAML to the frozen document and back. Reading says everything that cannot be read, not the first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid, Problem
from evaluation.scheme import choices
from evaluation.scheme.document import Band, Dimension, Indicator, Note, SchemeDoc
from evaluation.scheme.params import read_params
from evaluation.scheme.reader import Reader, text_of

#: Keys around the document: those of the files in fixtures/schemes, and the pairs (AHP) its weights came from.
AROUND = frozenset({"key", "label", "kinds", "source", "rule", "ahp"})
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,11}")
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
#: ``meetings`` or ``statistics.main_revenue``: what is asked of the source, in its own words.
FEED = re.compile(r"[a-z][a-z0-9_]*(?:[.:][a-z0-9_]+)*")
MOST_DIMENSIONS, MOST_INDICATORS, MOST_NOTES = 20, 60, 40
TOP = frozenset(
    [
        "dimensions",
        "vetoes",
        "bonuses",
        "deductions",
        "bonus_cap",
        "deduction_cap",
        "bands",
        "whole_points",
        "excellent_share",
        "excellent_top",
        "compared_within",
    ]
)
ROW = frozenset(
    [
        "code",
        "name",
        "weight",
        "unit",
        "direction",
        "method",
        "params",
        "source",
        "feed",
        "missing",
        "evidence",
        "guide",
        "proposed",
    ]
)


def parse(doc: Mapping[str, Any]) -> SchemeDoc:
    """The document of a scheme.

    Raises ``Invalid`` with all the problems where it cannot be read at all (a weight that is no number, an unknown
    method).  What can be read but must not be used, such as weights that make 99, is told by ``problems``.
    """
    scheme, found = read(doc)
    if found:
        raise Invalid(found)
    return scheme


def read(doc: Mapping[str, Any]) -> tuple[SchemeDoc, list[Problem]]:
    """The document with zeros where something could not be read, and what could not be read."""
    reader = Reader()
    if not isinstance(doc, Mapping):
        reader.say("", "shape", _("方案应为一组字段"))
        doc = {}
    reader.known(doc, TOP | AROUND, "")
    parts = reader.rows(doc, "dimensions", "", MOST_DIMENSIONS)
    scheme = SchemeDoc(
        dimensions=tuple(_dimension(reader, part, path) for part, path in parts),
        bands=tuple(_band(reader, part, path) for part, path in reader.rows(doc, "bands", "", 10)),
        vetoes=_notes(reader, doc, "vetoes", points=False),
        bonuses=_notes(reader, doc, "bonuses", points=True),
        deductions=_notes(reader, doc, "deductions", points=True),
        bonus_cap=reader.number(doc, "bonus_cap", "", default="0", places=2),
        deduction_cap=reader.number(doc, "deduction_cap", "", default="0", places=2),
        whole_points=reader.flag(doc, "whole_points", ""),
        excellent_share=reader.optional(doc, "excellent_share", "", places=2),
        excellent_top=reader.optional(doc, "excellent_top", "", places=2),
        compared_within=reader.choice(doc, "compared_within", "", choices.Within.values, default=""),
    )
    return scheme, reader.problems


def _dimension(reader: Reader, part: Mapping[str, Any], path: str) -> Dimension:
    reader.known(part, {"code", "name", "indicators"}, path)
    rows = reader.rows(part, "indicators", path, MOST_INDICATORS)
    return Dimension(
        code=reader.word(part, "code", path, CODE),
        name=reader.text(part, "name", path, longest=60, needed=True),
        indicators=tuple(_indicator(reader, row, at) for row, at in rows),
    )


def _indicator(reader: Reader, row: Mapping[str, Any], path: str) -> Indicator:
    reader.known(row, ROW, path)
    method = reader.choice(row, "method", path, choices.Method.values)
    return Indicator(
        code=reader.word(row, "code", path, CODE),
        name=reader.text(row, "name", path, longest=120, needed=True),
        weight=reader.number(row, "weight", path, places=4),
        method=method,
        params=read_params(reader, method, row.get("params"), f"{path}.params"),
        unit=reader.text(row, "unit", path, longest=20),
        direction=reader.choice(row, "direction", path, choices.Direction.values, default="up"),
        source=reader.choice(row, "source", path, choices.Source.values, default="self_assessment"),
        feed=reader.word(row, "feed", path, FEED, needed=False),
        missing=reader.choice(row, "missing", path, choices.Missing.values, default="zero"),
        evidence=reader.text(row, "evidence", path, longest=500),
        guide=reader.text(row, "guide", path, longest=2000),
        proposed=reader.flag(row, "proposed", path),
    )


def _notes(reader: Reader, doc: Mapping[str, Any], name: str, *, points: bool) -> tuple[Note, ...]:
    found = []
    for row, path in reader.rows(doc, name, "", MOST_NOTES, needed=False):
        reader.known(row, {"key", "label", "points"} if points else {"key", "label"}, path)
        found.append(
            Note(
                key=reader.word(row, "key", path, KEY),
                label=reader.text(row, "label", path, longest=120, needed=True),
                points=reader.number(row, "points", path, places=2) if points else None,
            )
        )
    return tuple(found)


def _band(reader: Reader, row: Mapping[str, Any], path: str) -> Band:
    reader.known(row, {"grade", "word", "from"}, path)
    return Band(
        grade=reader.word(row, "grade", path, KEY),
        word=reader.text(row, "word", path, longest=20, needed=True),
        start=reader.number(row, "from", path, places=2),
    )


# --- back ---


def as_json(scheme: SchemeDoc) -> dict[str, Any]:
    """The document as JSON in one fixed order, numbers as text: ``parse(as_json(x)) == x``."""
    return {
        "dimensions": [
            {
                "code": part.code,
                "name": part.name,
                "indicators": [_row_json(row) for row in part.indicators],
            }
            for part in scheme.dimensions
        ],
        "vetoes": [{"key": note.key, "label": note.label} for note in scheme.vetoes],
        "bonuses": list(_notes_json(scheme.bonuses)),
        "deductions": list(_notes_json(scheme.deductions)),
        "bonus_cap": text_of(scheme.bonus_cap),
        "deduction_cap": text_of(scheme.deduction_cap),
        "bands": [
            {"grade": band.grade, "word": band.word, "from": text_of(band.start)} for band in scheme.bands
        ],
        "whole_points": scheme.whole_points,
        "excellent_share": _optional_text(scheme.excellent_share),
        "excellent_top": _optional_text(scheme.excellent_top),
        "compared_within": scheme.compared_within,
    }


def _row_json(row: Indicator) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "weight": text_of(row.weight),
        "unit": row.unit,
        "direction": row.direction,
        "method": row.method,
        "params": dict(row.params),
        "source": row.source,
        "feed": row.feed,
        "missing": row.missing,
        "evidence": row.evidence,
        "guide": row.guide,
        "proposed": row.proposed,
    }


def _notes_json(notes: Iterable[Note]) -> Iterable[dict[str, str]]:
    for note in notes:
        yield {"key": note.key, "label": note.label, "points": text_of(note.points or Decimal())}


def _optional_text(number: Decimal | None) -> str:
    return "" if number is None else text_of(number)
