"""How many rows several querysets have, asked together: a menu with ten numbers costs one query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def together(asked: Sequence[QuerySet[Any, Any]]) -> list[int]:
    """The number of rows of each, in their order, in one query; a sliced one is counted no further than its slice."""
    parts: list[str] = []
    values: list[Any] = []
    for place, rows in enumerate(asked):
        try:
            text, given = statement(
                rows.values("pk") if rows.query.is_sliced else rows.order_by().values("pk")
            )
        except EmptyResultSet:
            continue
        parts.append(f"SELECT %s AS place, count(*) FROM ({text}) AS part")  # noqa: S608 - the ORM's own SQL
        values += [place, *given]
    found: dict[int, int] = {}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            found = dict(cursor.fetchall())
    return [found.get(place, 0) for place in range(len(asked))]


def statement(rows: QuerySet[Any, Any]) -> tuple[str, list[Any]]:
    """The SQL of a queryset and its parameters; EmptyResultSet when it can find nothing."""
    text, given = rows.query.sql_with_params()
    return text, list(given)
