"""A workbook given back with its errors in the cells and on a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.xlsx.reader import ERROR_LIST, ReadSheet, call, column_letters, read
from core.xlsx.text import safe_text
from core.xlsx.writer import Column, Sheet, write

#: So many cells are marked; beyond them a person mends the first and tries again.
MARKED = 3_000
#: So many errors are listed.
LISTED = 20_000
#: A workbook with more filled cells is written anew, in constant memory, instead of being changed.
CHANGED_IN_PLACE = 60_000
_MOST_ROWS, _MOST_COLUMNS = 300_000, 200


@dataclass(frozen=True)
class CellError:
    """What is wrong with a cell: ``row`` and ``column`` counted from 1; row 0 or column 0 means the sheet."""

    sheet: str
    row: int
    column: int
    message: str | Promise

    @property
    def place(self) -> str:
        """``C7``, or nothing where the whole sheet is meant."""
        return f"{column_letters(self.column)}{self.row}" if self.row and self.column else ""


def mark(data: bytes, errors: Sequence[CellError], *, total: int | None = None) -> bytes:
    """The workbook with red cells, a remark on each and the sheet 错误清单; raises ``BadWorkbook``.

    ``total`` says how many errors there are where ``errors`` holds only the first of them.  Remarks and red of an
    earlier round go.  A small workbook keeps its formats, locks and hidden sheets; a big one keeps its values.
    """
    head, lines = _list_head(len(errors) if total is None else total, errors), _lines(errors)
    header = {
        "do": "mark",
        "title": str(ERROR_LIST),
        "errors": [
            [error.sheet, error.row, error.column, safe_text(error.message)] for error in _marked(errors)
        ],
        "head": head,
        "labels": [str(label) for label, _width in _list_columns()],
        "lines": lines,
        "most_cells": CHANGED_IN_PLACE,
    }
    _answer, blobs = call(header, data)
    return blobs[0] if blobs else _rewritten(data, errors, head, lines)


def _marked(errors: Sequence[CellError]) -> list[CellError]:
    return [error for error in errors if error.row and error.column][:MARKED]


def _list_columns() -> list[tuple[str, int]]:
    return [(_("工作表"), 16), (_("单元格"), 10), (_("行"), 8), (_("问题"), 90)]


def _list_head(total: int, errors: Sequence[CellError]) -> list[str]:
    head = [_("共 %(n)s 处错误。") % {"n": total}]
    if total > min(len(errors), LISTED):
        head.append(_("下面列出前 %(n)s 处。") % {"n": min(len(errors), LISTED)})
    if total > MARKED:
        head.append(_("单元格中只标出前 %(n)s 处。") % {"n": MARKED})
    return head


def _lines(errors: Sequence[CellError]) -> list[list[str]]:
    return [
        [safe_text(error.sheet), error.place, str(error.row or ""), safe_text(error.message)]
        for error in errors[:LISTED]
    ]


def _rewritten(data: bytes, errors: Sequence[CellError], head: list[str], lines: list[list[str]]) -> bytes:
    """The values of a big workbook in a new one, every cell where it was."""
    by_sheet: dict[str, dict[tuple[int, int], str]] = {}
    for error in _marked(errors):
        cells = by_sheet.setdefault(error.sheet, {})
        place = (error.row, error.column)
        cells[place] = f"{cells[place]}\n{error.message}" if place in cells else str(error.message)
    found = read(data, max_rows=_MOST_ROWS, max_columns=_MOST_COLUMNS)
    sheets = [_again(sheet, by_sheet.get(sheet.title, {})) for sheet in found if sheet.rows]
    columns = [Column(label, label, width=width) for label, width in _list_columns()]
    listed = Sheet(ERROR_LIST, columns, lines, header=head)
    return write([*sheets, listed], meta={"title": str(ERROR_LIST)})


def _again(sheet: ReadSheet, marks: dict[tuple[int, int], str]) -> Sheet:
    columns = [
        Column(str(place), "" if label is None else str(label), kind="any")
        for place, label in enumerate(sheet.rows[0])
    ]
    lines_above = [""] * (sheet.numbers[0] - 1)
    return Sheet(sheet.title, columns, _with_gaps(sheet), header=lines_above, marks=marks)


def _with_gaps(sheet: ReadSheet) -> Iterator[list[Any]]:
    blank = [None] * len(sheet.rows[0])
    at = sheet.numbers[0]
    for number, row in zip(sheet.numbers[1:], sheet.rows[1:], strict=True):
        for _gap in range(number - at - 1):
            yield blank
        yield row
        at = number
