"""JPEG and PNG: decoded once and written again, which drops locations, comments and stowaways."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from PIL import Image, ImageOps

from core.inspection.verdict import Refused

MAX_PIXELS = 40_000_000
FORMATS = {"jpg": "JPEG", "png": "PNG"}
_MAGIC = {"jpg": b"\xff\xd8\xff", "png": b"\x89PNG\r\n\x1a\n"}
_END = {"jpg": b"\xff\xd9", "png": b"IEND\xaeB`\x82"}
_MARKUP = (b"<html", b"<script", b"<?php", b"%pdf-")
#: Longer searches would find these few letters by chance in compressed pixels.
_HEAD = 65536


def inspect(data: bytes, extension: str) -> tuple[dict[str, Any], bytes]:
    """``{"width", "height"}`` and the cleaned bytes; raises ``Refused`` or whatever the decoder raises."""
    if not data.startswith(_MAGIC[extension]):
        raise Refused("mismatch")
    _check_stowaways(data, extension)
    _check_size(data, extension)
    with Image.open(io.BytesIO(data), formats=[FORMATS[extension]]) as image:
        image.load()
        cleaned = _written_again(image, extension)
        return {"width": image.width, "height": image.height}, cleaned


def _check_stowaways(data: bytes, extension: str) -> None:
    """A picture that is also an archive, a page or a script is refused, although rewriting would drop it."""
    end = data.rfind(_END[extension])
    if end < 0:
        raise Refused("damaged")
    tail = data[end + len(_END[extension]) :]
    suspicious = (data[:_HEAD] + tail).lower()
    if zipfile.is_zipfile(io.BytesIO(data)) or any(word in suspicious for word in _MARKUP):
        raise Refused("polyglot")
    if extension == "png" and tail:
        raise Refused("polyglot")


def _check_size(data: bytes, extension: str) -> None:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(io.BytesIO(data), formats=[FORMATS[extension]]) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refused("pixels")
            image.verify()
    except Image.DecompressionBombError:
        raise Refused("pixels") from None


def _written_again(image: Image.Image, extension: str) -> bytes:
    upright = ImageOps.exif_transpose(image)
    profile = image.info.get("icc_profile")
    keep = {"icc_profile": profile} if isinstance(profile, bytes) and len(profile) < 65536 else {}
    out = io.BytesIO()
    if extension == "png":
        upright.info.clear()
        upright.save(out, "PNG", **keep)
    else:
        upright.save(out, "JPEG", quality=92, subsampling=0, exif=b"", **keep)
    return out.getvalue()
