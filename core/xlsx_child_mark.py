"""Marking a workbook in place, inside the limited child: remarks, red cells, a list of the errors."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from core.xlsx_child import Walk

#: Tells our remarks from a person's.
AUTHOR = "lianchuang"
RED = PatternFill("solid", fgColor="FFF8CBC6")
BLANK = PatternFill(fill_type=None)
WIDTHS = (16, 10, 8, 90)


class _Writer(ExcelWriter):
    """openpyxl writes each sheet through a file on disk; this process may not open one."""

    def write_worksheet(self, ws: Any) -> None:
        buffer = io.BytesIO()
        writer = WorksheetWriter(ws, out=buffer)
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], buffer.getvalue())


def marked(header: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The marked workbook, or no blob where it has more filled cells than ``most_cells``."""
    walk = Walk(data)
    cells = sum(part.filled + part.blank for part in walk.parts.values())
    if cells > header["most_cells"]:
        return {"marked": False}, []
    book = load_workbook(io.BytesIO(data))
    if header["title"] in book.sheetnames:
        del book[header["title"]]
    _clear(book)
    for title, row, column, message in header["errors"]:
        if title in book.sheetnames:
            _mark(book[title].cell(row, column), message)
    _list(book, header)
    return {"marked": True}, [saved(book)]


def saved(book: Workbook) -> bytes:
    """The workbook as bytes, made without touching the disk."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _Writer(book, archive).save()
    return buffer.getvalue()


def _clear(book: Workbook) -> None:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == AUTHOR:
                    cell.comment = None
                    cell.fill = BLANK


def _mark(cell: Any, message: str) -> None:
    if not isinstance(cell, Cell):
        # Inside a merged range only the first cell can carry anything; the list names the place.
        return
    if cell.comment is not None and cell.comment.author == AUTHOR:
        message = f"{cell.comment.text}\n{message}"
    cell.comment = Comment(message, AUTHOR, width=320, height=110)
    cell.fill = RED


def _list(book: Workbook, header: dict[str, Any]) -> None:
    sheet = book.create_sheet(header["title"])
    lines = [[line] for line in header["head"]] + [header["labels"]] + header["lines"]
    for at, line in enumerate(lines, start=1):
        for place, text in enumerate(line, start=1):
            cell = sheet.cell(at, place, text)
            cell.data_type = "s"
    top = len(header["head"]) + 1
    for place, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.cell(top, place).font = Font(bold=True)
    sheet.freeze_panes = f"A{top + 1}"
