"""Forms that go out to be filled in: locked but for their open cells, and known again when they come back."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from core import clock
from core.xlsx.paper import paper_for, row_height
from core.xlsx.reader import NOTES, ReadSheet
from core.xlsx.text import safe_text
from core.xlsx.writer import Column, Kind

META = "_meta"
LISTS = "_lists"
_PURPOSE = b"core.xlsx.template.v1:"
_HEAD = PatternFill("solid", fgColor="FFE7EDF5")
_LOCKED = PatternFill("solid", fgColor="FFF4F6F9")
_EDGE = Side(style="thin", color="FFD9DFE8")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_FORMATS = {"int": "#,##0", "decimal": "#,##0.00", "date": "yyyy-mm-dd", "percent": "0.00%", "text": "@"}
_NUMBERS = ("int", "decimal", "percent")
#: Open rows of a list without an end, for which choices are offered.
_OFFERED = 100_000


@dataclass(frozen=True)
class TemplateSheet:
    """One list of a form: its head in row 1, ``rows`` below.

    ``inputs`` are the keys of the columns a person fills in; ``fixed`` are exceptions among them, by (index in
    ``rows``, key).  ``endless`` leaves every row below the head open, for a list of unknown length, and
    ``choices`` offers values in a column.  ``kinds`` are rows of numbers of another kind than their column says,
    by index in ``rows``: of a column of decimals, those that count something.
    """

    title: str | Promise
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]] = ()
    inputs: frozenset[str] = frozenset()
    fixed: frozenset[tuple[int, str]] = frozenset()
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    endless: bool = False
    kinds: Mapping[int, Kind] = field(default_factory=dict)


@dataclass(frozen=True)
class Template:
    """A form: what it is (``id``, ``version``, ``period``), its lists, and instructions on a sheet before them."""

    id: str
    version: str
    period: str
    sheets: Sequence[TemplateSheet]
    notes: Sequence[str | Promise] = ()
    title: str | Promise = ""


def form_template(template: Template) -> bytes:
    """The form as a workbook: open cells white, all others locked, a sealed description on a hidden sheet."""
    from core.xlsx_child_mark import saved

    book = Workbook()
    book.remove(book.active)
    if template.notes:
        _notes(book, template.notes)
    lists = _Lists(book)
    shape: dict[str, Any] = {}
    values: dict[str, dict[tuple[int, int], Any]] = {}
    for sheet in template.sheets:
        page = book.create_sheet(safe_text(sheet.title)[:31])
        values[page.title] = _fill(page, sheet, lists)
        shape[page.title] = _shape(sheet)
    lists.hide()
    _describe(book, template, shape, values)
    book.active = min(1, len(template.sheets)) if template.notes else 0
    book.properties.title = safe_text(template.title or template.id)
    book.properties.creator = ""
    book.properties.created = book.properties.modified = clock.now().replace(tzinfo=None)
    return saved(book)


def is_intact(sheets: Sequence[ReadSheet]) -> bool:
    """Whether a form that came back is one of ours and nothing but its open cells was changed.

    ``sheets`` must be everything that :func:`core.xlsx.read` found in the file.
    """
    meta = sheets[0].meta if sheets else {}
    try:
        shape = json.loads(meta.get("shape", ""))
    except ValueError:
        return False
    by_title = {sheet.title: sheet for sheet in sheets}
    if not isinstance(shape, dict) or any(title not in by_title for title in shape):
        return False
    values = {title: _locked_values(by_title[title], shape[title]) for title in shape}
    told = _canonical(meta, meta["shape"], values)
    return any(hmac.compare_digest(seal, meta.get("seal", "")) for seal in _seals(told))


def _notes(book: Workbook, notes: Sequence[str | Promise]) -> None:
    page = book.create_sheet(str(NOTES))
    page.column_dimensions["A"].width = 100
    for at, note in enumerate(notes, start=1):
        cell = page.cell(at, 1)
        _put(cell, safe_text(note))
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.row_dimensions[at].height = row_height([str(note)], [100])
    page.cell(1, 1).font = Font(bold=True)
    page.page_setup.paperSize, page.page_setup.fitToHeight = page.PAPERSIZE_A4, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.protection.sheet = True


class _Lists:
    """The hidden sheet whose columns are what cells may choose from."""

    def __init__(self, book: Workbook) -> None:
        self.page = book.create_sheet(LISTS)
        self.used = 0

    def add(self, values: Sequence[str]) -> str:
        self.used += 1
        letter = get_column_letter(self.used)
        for at, value in enumerate(values, start=1):
            _put(self.page.cell(at, self.used), safe_text(value))
        return f"{LISTS}!${letter}$1:${letter}${max(len(values), 1)}"

    def hide(self) -> None:
        self.page.sheet_state = "hidden"
        self.page.protection.sheet = True
        # Behind the lists a person works with.
        self.page.parent.move_sheet(self.page, len(self.page.parent.worksheets))


def _fill(page: Worksheet, sheet: TemplateSheet, lists: _Lists) -> dict[tuple[int, int], Any]:
    """Write the list; returns the values of its locked cells by (row, column)."""
    locked: dict[tuple[int, int], Any] = {}
    for place, column in enumerate(sheet.columns, start=1):
        _head(page, place, column)
        locked[1, place] = str(column.label)
        dimension = page.column_dimensions[get_column_letter(place)]
        dimension.width = column.width
        is_open = column.key in sheet.inputs
        if sheet.endless and is_open:
            dimension.protection = Protection(locked=False)
            dimension.number_format = _FORMATS.get(column.kind, "General")
        for index, row in enumerate(sheet.rows):
            free = is_open and (index, column.key) not in sheet.fixed
            kind = column.kind if column.kind == "text" else sheet.kinds.get(index, column.kind)
            _cell(page, index + 2, place, kind, row[place - 1], free)
            if not free:
                locked[index + 2, place] = row[place - 1]
        if sheet.choices.get(column.key):
            _offer(page, place, sheet, lists.add(sheet.choices[column.key]))
    page.freeze_panes = "A2"
    widths = [column.width for column in sheet.columns]
    page.row_dimensions[1].height = row_height([str(column.label) for column in sheet.columns], widths)
    for index, row in enumerate(sheet.rows, start=2):
        page.row_dimensions[index].height = row_height([_shown(value) for value in row], widths)
    paper = paper_for([column.key for column in sheet.columns], widths)
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.page_setup.paperSize, page.page_setup.fitToWidth = paper.size, paper.across
    page.page_margins.left = page.page_margins.right = 0.5
    page.oddFooter.center.text = "&P / &N"
    if paper.across > 1:
        page.print_title_cols = f"A:{get_column_letter(paper.repeated)}"
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = "1:1"
    _protect(page)
    return locked


def _shown(value: Any) -> str:
    """A text as long as it stands in the cell; numbers and dates fit."""
    return value if isinstance(value, str) else ""


def _protect(page: Worksheet) -> None:
    """Locked, yet a person may still widen columns, filter and sort."""
    page.protection.sheet = True
    page.protection.formatColumns = False
    page.protection.formatRows = False
    page.protection.autoFilter = False
    page.protection.sort = False


def _head(page: Worksheet, place: int, column: Column) -> None:
    cell = page.cell(1, place)
    _put(cell, safe_text(column.label))
    cell.font, cell.fill, cell.border = Font(bold=True), _HEAD, _BORDER
    cell.alignment = Alignment(wrap_text=True, vertical="center", **_aside(column.kind))
    if column.help:
        cell.comment = Comment(safe_text(column.help), _("填报说明"), width=320, height=110)


def _cell(page: Worksheet, at: int, place: int, kind: Kind, value: Any, free: bool) -> None:
    cell = page.cell(at, place)
    _put(cell, value if isinstance(value, (int, float, Decimal, date)) else safe_text(value or ""))
    cell.border = _BORDER
    cell.alignment = Alignment(vertical="top", wrap_text=kind == "text", **_aside(kind))
    if kind != "text":
        cell.number_format = _FORMATS.get(kind, "General")
    if free:
        cell.protection = Protection(locked=False)
    else:
        cell.fill = _LOCKED


def _aside(kind: str) -> dict[str, Any]:
    """Numbers stand right, off the edge, so that they do not run into the text beside them."""
    return {"horizontal": "right", "indent": 1} if kind in _NUMBERS else {}


def _put(cell: Any, value: Any) -> None:
    if value == "" or value is None:
        return
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"


def _offer(page: Worksheet, place: int, sheet: TemplateSheet, source: str) -> None:
    last = _OFFERED if sheet.endless else len(sheet.rows) + 1
    if last < 2:
        return
    rule = DataValidation(type="list", formula1=source, allow_blank=True)
    rule.error = _("请从列表中选择。")
    rule.showErrorMessage = True
    letter = get_column_letter(place)
    rule.add(f"{letter}2:{letter}{last}")
    page.add_data_validation(rule)


def _shape(sheet: TemplateSheet) -> dict[str, Any]:
    """Which cells are open, so that the others can be told when the form comes back."""
    place_of = {column.key: place for place, column in enumerate(sheet.columns, start=1)}
    return {
        "open": sorted(place_of[key] for key in sheet.inputs),
        "rows": 0 if sheet.endless else len(sheet.rows),
        "fixed": sorted([index + 2, place_of[key]] for index, key in sheet.fixed),
    }


def _locked_values(sheet: ReadSheet, shape: dict[str, Any]) -> dict[tuple[int, int], Any]:
    """Everything that stands outside the open cells of a form that came back."""
    open_columns, rows = set(shape["open"]), shape["rows"]
    fixed = {(row, column) for row, column in shape["fixed"]}
    values: dict[tuple[int, int], Any] = {}
    for number, row in zip(sheet.numbers, sheet.rows, strict=True):
        for column, value in enumerate(row, start=1):
            is_open = (column in open_columns and number > 1 and (not rows or number <= rows + 1)) and (
                number,
                column,
            ) not in fixed
            if not is_open:
                values[number, column] = value
    values.update({place: "=" for place in sheet.formulas if place not in values or values[place] is None})
    return values


def _describe(
    book: Workbook, template: Template, shape: dict[str, Any], values: dict[str, dict[tuple[int, int], Any]]
) -> None:
    page = book.create_sheet(META)
    meta = {"id": template.id, "version": template.version, "period": template.period}
    told = json.dumps(shape, ensure_ascii=False, sort_keys=True)
    meta |= {"shape": told, "seal": next(iter(_seals(_canonical(meta, told, values))))}
    for at, (key, value) in enumerate(meta.items(), start=1):
        _put(page.cell(at, 1), key)
        _put(page.cell(at, 2), value)
    page.sheet_state = "veryHidden"
    page.protection.sheet = True


def _canonical(
    meta: Mapping[str, str], shape: str, values: Mapping[str, Mapping[tuple[int, int], Any]]
) -> bytes:
    cells = [
        [title, row, column, _text(value)]
        for title in sorted(values)
        for (row, column), value in sorted(values[title].items())
        if _text(value)
    ]
    told = [meta.get("id"), meta.get("version"), meta.get("period"), shape, cells]
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def _text(value: Any) -> str:
    """A value as it reads back from any spreadsheet program."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float, Decimal)):
        return f"{float(value):.15g}"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return " ".join(str(value).split())


def _seals(told: bytes) -> list[str]:
    """The seal under the key in force and under those before it."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hmac.new(_PURPOSE + str(key).encode(), told, hashlib.sha256).hexdigest() for key in keys]
