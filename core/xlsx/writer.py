"""Workbooks and csv files that the portal gives out, written row by row in constant memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import IO, Any, Literal

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core import clock
from core.xlsx.paper import A4, columns_of, paper_for, row_height
from core.xlsx.text import safe_text

#: ``any`` lets each value decide for itself.
Kind = Literal["text", "int", "decimal", "date", "percent", "any"]

#: A sheet holds 1,048,576 rows; a longer list goes on in the next sheet.
ROWS_IN_A_SHEET = 1_000_000
MAX_TITLE = 31
_CSV_ROWS = 500
_BOM = b"\xef\xbb\xbf"
_FORMATS: dict[str, str] = {
    "int": "#,##0",
    "decimal": "#,##0.00",
    "date": "yyyy-mm-dd",
    "percent": "0.00%",
    "plain": "General",
}
#: A date stands left, as the text beside it, and a number off its right edge: else two columns would read as one.
_RIGHT: dict[str, Any] = {"align": "right", "indent": 1}
_ASIDE: dict[str, dict[str, Any]] = {
    "date": {"align": "left"}, "int": _RIGHT, "decimal": _RIGHT, "percent": _RIGHT,
}  # fmt: skip
_LEFT_HEADS = ("text", "any", "date")
_PROPERTIES = frozenset(
    {"title", "subject", "author", "manager", "company", "category", "keywords", "comments"}
)
_NUMBERS = (int, float, Decimal)
#: Digits that a spreadsheet keeps; a longer whole number must be text or it comes back rounded.
_EXACT = 10**15
#: Spreadsheets count days from 1900; what is older stays text.
_FIRST_YEAR = 1900


@dataclass(frozen=True)
class Column:
    """One column: ``key`` for programs, ``label`` in the head, ``width`` in characters.

    ``percent`` takes a share (0.05 is shown as 5.00%).  ``help`` is told where a person fills the column in.
    """

    key: str
    label: str | Promise
    kind: Kind = "text"
    width: float = 16
    help: str | Promise = ""


@dataclass(frozen=True)
class Sheet:
    """One list: ``header`` lines stand above the head, ``notes`` on a sheet of their own.

    ``rows`` give one value per column.  ``marks`` are remarks in red cells, by (row, column) counted from 1 as
    a person counts; they are few, everything else streams.
    """

    title: str | Promise
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    notes: Sequence[str | Promise] = ()
    header: Sequence[str | Promise] = ()
    marks: Mapping[tuple[int, int], str] = field(default_factory=dict)


def write(sheets: Iterable[Sheet], *, meta: Mapping[str, str]) -> bytes:
    """The workbook as bytes; see :func:`write_to`."""
    buffer = io.BytesIO()
    write_to(buffer, sheets, meta=meta)
    return buffer.getvalue()


def write_to(target: IO[bytes], sheets: Iterable[Sheet], *, meta: Mapping[str, str]) -> None:
    """Write a workbook; ``meta`` are document properties (``title``, ``author``, … and any of our own)."""
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            # A row in which one cell takes two lines reads from the top.
            "default_format_properties": {"valign": "top"},
        },
    )
    try:
        _properties(book, meta)
        writer = _BookWriter(book)
        for sheet in sheets:
            writer.add(sheet)
        writer.add_notes()
    finally:
        book.close()


def rows_csv(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """A csv file in pieces: UTF-8 with a byte order mark, the head, then the rows; text guarded as in xlsx."""
    yield _BOM
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([safe_text(column.label) for column in columns])
    for place, row in enumerate(rows, start=1):
        writer.writerow([_plain(column, value) for column, value in zip(columns, row, strict=True)])
        if place % _CSV_ROWS == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _plain(column: Column, value: Any) -> str:
    """A value for csv; numbers and dates without separators so that a program can read them."""
    if value is None:
        return ""
    if isinstance(value, bool) or column.kind == "text":
        return safe_text(value)
    if isinstance(value, _NUMBERS):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, (date, datetime)):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return safe_text(value)


def _properties(book: xlsxwriter.Workbook, meta: Mapping[str, str]) -> None:
    known = {key: safe_text(value) for key, value in meta.items() if key in _PROPERTIES}
    book.set_properties({**known, "created": clock.now().replace(tzinfo=None)})
    for key, value in meta.items():
        if key not in _PROPERTIES:
            book.set_custom_property(key, safe_text(value)[:255], "text")


class _BookWriter:
    """The formats of one workbook and the sheets written into it."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.head = book.add_format(
            {"bold": True, "bg_color": "#E7EDF5", "border": 1, "border_color": "#D9DFE8",
             "text_wrap": True, "valign": "vcenter"}
        )  # fmt: skip
        self.head_right = book.add_format(
            {"bold": True, "bg_color": "#E7EDF5", "border": 1, "border_color": "#D9DFE8",
             "text_wrap": True, "valign": "vcenter", **_RIGHT}
        )  # fmt: skip
        self.line = book.add_format({"bold": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.wrong = book.add_format({"bg_color": "#F8CBC6", "font_color": "#B3261E"})
        self.plain = {
            kind: book.add_format({"num_format": text} | _ASIDE.get(kind, {}))
            for kind, text in _FORMATS.items()
        }
        self.plain["lines"] = self.wrapped
        self.red = {
            kind: book.add_format(
                {"num_format": text, "bg_color": "#F8CBC6", "font_color": "#B3261E"} | _ASIDE.get(kind, {})
            )
            for kind, text in _FORMATS.items()
        }
        self.red["lines"] = self.wrong
        self.notes: list[str] = []
        self.titles: set[str] = set()

    def add(self, sheet: Sheet) -> None:
        """Write ``sheet``, going on in further sheets where it is longer than one can be."""
        page, at = self._page(sheet, 1)
        makers = [_maker(column) for column in sheet.columns]
        pages = 1
        for values in sheet.rows:
            if at >= ROWS_IN_A_SHEET:
                pages += 1
                page, at = self._page(sheet, pages)
            self._row(page, at, sheet, makers, values)
            at += 1
        # What the notes say may have become known with the last row.
        self.notes += [str(note) for note in sheet.notes]
        if sheet.columns and at > len(sheet.header) + 1:
            page.autofilter(len(sheet.header), 0, at - 1, len(sheet.columns) - 1)

    def add_notes(self) -> None:
        """The sheet of notes, if any sheet has notes."""
        if not self.notes:
            return
        page = self.book.add_worksheet(self._title(_("说明"), 1))
        page.set_column(0, 0, 100)
        page.set_paper(A4)
        page.fit_to_pages(1, 0)
        for at, note in enumerate(self.notes):
            page.write_string(at, 0, safe_text(note), self.wrapped)

    def _page(self, sheet: Sheet, number: int) -> tuple[Worksheet, int]:
        page = self.book.add_worksheet(self._title(str(sheet.title), number))
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
        for at, text in enumerate(sheet.header):
            page.write_string(at, 0, safe_text(text), self.line)
        at = len(sheet.header)
        labels = [str(column.label) for column in sheet.columns]
        page.set_row(at, row_height(labels, [column.width for column in sheet.columns]))
        for place, column in enumerate(sheet.columns):
            self._remark(page, at, place, sheet)
            head = self.head if column.kind in _LEFT_HEADS else self.head_right
            page.write_string(at, place, safe_text(column.label), head)
        page.freeze_panes(at + 1, 0)
        self._print(page, at, sheet)
        return page, at + 1

    def _print(self, page: Worksheet, at: int, sheet: Sheet) -> None:
        """Landscape with the head on every page; where pages stand side by side, so does the first column."""
        paper = paper_for([c.key for c in sheet.columns], [c.width for c in sheet.columns])
        page.set_landscape()
        page.set_paper(paper.size)
        page.set_margins(left=0.5, right=0.5)
        page.set_footer("&C&P / &N")
        page.repeat_rows(at)
        page.fit_to_pages(paper.across, 0)
        if paper.across > 1:
            page.repeat_columns(0, paper.repeated - 1)

    def _row(
        self, page: Worksheet, at: int, sheet: Sheet, makers: list[Callable[..., Any]], values: Sequence[Any]
    ) -> None:
        if sheet.marks:
            for place, (make, value) in enumerate(zip(makers, values, strict=True)):
                wrong = self._remark(page, at, place, sheet)
                make(page, at, place, value, self.red if wrong else self.plain, self.wrong if wrong else None)
            return
        for place, (make, value) in enumerate(zip(makers, values, strict=True)):
            if value is not None:
                make(page, at, place, value, self.plain, None)

    def _remark(self, page: Worksheet, at: int, place: int, sheet: Sheet) -> bool:
        message = sheet.marks.get((at + 1, place + 1))
        if message is None:
            return False
        page.write_comment(at, place, safe_text(message), {"x_scale": 2})
        return True

    def _title(self, wanted: str, number: int) -> str:
        """A title that Excel accepts and that no sheet has yet."""
        clean = (
            "".join(" " if sign in "[]:*?/\\" else sign for sign in safe_text(wanted)).strip("' ") or "Sheet"
        )
        ending = "" if number == 1 else f" ({number})"
        title = clean[: MAX_TITLE - len(ending)] + ending
        while title.casefold() in self.titles:
            number += 1
            ending = f" ({number})"
            title = clean[: MAX_TITLE - len(ending)] + ending
        self.titles.add(title.casefold())
        return title


def _maker(column: Column) -> Callable[..., Any]:
    if column.kind == "any":
        return _write_any
    return _text_in(column.width) if column.kind == "text" else _TYPED[column.kind]


def _text_in(width: float) -> Callable[..., Any]:
    """A writer of text that takes further lines where it is wider than its column, instead of being cut off."""

    def make(
        page: Worksheet, at: int, place: int, value: Any, formats: Mapping[str, Format], style: Format | None
    ) -> None:
        if style is None and isinstance(value, str) and columns_of(value) > width:
            style = formats["lines"]
        _write_text(page, at, place, value, formats, style)

    return make


def _write_any(
    page: Worksheet, at: int, place: int, value: Any, formats: Mapping[str, Format], style: Format | None
) -> None:
    kind = "text"
    if isinstance(value, date):
        kind = "date"
    elif isinstance(value, _NUMBERS) and not isinstance(value, bool):
        kind = "plain"
    make = _write_text if kind == "text" else _TYPED[kind]
    make(page, at, place, value, formats, style)


def _write_text(
    page: Worksheet, at: int, place: int, value: Any, formats: Mapping[str, Format], style: Format | None
) -> None:
    if value is None or value == "":
        if style is not None:
            page.write_blank(at, place, None, style)
        return
    text = safe_text(value)
    page.write_string(at, place, text, formats["lines"] if "\n" in text else style)


def _typed(kind: str) -> Callable[..., Any]:
    """A writer of numbers or dates; what is neither falls back to text instead of breaking the file."""

    def make(
        page: Worksheet, at: int, place: int, value: Any, formats: Mapping[str, Format], style: Format | None
    ) -> None:
        if isinstance(value, _NUMBERS) and not isinstance(value, bool) and kind != "date":
            if -_EXACT < value < _EXACT:
                page.write_number(at, place, float(value), formats[kind])
                return
        elif isinstance(value, date) and kind == "date" and value.year >= _FIRST_YEAR:
            page.write_datetime(at, place, _moment(value), formats[kind])
            return
        _write_text(page, at, place, value, formats, style)

    return make


def _moment(value: date) -> datetime:
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    return (value if value.tzinfo is None else clock.local(value)).replace(tzinfo=None)


_TYPED = {kind: _typed(kind) for kind in _FORMATS}
