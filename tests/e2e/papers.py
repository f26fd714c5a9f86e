"""Reading what the portal prints."""

from __future__ import annotations

import io
import itertools
import re

import pypdf
import segno
from pypdf.generic import ContentStream

BORDER = 2  # modules of quiet zone around a code
Stroke = tuple[float, float, float]


def words_of(data: bytes) -> str:
    """The text of a PDF, without its spaces and line ends."""
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))


def address_of(data: bytes) -> str:
    """The address of verification that a certificate prints on its one page; its QR code has to carry the same."""
    assert len(pypdf.PdfReader(io.BytesIO(data)).pages) == 1
    text = words_of(data)
    found = re.search(r"https?://[^\s]+?/verify/[0-9a-f]{40}/", text)
    assert found, text
    assert code_of(data) == [
        [bool(module) for module in row] for row in segno.make(found[0], error="m", micro=False).matrix
    ]
    return found[0]


def code_of(data: bytes) -> list[list[bool]]:
    """The modules of the QR code as they are drawn on the first page: rows of dark (True) and light."""
    reader = pypdf.PdfReader(io.BytesIO(data))
    page = reader.pages[0]
    strokes = max(_drawings(ContentStream(page.get_contents(), reader)), key=len)
    size = round(max(right for _left, right, _y in strokes)) - BORDER
    dark = [[False] * size for _row in range(size)]
    for left, right, y in strokes:
        for column in range(round(left), round(right)):
            dark[int(y) - BORDER][column - BORDER] = True
    return dark


def _drawings(content: ContentStream) -> list[list[Stroke]]:
    """Horizontal strokes that are drawn in one go, as (left, right, y)."""
    found = []
    for is_path, group in itertools.groupby(content.operations, lambda one: one[1] in (b"m", b"l")):
        if not is_path:
            continue
        points = [(operator, float(x), float(y)) for (x, y), operator in group]
        pairs = itertools.pairwise(points)
        found.append([(a[1], b[1], a[2]) for a, b in pairs if b[0] == b"l" and a[2] == b[2]])
    return found
