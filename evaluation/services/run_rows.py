"""Rows of a run on their way between the database and the engine: in blocks out, by COPY in."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from evaluation.models import RoundEntity

BLOCK = 1000
Row = tuple[int, str, dict[str, Any]]

_COPY = "COPY evaluation_runrow (run_id, entity_id, inputs, outcome, total, grade, rank) FROM STDIN"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def read(round_id: int) -> Iterator[list[Row]]:
    """(entity, its code, its inputs) of whom the round evaluates, in the order of the codes, a thousand at a time."""
    rows = (
        RoundEntity.objects.filter(round_id=round_id, included=True)
        .order_by("entity__code")
        .values_list("entity_id", "entity__code", "inputs")
    )
    block: list[Row] = []
    for row in rows.iterator(chunk_size=BLOCK):
        block.append(row)
        if len(block) == BLOCK:
            yield block
            block = []
    if block:
        yield block


def store(run_id: int, rows: Iterable[tuple[int, dict[str, Any], dict[str, Any]]]) -> None:
    """Write the rows of a run; `inputs` and `outcome` become canonical JSON. In the caller's transaction."""
    with connection.cursor() as cursor:
        block: list[str] = []
        for entity_id, inputs, outcome in rows:
            block.append(_line(run_id, entity_id, inputs, outcome))
            if len(block) == BLOCK:
                cursor.copy_expert(_COPY, io.StringIO("".join(block)))
                block.clear()
        if block:
            cursor.copy_expert(_COPY, io.StringIO("".join(block)))


def _line(run_id: int, entity_id: int, inputs: dict[str, Any], outcome: dict[str, Any]) -> str:
    cells = (
        str(run_id),
        str(entity_id),
        text_of(inputs).translate(_ESCAPES),
        text_of(outcome).translate(_ESCAPES),
        outcome["total"],
        outcome["grade"],
        str(outcome["rank"]),
    )
    return "\t".join(cells) + "\n"


def text_of(value: dict[str, Any]) -> str:
    """The one JSON text of a row, over which digests are made."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
