"""A sheet as columns, and the errors found in its cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import mul
from typing import Any

from django.utils.translation import gettext as _

from accounts.credit_code import ALPHABET, WEIGHTS, normalise, organisation_digit, problems
from core.xlsx import CellError, ReadSheet, header_row
from core.xlsx.marks import LISTED
from filings.services.register_load.columns import SheetSpec

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z")  # data
_EARLIEST = date(1949, 10, 1)
_VALUES = {character: place for place, character in enumerate(ALPHABET)}
_RANGE = re.compile(r"([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})\Z")


@dataclass
class Findings:
    """Errors by cell: all are counted, the first are kept."""

    total: int = 0
    kept: list[CellError] = field(default_factory=list)
    #: Credit codes as written: what they are, `None` for a wrong one. Most stand on two sheets or three.
    codes: dict[Any, str | None] = field(default_factory=dict)

    def add(self, sheet: str, row: int, column: int, message: str) -> None:
        self.total += 1
        if len(self.kept) < LISTED:
            self.kept.append(CellError(sheet, row, column, message))


class Table:
    """One sheet below its head: each column a list, one value a row; what is wrong goes to ``found``.

    A row with an error stays in the columns, its flaw as ``None``; nothing is written while there is any error.
    """

    def __init__(self, spec: SheetSpec, sheet: ReadSheet | None, found: Findings) -> None:
        self.spec, self.found, self.title = spec, found, str(spec.title)
        self.numbers: list[int] = []
        self.places: dict[str, int] = {}
        self._rows: list[list[Any]] = []
        if sheet is not None and sheet.rows:
            self._take(sheet)

    def __len__(self) -> int:
        return len(self.numbers)

    def _take(self, sheet: ReadSheet) -> None:
        labels = {str(column.label): column.key for column in self.spec.columns}
        head = header_row(sheet, list(labels))
        if head is None:
            self.found.add(self.title, sheet.numbers[0], 1, _("没有找到表头，请使用模板中的表头。"))
            return
        index, places = head
        self.places = {labels[label]: place for label, place in places.items()}
        missing = [self.spec.label(key) for key in sorted(self.spec.required - set(self.places))]
        if missing:
            message = _("缺少必需的列：%(columns)s。") % {"columns": "、".join(missing)}
            self.found.add(self.title, sheet.numbers[index], 1, message)
            return
        self.numbers, self._rows = sheet.numbers[index + 1 :], sheet.rows[index + 1 :]
        self._structure(sheet, sheet.numbers[index])

    def _structure(self, sheet: ReadSheet, head: int) -> None:
        """Formulas and merged cells below the head."""
        ours = {place + 1 for place in self.places.values()}
        for row, column in sorted(sheet.formulas):
            if row > head and column in ours:
                self.found.add(self.title, row, column, _("单元格是公式或错误值，请粘贴为数值后再上传。"))
        for name in sheet.merged:
            match = _RANGE.match(name)
            if match and int(match[3]) > head:
                message = _("%(range)s 是合并单元格，请取消合并并在每一行填写。") % {"range": name}
                self.found.add(self.title, int(match[2]), _column(match[1]), message)

    def error(self, index: int, key: str, message: str) -> None:
        """Something is wrong with a column of the row at an index; a column that is not there stands for the row."""
        place = self.places.get(key)
        if place is None:
            place = min(self.places.values(), default=0)
            message = f"{self.spec.label(key)}：{message}"
        self.found.add(self.title, self.numbers[index], place + 1, message)

    def values(self, key: str) -> list[Any]:
        """A column as it was read; all ``None`` where the sheet has no such column."""
        place = self.places.get(key)
        return [None] * len(self._rows) if place is None else [row[place] for row in self._rows]

    def raw(self, key: str) -> list[Any]:
        """As :meth:`values`; an empty cell of a required column is an error."""
        found, place = self.values(key), self.places.get(key, 0)
        if key in self.spec.required and None in found:
            flawed = {(error.row, error.column) for error in self.found.kept if error.sheet == self.title}
            for index, value in enumerate(found):
                if value is None and (self.numbers[index], place + 1) not in flawed:
                    self.error(index, key, _("%(label)s不能为空。") % {"label": self.spec.label(key)})
        return found

    def raw_at(self, index: int, place: int) -> Any:
        """The value of one cell as it was read."""
        return self._rows[index][place]

    def text(self, key: str, most: int) -> list[str | None]:
        """A column of text of at most ``most`` characters; a number is taken as its digits."""
        values = self.raw(key)
        for index, value in enumerate(values):
            if value is None:
                continue
            if type(value) is not str:
                value = values[index] = self._as_text(index, key, value)
            if value is not None and len(value) > most:
                words = _("%(label)s最多 %(most)s 个字，现在 %(n)s 个字。")
                self.error(index, key, words % {"label": self.spec.label(key), "most": most, "n": len(value)})
                values[index] = None
        return values

    def _as_text(self, index: int, key: str, value: Any) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        self.error(index, key, _("%(label)s应为文字。") % {"label": self.spec.label(key)})
        return None

    def days(self, key: str) -> list[date | None]:
        """A column of days; text is taken where it can only mean one day."""
        values = self.raw(key)
        known: dict[Any, date | None] = {}
        for index, value in enumerate(values):
            if value is None:
                continue
            if value not in known:
                known[value] = _day(value)
            values[index] = known[value]
            if known[value] is None:
                words = _("%(label)s应为日期，如 2025-01-31，现在是“%(value)s”。")
                self.error(index, key, words % {"label": self.spec.label(key), "value": str(value)[:40]})
        return values

    def choice(self, key: str, known: Mapping[str, Any], otherwise: str) -> list[Any]:
        """A column of words from a list, as what the list gives for them; ``otherwise`` is told of other words."""
        values = self.raw(key)
        meant = {value: known.get(_word(value)) for value in set(values) if value is not None}
        for index, value in enumerate(values):
            if value is None:
                continue
            values[index] = meant[value]
            if values[index] is None:
                self.error(index, key, otherwise % {"value": str(value)[:40]})
        return values

    def codes(self, key: str) -> list[str | None]:
        """A column of credit codes, normalised, both check digits right."""
        values, known = self.raw(key), self.found.codes
        for index, value in enumerate(values):
            if value is None:
                continue
            if value not in known:
                known[value] = _good_code(value)
            if known[value] is None:
                self.error(index, key, _flaw(value))
            values[index] = known[value]
        return values

    def repeated(self, keys: Iterable[Any], key: str, words: str) -> None:
        """Each later row with the same (not ``None``) key as an earlier one is an error that names the first."""
        seen: dict[Any, int] = {}
        for index, value in enumerate(keys):
            if value is None:
                continue
            first = seen.setdefault(value, index)
            if first != index:
                self.error(index, key, words % {"row": self.numbers[first]})

    def each(self, *columns: list[Any]) -> Iterator[tuple[Any, ...]]:
        """Index and the values of the columns, row by row."""
        return zip(range(len(self)), *columns, strict=True)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _word(value: Any) -> str:
    """A word as it is looked up: without blanks, brackets alike."""
    return "".join(str(value).split()).replace("(", "（").replace(")", "）")


def words(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """{word as looked up: value} for (value, label): by its label and by its key."""
    found = {}
    for value, label in pairs:
        found[_word(label)] = value
        found[_word(value)] = value
    return found


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    else:
        match = _DAY.match(value) if isinstance(value, str) else None
        if match is None:
            return None
        try:
            day = date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            return None
    return day if _EARLIEST <= day <= date(2200, 1, 1) else None


def _good_code(value: Any) -> str | None:
    """The code, if it is one: the quick way for the many that are good."""
    code = value if isinstance(value, str) else str(value)
    try:
        numbers = [_VALUES[character] for character in code]
        if len(numbers) == 18 and sum(map(mul, numbers, _ALL_WEIGHTS)) % 31 == 0:
            return code if organisation_digit(code[8:16]) == code[16] else None
    except KeyError:
        code = normalise(code)
    return None if problems(code) else normalise(code)


#: With weight 1 for the check digit itself the sum of a good code is a multiple of 31.
_ALL_WEIGHTS = (*WEIGHTS, 1)


def _flaw(value: Any) -> str:
    return " ".join(str(problem.message) for problem in problems(str(value)))
