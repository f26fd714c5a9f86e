"""What :mod:`core.child_server` runs for an uploaded file."""

from __future__ import annotations

import hashlib
import warnings
from typing import Any

from core.inspection import images, office, pdf
from core.inspection.verdict import Refused

MIME = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def warm() -> None:
    """Load what every request needs; decoders register themselves on first use."""
    from PIL import Image

    Image.preinit()
    warnings.simplefilter("ignore")


def handle(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """``{"extension"}`` and bytes → ``{"mime", "facts"}`` and the bytes to keep, or ``{"refused": code}``.

    Parsers raise anything at all on hostile input (``ParseError`` and ``ValueError`` for the same flaw, among
    others): every exception but our own means "damaged".
    """
    extension, data = header["extension"], blobs[0]
    try:
        facts, kept = _inspect(data, extension)
    except Refused as refused:
        return {"refused": refused.code}, []
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - see the docstring
        return {"refused": "damaged", "cause": f"{type(error).__name__}: {error}"[:300]}, []
    answer = {"mime": MIME[extension], "facts": facts, "sha256": hashlib.sha256(kept).hexdigest()}
    return answer, [] if kept is data else [kept]


def _inspect(data: bytes, extension: str) -> tuple[dict[str, Any], bytes]:
    if not data:
        raise Refused("empty")
    if extension == "pdf":
        return pdf.inspect(data), data
    if extension in images.FORMATS:
        return images.inspect(data, extension)
    return office.inspect(data, extension), data
