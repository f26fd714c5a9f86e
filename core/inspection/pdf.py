"""PDF: readable, not encrypted, and nothing in it that runs, launches, submits or carries another file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from core.inspection.verdict import Refused

MAX_PAGES = 3000
MAX_OBJECTS = 400_000
#: Some writers pad the end with line breaks; anything else after the last %%EOF is another file.
MAX_TAIL = 2048

_RUNS = {"/JS", "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/XFA", "/RichMedia", "/Rendition"}
_CARRIES = {"/EmbeddedFile", "/EmbeddedFiles"}
_BAD_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/Rendition",
    "/Movie",
    "/Sound",
}
_BAD_SUBTYPES = {"/RichMedia", "/3D", "/Screen", "/Movie", "/Sound", "/FileAttachment"}
#: Also looked for as plain bytes: a reader that repairs a broken file finds objects the table does not list.
_RAW = (b"/JavaScript", b"/Launch", b"/RichMedia", b"/SubmitForm")
_MARKUP = (b"<html", b"<script", b"<svg", b"<?php", b"<!doctype html")


def inspect(data: bytes) -> dict[str, Any]:
    """``{"pages": n}``; raises :class:`Refused` or whatever the parser raises."""
    _check_shell(data)
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise Refused("encrypted")
    pages = len(reader.pages)
    if not 0 < pages <= MAX_PAGES:
        raise Refused("pages" if pages else "damaged")
    if any(word in data for word in _RAW):
        raise Refused("active")
    for found in _objects(reader):
        _check_dictionary(found)
    return {"pages": pages}


def _check_shell(data: bytes) -> None:
    if not data.startswith(b"%PDF-"):
        raise Refused("mismatch")
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Refused("damaged")
    tail = data[end + 5 :]
    if len(tail) > MAX_TAIL or tail.strip(b"\r\n\t \x00"):
        raise Refused("polyglot")
    head = data[:1024].lower()
    if any(word in head for word in _MARKUP) or zipfile.is_zipfile(io.BytesIO(data)):
        raise Refused("polyglot")


def _objects(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of the file, also those no page points to: a reader may follow other paths."""
    numbers = {(number, gen) for gen, rows in reader.xref.items() for number in rows}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_OBJECTS:
        raise Refused("damaged")
    yield from _dictionaries(reader.trailer)
    for number, generation in numbers:
        yield from _dictionaries(_resolve(reader, number, generation))


def _resolve(reader: PdfReader, number: int, generation: int) -> Any:
    if number == 0 or generation == 65535:
        return None
    try:
        return reader.get_object(IndirectObject(number, generation, reader))
    except Exception:  # noqa: BLE001 - a dangling reference is common in real files and holds nothing
        return None


def _dictionaries(value: Any, depth: int = 0) -> Iterator[DictionaryObject]:
    """Direct values only; references are visited through the table."""
    if depth > 60:
        raise Refused("damaged")
    if isinstance(value, DictionaryObject):
        yield value
        for item in value.values():
            yield from _dictionaries(item, depth + 1)
    elif isinstance(value, ArrayObject):
        for item in value:
            yield from _dictionaries(item, depth + 1)


def _check_dictionary(found: DictionaryObject) -> None:
    keys = set(found.keys())
    if keys & _RUNS:
        raise Refused("active")
    if keys & _CARRIES or _name(found, "/Type") == "/EmbeddedFile":
        raise Refused("embedded")
    if _name(found, "/S") in _BAD_ACTIONS:
        raise Refused("active")
    if _name(found, "/Subtype") in _BAD_SUBTYPES:
        raise Refused("embedded" if _name(found, "/Subtype") == "/FileAttachment" else "active")


def _name(found: DictionaryObject, key: str) -> str:
    value = found.raw_get(key) if key in found else ""
    if isinstance(value, IndirectObject):
        value = value.get_object()
    return value if isinstance(value, str) else ""
