"""What :mod:`core.child_server` runs for a document of ours: WeasyPrint, warm, one fork for each PDF."""

from __future__ import annotations

import ctypes
import io
import logging
from collections import OrderedDict
from typing import Any

from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from core import pdf_writer

KEPT_SHEETS = 16
#: The fonts of static/css/pdf.css; others work too, a little slower.
FAMILIES = ("Noto Serif CJK SC", "Noto Sans CJK SC", "Noto Sans Mono CJK SC")

_fonts = FontConfiguration()
_sheets: OrderedDict[str, CSS] = OrderedDict()


def _fetcher() -> URLFetcher:
    """Knows ``data:`` and nothing else: a document can name no file, no host and no redirect."""
    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


class NoFont(Exception):
    """No font that has Chinese characters: papers would show boxes, and without any font the renderer dies."""


class _FontSet(ctypes.Structure):
    _fields_ = [("count", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.c_void_p)]


def _chinese_fonts() -> int:
    """How many faces fontconfig knows for Simplified Chinese."""
    library = ctypes.CDLL("libfontconfig.so.1")
    for name in ("FcNameParse", "FcObjectSetCreate"):
        getattr(library, name).restype = ctypes.c_void_p
    library.FcFontList.restype = ctypes.POINTER(_FontSet)
    library.FcFontList.argtypes = [ctypes.c_void_p] * 3
    found = library.FcFontList(None, library.FcNameParse(b":lang=zh-cn"), library.FcObjectSetCreate())
    return found.contents.count if found else 0


def warm() -> None:
    """Load our fonts and WeasyPrint's own style sheets once, before any fork. Raises NoFont."""
    if not _chinese_fonts():
        raise NoFont("no font with Chinese characters is installed (fonts-noto-cjk)")
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    pdf_writer.install()
    words = "联创 <b>联创 ABC 123</b>"  # data
    lines = "".join(f'<p style="font-family: {family}">{words}</p>' for family in FAMILIES)
    _write(f"<html lang='zh-CN'><body>{lines}</body></html>", [], {}, [])


def prepare(header: dict[str, Any], blobs: list[bytes]) -> None:
    """Parse our style sheet here, in the server, so that every later fork inherits it parsed."""
    text = header["css"]
    if text and text not in _sheets:
        _sheets[text] = CSS(string=text, font_config=_fonts, url_fetcher=_fetcher())
        while len(_sheets) > KEPT_SHEETS:
            _sheets.popitem(last=False)


def handle(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """``{"css", "identifier", "attachments": [name]}`` and ``[html, *attachments]`` → the PDF."""
    sheets = [_sheets[header["css"]]] if header["css"] else []
    pairs = list(zip(header["attachments"], blobs[1:], strict=True))
    return {}, [_write(blobs[0].decode(), sheets, header, pairs)]


def _write(html: str, sheets: list[CSS], header: dict[str, Any], pairs: list[tuple[str, bytes]]) -> bytes:
    fetcher = _fetcher()
    attachments = [
        Attachment(file_obj=io.BytesIO(data), name=name, url_fetcher=fetcher, relationship="Data")
        for name, data in pairs
    ]
    document = HTML(string=html, url_fetcher=fetcher)
    written = document.write_pdf(
        font_config=_fonts,
        stylesheets=sheets,
        attachments=attachments or None,
        finisher=pdf_writer.finish,
        pdf_variant="pdf/a-3b",
        pdf_tags=True,
        pdf_identifier=header.get("identifier", "").encode() or None,
    )
    return bytes(written or b"")
