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
# A correction reads the rows of the run it corrects, and instead of them those of the entities it names.
_READ_CORRECTED = """
SELECT base.entity_id, entity.code, COALESCE(named.inputs, base.inputs)::text, COALESCE(named.xmin::text::bigint, 0)
  FROM evaluation_correction correction
  JOIN evaluation_runrow base ON base.run_id = correction.base_id
  JOIN filings_entity entity ON entity.id = base.entity_id
  JOIN evaluation_roundentity place ON place.round_id = correction.round_id AND place.entity_id = base.entity_id
  LEFT JOIN evaluation_correctedentity named
    ON named.correction_id = correction.id AND named.subject_id = place.id
 WHERE correction.id = %s
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
_INSERT_CORRECTED = """
INSERT INTO evaluation_runrow (run_id, entity_id, inputs, outcome, total, grade, rank)
SELECT run.id, stage.entity_id, subject.inputs, stage.outcome, stage.total, stage.grade, stage.rank
  FROM evaluation_stage stage
  JOIN evaluation_run run ON run.id = %s
  JOIN evaluation_correction correction ON correction.id = run.correction_id
 CROSS JOIN LATERAL (
       SELECT COALESCE(named.inputs, base.inputs) AS inputs
         FROM evaluation_runrow base
         JOIN evaluation_roundentity place
           ON place.round_id = correction.round_id AND place.entity_id = base.entity_id
         LEFT JOIN evaluation_correctedentity named
           ON named.correction_id = correction.id AND named.subject_id = place.id
        WHERE base.run_id = correction.base_id AND base.entity_id = stage.entity_id
          AND COALESCE(named.xmin::text::bigint, 0) = stage.version OFFSET 0
       ) subject
 ORDER BY stage.place
"""
_COMPARE = """
INSERT INTO evaluation_resultchange (run_id, subject_id, before_id, after_id, named, regraded)
SELECT fresh.run_id, place.id, base.id, fresh.id, named.id IS NOT NULL, base.grade <> fresh.grade
  FROM evaluation_correction correction
  JOIN evaluation_runrow fresh ON fresh.run_id = %s
  JOIN evaluation_runrow base ON base.run_id = correction.base_id AND base.entity_id = fresh.entity_id
  JOIN evaluation_roundentity place ON place.round_id = correction.round_id AND place.entity_id = fresh.entity_id
  LEFT JOIN evaluation_correctedentity named
    ON named.correction_id = correction.id AND named.subject_id = place.id
 WHERE correction.id = %s AND (base.outcome <> fresh.outcome OR base.inputs <> fresh.inputs)
 ORDER BY fresh.rank, fresh.id
"""
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def read(round_id: int, correction_id: int | None = None) -> Iterator[list[Row]]:
    """Whom the round evaluates, in the order of their codes, a thousand at a time; with the figures of a correction."""
    query, key = (_READ, round_id) if correction_id is None else (_READ_CORRECTED, correction_id)
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, [key])
        while rows := cursor.fetchmany(BLOCK):
            yield [Row(entity, code, json.loads(text), version) for entity, code, text, version in rows]


def store(run_id: int, rows: Iterable[Result], *, corrected: bool = False) -> None:
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
            cursor.execute(_INSERT_CORRECTED if corrected else _INSERT, [run_id])
            if cursor.rowcount != len(block):
                raise NotNow.one("figures_moved", _("评分期间数据被修改，请重新评分。"))


def compare(run_id: int, correction_id: int) -> None:
    """Write down for whom a correcting run gives something else than the run it corrects. In the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPARE, [run_id, correction_id])


def _line(place: int, row: Result) -> str:
    outcome = row.outcome.translate(_ESCAPES) if "\\" in row.outcome else row.outcome
    return f"{place}\t{row.entity}\t{row.version}\t{outcome}\t{row.total}\t{row.grade}\t{row.rank}\n"


def text_of(value: dict[str, Any]) -> str:
    """The one JSON text of a row, over which digests are made."""
    return _encode(value)
