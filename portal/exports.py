"""The public register as a file: exactly the rows and columns of the page, all of them, row by row."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.xlsx import Sheet, rows_csv, write_to
from filings.models import Entity
from portal.selectors import register

#: A workbook can only be sent when it is complete; a longer list is offered as csv, which streams.
MOST_IN_XLSX = 20_000
CHUNK = 2_000


def rows_of(query: register.Query, on: datetime.date) -> QuerySet[Entity]:
    """What the page shows on all its pages."""
    return register.register_rows(query, on)


def as_csv(query: register.Query, on: datetime.date) -> Iterator[bytes]:
    """The file in pieces; its last line says the day, how many rows and the SHA-256 of everything before that line."""
    digest = hashlib.sha256()
    counted = _Counted(_rows(query, on))
    for piece in rows_csv(register.COLUMNS, counted):
        digest.update(piece)
        yield piece
    yield f"# {_told(on, counted.count)} SHA-256 {digest.hexdigest()}\r\n".encode()


def as_xlsx(target: IO[bytes], query: register.Query, on: datetime.date) -> None:
    """The workbook; its notes say the day, how many rows and the digest that the csv of the same rows has."""
    digest = hashlib.sha256()
    counted = _Counted(_digested(_rows(query, on), digest))
    notes: list[str] = []

    def rows() -> Iterator[list[Any]]:
        yield from counted
        notes.append(_told(on, counted.count))
        notes.append(f"SHA-256 {digest.hexdigest()}")

    title = _("登记名录")
    sheet = Sheet(
        title, register.COLUMNS, rows(), notes=notes, header=[_("截至 %(day)s") % {"day": on.isoformat()}]
    )
    write_to(target, [sheet], meta={"title": title, "subject": on.isoformat()})


def _told(on: datetime.date, count: int) -> str:
    return _("截至 %(day)s，共 %(n)s 行。") % {"day": on.isoformat(), "n": count}


class _Counted:
    """Counts rows as they pass."""

    def __init__(self, rows: Iterable[list[Any]]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[list[Any]]:
        for row in self.rows:
            self.count += 1
            yield row


def _digested(rows: Iterable[list[Any]], digest: Any) -> Iterator[list[Any]]:
    """The rows, with the bytes that they would be as csv counted into the digest."""
    pending: list[list[Any]] = []

    def watched() -> Iterator[list[Any]]:
        for row in rows:
            pending.append(row)
            yield row

    for piece in rows_csv(register.COLUMNS, watched()):
        digest.update(piece)
        yield from pending
        pending.clear()


def _rows(query: register.Query, on: datetime.date) -> Iterator[list[Any]]:
    """Values in the order of the columns, read through a cursor of the database: memory does not grow."""
    names = register.industries()
    for entity in rows_of(query, on).iterator(chunk_size=CHUNK):
        row = register.public_row(entity, on, names)
        yield [row[column.key] for column in register.COLUMNS]
