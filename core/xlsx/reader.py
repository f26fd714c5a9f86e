"""Workbooks from outside, read in a limited child process (:mod:`core.xlsx_child`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.child import Child, ChildFailed
from core.errors import Invalid
from core.xlsx.text import unguarded

#: What a cell can hold when it has been read; times of day and errors come as text or not at all.
Cell = str | int | float | bool | date | datetime | None

#: Sheets that the portal adds to a workbook it gives back; they are never read as data.
ERROR_LIST: str | Promise = gettext_lazy("错误清单")
NOTES: str | Promise = gettext_lazy("填报说明")

#: 100,000 rows of 12 cells need about 200 MiB and five seconds.
_child = Child("core.xlsx_child", megabytes=1024, seconds=45)


class BadWorkbook(Invalid):
    """The file is no workbook that can be read; its sentence says why and what to do."""


@dataclass(frozen=True)
class ReadSheet:
    """One sheet as read.

    ``rows`` are those that hold anything, each a list from column A on; ``numbers`` are their row numbers as a
    person counts them.  ``formulas`` are (row, column) from 1, where the value is ``None`` because nobody knows
    that it was calculated here and now; ``formula_count`` counts all of them.  ``merged`` are ranges such as
    ``B2:C3``.  ``meta`` is the hidden sheet of a form (``id``, ``version``, ``period`` …), empty without one.
    """

    title: str
    rows: list[list[Any]]
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    formula_count: int = 0


def read(
    data: bytes, *, max_rows: int, max_columns: int, sheets: Iterable[str] | None = None
) -> list[ReadSheet]:
    """The sheets of a workbook, or those named; raises :class:`BadWorkbook`.

    A cell beyond ``max_rows`` or ``max_columns`` is refused before anything is laid out; blank formatted rows
    do not count.  Whole numbers are ``int``, days are ``date``, text has no outer blanks, an empty cell is
    ``None``.
    """
    header = {
        "do": "read",
        "max_rows": max_rows,
        "max_columns": max_columns,
        "sheets": None if sheets is None else list(sheets),
        "skip": [str(ERROR_LIST), str(NOTES)],
    }
    answer, blobs = call(header, data, max_rows=max_rows, max_columns=max_columns)
    found, place = [], 0
    for sheet in answer["sheets"]:
        rows: list[list[Any]] = []
        for blob in blobs[place : place + sheet["blobs"]]:
            rows += _unpacked(blob)
        place += sheet["blobs"]
        found.append(
            ReadSheet(
                title=sheet["title"],
                rows=rows,
                formulas={(row, column) for row, column in sheet["formulas"]},
                merged=sheet["merged"],
                meta=answer["meta"],
                numbers=sheet["numbers"],
                formula_count=sheet["formula_count"],
            )
        )
    return found


def number(value: Any) -> Decimal | None:
    """A cell's number as a person sees it (15 digits, as a spreadsheet keeps them); ``None`` if it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return Decimal(value) if isinstance(value, int) else Decimal(f"{value:.15g}")


def call(
    header: dict[str, Any], data: bytes, *, max_rows: int = 0, max_columns: int = 0
) -> tuple[dict[str, Any], list[bytes]]:
    """Ask the child; raises :class:`BadWorkbook` with a sentence for everything that it refuses."""
    if not data:
        raise BadWorkbook.one("file_empty", _("文件是空的，请重新选择。"))
    try:
        answer, blobs = _child.call(header, [data])
    except ChildFailed as failure:
        raise BadWorkbook.one(
            "file_limits", _("读取这份表格需要的时间或内存过多，请删去无关的工作表和格式后重新上传。")
        ) from failure
    if "refused" in answer:
        raise _refused(answer, max_rows, max_columns)
    return answer, blobs


def _refused(answer: dict[str, Any], max_rows: int, max_columns: int) -> BadWorkbook:
    from core.files import REASONS

    code = answer["refused"]
    if code == "far":
        sentence = _(
            "工作表“%(sheet)s”的内容延伸到第 %(row)s 行、第 %(column)s 列，超过 %(rows)s 行 × %(columns)s 列的上限。"
            "请删除多余的内容，或拆成几份文件。"
        ) % {**answer, "rows": max_rows, "columns": max_columns}
        return BadWorkbook.one("file_far", sentence)
    if code == "cells":
        return BadWorkbook.one("file_cells", _("表格过大，无法逐格标注。"))
    return BadWorkbook.one(f"file_{code}", REASONS[code])


def _unpacked(blob: bytes) -> list[list[Any]]:
    rows: list[list[Any]] = json.loads(blob, object_hook=_dated)
    for row in rows:
        for place, value in enumerate(row):
            if type(value) is str and value[0] == "'":
                row[place] = unguarded(value)
    return rows


def _dated(value: dict[str, str]) -> date | datetime:
    return date.fromisoformat(value["d"]) if "d" in value else datetime.fromisoformat(value["t"])


def column_letters(column: int) -> str:
    """``A`` for 1, ``AA`` for 27."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def header_row(sheet: ReadSheet, labels: Sequence[str]) -> tuple[int, dict[str, int]] | None:
    """Where the head stands: index into ``rows`` and label → column from 0; ``None`` if no row holds a label.

    The row among the first twenty that holds most of ``labels`` is the head, so lines above it do no harm.
    """
    best: tuple[int, dict[str, int]] | None = None
    for index, row in enumerate(sheet.rows[:20]):
        places: dict[str, int] = {}
        for place, value in enumerate(row):
            label = str(value).rstrip("*＊ ") if value is not None else ""
            if label in labels:
                places.setdefault(label, place)
        if places and (best is None or len(places) > len(best[1])):
            best = index, places
    return best
