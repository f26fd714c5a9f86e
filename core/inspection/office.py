"""docx and xlsx: the zip directory is judged before anything is unpacked, then each part within bounds."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from core.inspection.verdict import Refused

MAX_ENTRIES = 2_000
MAX_TOTAL = 150 << 20
MAX_RATIO = 150
#: Tiny parts compress extremely well and harmlessly; the ratio counts from here.
RATIO_FROM = 1 << 20
MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_MAIN_TYPE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_MACRO = re.compile(r"vbaproject|vbadata|macrosheets/|intlmacrosheets/|/attachedtoolbars", re.IGNORECASE)
_OLE = re.compile(r"(^|/)embeddings/|oleobject|activex|(^|/)controls/", re.IGNORECASE)
_EXTERNAL = re.compile(r"(^|/)externallinks/|(^|/)connections\.xml$|(^|/)querytables/", re.IGNORECASE)
_ARCHIVE = re.compile(
    r"\.(zip|rar|7z|gz|tar|docx?|xlsx?|pptx?|docm|xlsm|jar|exe|dll|js|vbs|html?|swf|bin)$", re.I
)
#: Printer settings are the one .bin part that Excel writes itself; they are never run.
_HARMLESS_BIN = re.compile(r"(^|/)printersettings/[^/]+\.bin$", re.IGNORECASE)
#: Links a person clicks are fine; parts fetched by the program on opening are not.
_CLICKED = "/hyperlink"
_DDE = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)
_FOREIGN = (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf", b"MZ", b"\x7fELF", b"%PDF-")
CHUNK = 1 << 18


#: Told of every element that opens in a part with cells: its name and its attributes.
Listener = Callable[[str, dict[str, str]], None]


def inspect(
    data: bytes, extension: str, listen: Callable[[str], Listener | None] = lambda _name: None
) -> dict[str, Any]:
    """``{"entries": n}``; raises :class:`Refused` or whatever zipfile and expat raise.

    ``listen(part)`` may give somebody who hears of each element of a part with cells, so that a reader needs no
    second walk through millions of them.
    """
    if not data.startswith(b"PK\x03\x04"):
        # The old binary formats and encrypted packages are OLE containers.
        raise Refused("encrypted" if data.startswith(b"\xd0\xcf\x11\xe0") else "mismatch")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        _check_directory(entries, data, archive.comment)
        names = {entry.filename for entry in entries}
        if "[Content_Types].xml" not in names or MAIN_PART[extension] not in names:
            raise Refused("mismatch")
        for entry in entries:
            _check_part(archive, entry, extension, listen(entry.filename))
    return {"entries": len(entries)}


def _check_directory(entries: list[zipfile.ZipInfo], data: bytes, comment: bytes) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Refused("entries")
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise Refused("total")
    folded = {entry.filename.casefold() for entry in entries}
    if len(folded) != len(entries):
        raise Refused("duplicate")
    if comment or min(entry.header_offset for entry in entries) != 0:
        raise Refused("polyglot")
    place = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        # Two entries over the same bytes are how a small archive unpacks to petabytes.
        if entry.header_offset < place:
            raise Refused("ratio")
        place = entry.header_offset + entry.compress_size
        _check_entry(entry)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if entry.flag_bits & 0x1:
        raise Refused("encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("damaged")
    if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name or "\x00" in name:
        raise Refused("names")
    if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise Refused("ratio")
    for pattern, code in ((_MACRO, "macro"), (_OLE, "ole"), (_EXTERNAL, "external")):
        if pattern.search(name):
            raise Refused(code)
    if _ARCHIVE.search(name) and not _HARMLESS_BIN.search(name):
        raise Refused("nested")


def _check_part(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, extension: str, listener: Listener | None
) -> None:
    if entry.is_dir():
        return
    is_xml = entry.filename.lower().endswith((".xml", ".rels"))
    reader = _XmlReader(entry.filename, extension, listener) if is_xml else None
    size = 0
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK):
            if not size:
                _check_magic(chunk)
            size += len(chunk)
            if size > entry.file_size:
                raise Refused("ratio")
            if reader is not None:
                reader.feed(chunk)
    if size != entry.file_size:
        raise Refused("damaged")
    if reader is not None:
        reader.close()


def _check_magic(start: bytes) -> None:
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refused("ole")
    if start.startswith(_FOREIGN):
        raise Refused("nested")


class _XmlReader:
    """Well-formed, no document type (hence no entities), and no reference the program would fetch or run."""

    def __init__(self, name: str, extension: str, listener: Listener | None = None) -> None:
        self.name, self.extension = name, extension
        self.watcher = _Watcher(name)
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self.watcher.doctype
        # What cells hold cannot refer to anything but through .rels; millions of cells stay quick to read.
        if not name.startswith(("xl/worksheets/sheet", "xl/sharedStrings")):
            self.parser.StartElementHandler = self.watcher.start
            self.parser.EndElementHandler = self.watcher.end
            self.parser.CharacterDataHandler = self.watcher.text
            self.parser.buffer_text = True
        elif listener is not None:
            self.parser.StartElementHandler = listener

    def feed(self, chunk: bytes) -> None:
        self.parser.Parse(chunk, False)

    def close(self) -> None:
        self.parser.Parse(b"", True)
        types = self.watcher.types
        if self.name == "[Content_Types].xml" and (
            types.get(f"/{MAIN_PART[self.extension]}") != _MAIN_TYPE[self.extension]
        ):
            raise Refused("mismatch")


class _Watcher:
    """Looks at relationships, content types and field codes while expat walks."""

    def __init__(self, name: str) -> None:
        self.is_relations = name.lower().endswith(".rels")
        self.types: dict[str, str] = {}
        self._code: list[str] = []
        self._inside_code = False

    def doctype(self, *_arguments: Any) -> None:
        raise Refused("entities")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(":")[2]
        if local in ("Override", "Default"):
            self._content_type(attributes)
        elif self.is_relations and local == "Relationship":
            self._relation(attributes)
        elif local == "fldSimple":
            self._field(" ".join(attributes.values()))
        elif local in ("ddeLink", "oleLink", "oleObject", "control"):
            raise Refused("external" if local == "ddeLink" else "ole")
        elif local in ("instrText", "delInstrText"):
            self._inside_code = True

    def end(self, tag: str) -> None:
        local = tag.rpartition(":")[2]
        if local in ("instrText", "delInstrText"):
            self._inside_code = False
        elif local == "p" and self._code:
            # A field code may be cut into many runs of one paragraph to hide the word.
            self._field("".join(self._code))
            self._code = []

    def text(self, data: str) -> None:
        if self._inside_code:
            self._code.append(data)

    def _field(self, code: str) -> None:
        if _DDE.search(code):
            raise Refused("external")

    def _content_type(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("ContentType", "")
        if "macroEnabled" in kind or "vbaProject" in kind:
            raise Refused("macro")
        self.types[attributes.get("PartName", "")] = kind

    def _relation(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "")
        if attributes.get("TargetMode", "").lower() == "external" and not kind.endswith(_CLICKED):
            raise Refused("external")
        if kind.endswith(("/oleObject", "/package", "/control", "/attachedTemplate")):
            raise Refused("ole")
        if kind.endswith("/vbaProject"):
            raise Refused("macro")
