"""Rows of a run on their way between the database and the engine: in blocks out, by COPY in."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from core.errors import NotNow

BLOCK = 1000


class Row(NamedTuple):
    """An entity to be scored. ``version`` tells whether its row was written again since (xmin)."""

    entity: int
    code: str
    inputs: dict[str, Any]
    version: int


class Result(NamedTuple):
    """What came of it: ``outcome`` is canonical JSON, ``total`` a number of two decimals."""

    entity: int
    version: int
    outcome: str
    total: str
    grade: str
    rank: int


_READ = """
SELECT subject.entity_id, entity.code, subject.inputs::text, subject.xmin::text::bigint
  FROM evaluation_roundentity subject JOIN filings_entity entity ON entity.id = subject.entity_id
 WHERE subject.round_id = %s AND subject.included
 ORDER BY entity.code
"""
# The inputs of the run are copied inside the database: they are megabytes that it has already.
_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS evaluation_stage (
    place integer, entity_id bigint, version bigint, outcome jsonb, total numeric(6, 2), grade varchar(10), rank integer
) ON COMMIT DROP;
TRUNCATE evaluation_stage;
"""
_COPY = "COPY evaluation_stage FROM STDIN"
# OFFSET 0 keeps the lookup by key: joined, each block might read the whole round, and the cost would grow with its square.
_INSERT = """
INSERT INTO evaluation_runrow (run_id, entity_id, inputs, outcome, total, grade, rank)
SELECT run.id, stage.entity_id, subject.inputs, stage.outcome, stage.total, stage.grade, stage.rank
  FROM evaluation_stage stage
  JOIN evaluation_run run ON run.id = %s
 CROSS JOIN LATERAL (
       SELECT inputs FROM evaluation_roundentity
        WHERE round_id = run.round_id AND entity_id = stage.entity_id AND xmin::text::bigint = stage.version OFFSET 0
       ) subject
 ORDER BY stage.place
"""
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def read(round_id: int) -> Iterator[list[Row]]:
    """Whom the round evaluates, in the order of their codes, a thousand at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_READ, [round_id])
        while rows := cursor.fetchmany(BLOCK):
            yield [Row(entity, code, json.loads(text), version) for entity, code, text, version in rows]


def store(run_id: int, rows: Iterable[Result]) -> None:
    """Write the rows of a run beside the inputs as they stand. In the caller's transaction.

    Raises ``NotNow`` if inputs were written since they were read, so that no row ever holds figures it was not made
    from; the run is scored anew.
    """
    pending = iter(rows)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        while block := list(islice(pending, BLOCK)):
            cursor.execute(_STAGE)
            lines = (_line(place, row) for place, row in enumerate(block))
            cursor.copy_expert(_COPY, io.StringIO("".join(lines)))
            cursor.execute(_INSERT, [run_id])
            if cursor.rowcount != len(block):
                raise NotNow.one("figures_moved", _("评分期间数据被修改，请重新评分。"))


def _line(place: int, row: Result) -> str:
    outcome = row.outcome.translate(_ESCAPES) if "\\" in row.outcome else row.outcome
    return f"{place}\t{row.entity}\t{row.version}\t{outcome}\t{row.total}\t{row.grade}\t{row.rank}\n"


def text_of(value: dict[str, Any]) -> str:
    """The one JSON text of a row, over which digests are made."""
    return _encode(value)
