"""Rows into tables by COPY: the models' own columns and defaults, every constraint and trigger at work."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _plain(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, date):  # a moment is a date too
        return value.isoformat()
    return str(value)


def _json(value: Any) -> str:
    return r"\N" if value is None else json.dumps(value, ensure_ascii=False).translate(_ESCAPES)


def _array(value: Sequence[str]) -> str:
    return ("{" + json.dumps(value, ensure_ascii=False)[1:-1] + "}").translate(_ESCAPES)


def _encoder(field: models.Field[Any, Any]) -> Callable[[Any], str]:
    if isinstance(field, models.JSONField):
        return _json
    return _array if isinstance(field, ArrayField) else _plain


def copy_rows(model: type[models.Model], rows: Iterable[Mapping[str, Any]]) -> int:
    """Write rows of equal keys (attribute names such as `applicant_id`); returns how many.

    Columns not named get the default of their field. Constraints, indexes and history triggers all apply.
    """
    found = list(rows)
    if not found:
        return 0
    fields = [f for f in model._meta.concrete_fields if f.attname in found[0] or not f.primary_key]
    given = [(f.attname, _encoder(f)) for f in fields if f.attname in found[0]]
    rest = [(f, _encoder(f)(f.get_default())) for f in fields if f.attname not in found[0]]
    names = [f.column for f in fields if f.attname in found[0]] + [f.column for f, _text in rest]
    tail = "".join("\t" + text for _field, text in rest) + "\n"
    text = "".join("\t".join([encode(row[name]) for name, encode in given]) + tail for row in found)
    columns = ", ".join(f'"{name}"' for name in names)
    statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    with connection.cursor() as cursor:
        cursor.copy_expert(statement, io.StringIO(text))
    return len(found)


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """Primary keys from the table's own sequence, so that ordinary inserts never meet them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
