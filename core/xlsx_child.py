"""What :mod:`core.child_server` runs for a workbook from outside: judge it, then read its cells or mark them.

Knows no Django.  The zip directory and every part are judged by :mod:`core.inspection.office` first; in the
same walk a listener finds how far the cells reach, where formulas stand and which cells are merged, so that
nothing is laid out in memory before its size is known.
"""

from __future__ import annotations

import importlib
import io
import json
import math
import posixpath
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from xml.etree import ElementTree

from core.inspection import office
from core.inspection.verdict import Refused

#: Where cells are looked for; Excel, WPS and LibreOffice know no other place.
CELLS = "xl/worksheets/"
#: Sheets of our own, hidden: what a form is, and the lists its cells choose from.
OWN = "_"
META = "_meta"
#: So many formulas and merged ranges are named one by one.
NAMED = 20_000
ROWS_IN_A_BLOB = 4_000
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})\Z")
_EXACT = 10**15
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"


class TooFar(Exception):
    """A cell beyond the caps: ``facts`` name its sheet, row and column."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        super().__init__(facts)


def warm() -> None:
    """Import what every request needs."""
    importlib.import_module("core.xlsx_child_mark")
    importlib.import_module("python_calamine")


def handle(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """``{"do": "read"|"mark", …}`` and the workbook → what was found, or ``{"refused": code}``.

    Parsers raise anything at all on hostile input: every exception but our own means "damaged".
    """
    try:
        if header["do"] == "mark":
            from core.xlsx_child_mark import marked

            return marked(header, blobs[0])
        return _read(header, blobs[0])
    except Refused as refused:
        return {"refused": refused.code}, []
    except TooFar as error:
        return {"refused": "far", **error.facts}, []
    except (MemoryError, RecursionError):
        raise
    except BaseException as error:  # noqa: BLE001 - a panic of the Rust reader is no Exception
        return {"refused": "damaged", "cause": f"{type(error).__name__}: {error}"[:300]}, []


class Cells:
    """Listens to one part: where its last filled cell is, how many are blank, formulas, merged ranges."""

    def __init__(self) -> None:
        self.rows = self.columns = self.filled = self.blank = 0
        self.formulas: list[tuple[int, int]] = []
        self.formula_count = 0
        self.merged: list[str] = []
        self._row = self._column = 0
        self._seen = True

    def __call__(self, name: str, attributes: dict[str, str]) -> None:
        # A million cells pass here: what every cell has comes first.
        if name == "v":
            if not self._seen:
                self._value()
        elif name == "c":
            self._cell(attributes.get("r"))
            if attributes.get("t") == "e":
                # An error such as #DIV/0! is as little a value as a formula is.
                self._formula()
        elif ":" in name:
            self(name.rpartition(":")[2], attributes)
        elif name == "f":
            self._formula()
            self._value()
        elif name == "is":
            self._value()
        elif name == "row":
            self._begin(attributes.get("r"))
        elif name == "mergeCell" and len(self.merged) < NAMED:
            self.merged.append(attributes.get("ref", "")[:40])

    def _begin(self, number: str | None) -> None:
        self._row = int(number) if number else self._row + 1
        self._column = 0

    def _cell(self, place: str | None) -> None:
        self._seen = False
        self.blank += 1
        if place is None:
            self._column += 1
            return
        match = _PLACE.match(place)
        if match is None:
            raise Refused("damaged")
        letters, row = match.groups()
        self._column, self._row = column_number(letters), int(row)

    def _value(self) -> None:
        if self._seen:
            return
        self._seen = True
        self.blank -= 1
        self.filled += 1
        if self._row > self.rows:
            self.rows = self._row
        if self._column > self.columns:
            self.columns = self._column

    def _formula(self) -> None:
        self.formula_count += 1
        if len(self.formulas) < NAMED:
            self.formulas.append((self._row, self._column))


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class Walk:
    """What the one walk through a workbook found: the sheets in order and what their parts hold."""

    def __init__(self, data: bytes) -> None:
        self.parts: dict[str, Cells] = {}
        office.inspect(data, "xlsx", self._listener)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.sheets = dict(_sheets(archive))
        if any(part not in self.parts for part in self.sheets.values()):
            raise Refused("mismatch")

    def _listener(self, part: str) -> Cells | None:
        if not part.startswith(CELLS) or not part.endswith(".xml"):
            return None
        return self.parts.setdefault(part, Cells())

    def cells(self, title: str) -> Cells:
        return self.parts[self.sheets[title]]


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Title and part of each worksheet, in the order of the tabs."""
    targets = {}
    # No part has a document type: the inspection refused those.
    for link in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):  # noqa: S314
        if link.get("Type", "").endswith("/worksheet"):
            target = link.get("Target", "")
            targets[link.get("Id")] = (
                target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            )
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    for space in (_MAIN, _STRICT):
        for sheet in book.iterfind(f"{space}sheets/{space}sheet"):
            for key, value in sheet.attrib.items():
                if key.endswith("}id") and value in targets:
                    yield sheet.get("name", ""), targets[value]


def _read(header: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    from python_calamine import CalamineWorkbook

    walk = Walk(data)
    wanted = header["sheets"]
    titles = [
        title
        for title in walk.sheets
        if title not in header["skip"] and not title.startswith(OWN) and (wanted is None or title in wanted)
    ]
    for title in titles:
        _check_caps(title, walk.cells(title), header)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    answer: list[dict[str, Any]] = []
    blobs: list[bytes] = []
    for title in titles:
        cells = walk.cells(title)
        numbers, parts = _rows(book, title, set(cells.formulas)) if cells.filled else ([], [])
        blobs += parts
        answer.append(
            {
                "title": title,
                "numbers": numbers,
                "blobs": len(parts),
                "formulas": cells.formulas,
                "formula_count": cells.formula_count,
                "merged": cells.merged,
            }
        )
    return {"sheets": answer, "meta": _meta(book, walk)}, blobs


def _check_caps(title: str, cells: Cells, header: dict[str, Any]) -> None:
    if cells.rows > header["max_rows"] or cells.columns > header["max_columns"]:
        raise TooFar({"sheet": title, "row": cells.rows, "column": cells.columns})


def _rows(book: Any, title: str, formulas: set[tuple[int, int]]) -> tuple[list[int], list[bytes]]:
    """Numbers of the rows that hold anything, and the rows as JSON in pieces."""
    sheet = book.get_sheet_by_name(title)
    # The reader begins at the first filled cell of the sheet.
    _first_row, first_column = sheet.start
    numbers: list[int] = []
    parts: list[bytes] = []
    kept: list[list[Any]] = []
    formula_rows = {row for row, _column in formulas}
    before: list[Any] = [None] * first_column
    for number, values in enumerate(sheet.iter_rows(), start=1):
        row = [*before, *[_plain(value) for value in values]]
        if number in formula_rows:
            row = [None if (number, place) in formulas else value for place, value in enumerate(row, start=1)]
        elif row.count(None) == len(row):
            continue
        numbers.append(number)
        kept.append(row)
        if len(kept) == ROWS_IN_A_BLOB:
            parts.append(_packed(kept))
            kept = []
    if kept:
        parts.append(_packed(kept))
    return numbers, parts


def _packed(rows: list[list[Any]]) -> bytes:
    return json.dumps(rows, ensure_ascii=False, default=_dated, separators=(",", ":")).encode(
        "utf-8", "replace"
    )


def _plain(value: Any) -> Any:
    """Text without outer blanks, whole numbers as such, a day where the hour is midnight."""
    kind = type(value)
    if kind is str:
        return value.strip() or None
    if kind is float:
        if value.is_integer() and -_EXACT < value < _EXACT:
            return int(value)
        return value if math.isfinite(value) else str(value)
    if kind is datetime:
        midnight = value.hour == value.minute == value.second == value.microsecond == 0
        return value.date() if midnight else value
    return value


def _dated(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    return {"d": value.isoformat()} if isinstance(value, date) else str(value)


def _meta(book: Any, walk: Walk) -> dict[str, str]:
    """The hidden sheet of a form: two columns, name and value."""
    if META not in walk.sheets:
        return {}
    cells = walk.cells(META)
    if cells.rows > 100 or cells.columns > 2 or not cells.filled:
        return {}
    rows = book.get_sheet_by_name(META).to_python()
    return {str(row[0]): str(row[1]) for row in rows if len(row) == 2}
