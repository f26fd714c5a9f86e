"""What WeasyPrint does twice in a document, or for nothing, done once: papers look the same and say the same.

It copies every font file it meets (twenty megabytes each), cuts it twice, keeps a place for each of its sixty thousand glyphs
and the tables for vertical writing, which it cannot set; and it packs every object once for the document and once more for
the digest in its identifier.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import pydyf
from fontTools.cffLib import CFFFontSet
from weasyprint.pdf import fonts, stream
from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset

#: Not needed of a font whose glyphs are asked for by number.
_DROPPED = (b"BASE", b"DSIG", b"GDEF", b"GPOS", b"GSUB", b"JSTF", b"VORG", b"cmap", b"name", b"vhea", b"vmtx")

#: Faces by address, kept, with whether their glyphs are numbered through.
_seen: dict[int, tuple[Any, bool]] = {}


def install() -> None:
    """From now on documents of this process are written so."""
    fonts.get_hb_object_data = _content
    stream.Font = PaperFont


class PaperFont(fonts.Font):
    """A font of a document. Text is written in numbers of glyphs, so these have to stay."""

    @property
    def type(self) -> str:
        """`otf` for a bare table of outlines too; it begins with its version."""
        return "otf" if self.file_content[:2] == b"\x01\x00" else str(super().type)

    def subset(self, to_unicode: dict[int, str], hinting: bool) -> None:
        """Only the outlines that are used: a font with numbered glyphs names each in the table itself."""
        if to_unicode and _is_numbered(self.hb_face):
            self.file_content = self._outlines(sorted(to_unicode), hinting)
        else:
            super().subset(to_unicode, hinting)
        self.file_content = bytes(self.file_content)

    def _outlines(self, glyphs: list[int], hinting: bool) -> bytes:
        asked = ffi.gc(
            harfbuzz_subset.hb_subset_input_create_or_fail(), harfbuzz_subset.hb_subset_input_destroy
        )
        _fill(harfbuzz_subset.hb_subset_input_glyph_set(asked), glyphs)
        dropped = harfbuzz_subset.hb_subset_input_set(asked, harfbuzz_subset.HB_SUBSET_SETS_DROP_TABLE_TAG)
        _fill(dropped, sorted(harfbuzz.hb_tag_from_string(tag, -1) for tag in _DROPPED))
        flags = harfbuzz_subset.HB_SUBSET_FLAGS_DESUBROUTINIZE
        flags |= 0 if hinting else harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NOTDEF_OUTLINE if self.missing else 0
        harfbuzz_subset.hb_subset_input_set_flags(asked, flags)
        face = ffi.gc(harfbuzz_subset.hb_subset_or_fail(self.hb_face, asked), harfbuzz.hb_face_destroy)
        return bytes(_content(face, b"CFF "))


def _content(face: Any, table: bytes = b"") -> Any:
    """A font, or a table of it, where it lies in memory, kept there for as long as it is looked at."""
    if table:
        blob = harfbuzz.hb_face_reference_table(face, harfbuzz.hb_tag_from_string(table, -1))
    else:
        blob = harfbuzz.hb_face_reference_blob(face)
    length = ffi.new("unsigned int *")
    start = harfbuzz.hb_blob_get_data(blob, length)
    return ffi.buffer(ffi.gc(start, lambda _start: harfbuzz.hb_blob_destroy(blob)), length[0])


def _fill(into: Any, numbers: Iterable[int]) -> None:
    held = ffi.new("hb_codepoint_t[]", list(numbers))
    harfbuzz.hb_set_add_sorted_array(into, held, len(held))


def _is_numbered(face: Any) -> bool:
    """Whether outlines are looked up by the number of the glyph. Asked once a process for each font."""
    address = int(ffi.cast("uintptr_t", face))
    if address not in _seen:
        table, found = _content(face, b"CFF "), CFFFontSet()
        if table:
            found.decompile(io.BytesIO(table), None)
        _seen[address] = (face, bool(table) and names_are_places(found[0]))
    return _seen[address][1]


def names_are_places(outlines: Any) -> bool:
    """Whether the glyphs of a table have numbers for names (CID), and each that of its place in the font."""
    return hasattr(outlines, "ROS") and all(
        name == f"cid{place:05d}" for place, name in enumerate(outlines.charset) if place
    )


class _Written(pydyf.Object):
    """An object of a document whose bytes have been made."""

    data = b""
    compressible = False

    def __init__(self, made: Any) -> None:
        super().__init__()
        self.number, self.generation, self.free = made.number, made.generation, made.free
        self.data, self.compressible = made.data, made.compressible


def finish(_document: Any, pdf: Any) -> None:
    """A finisher for `write_pdf`: bare outlines are called so, and everything is put into bytes once."""
    for made in pdf.objects:
        if getattr(made, "extra", {}).get("Subtype") == "/OpenType" and made.stream[0][:2] == b"\x01\x00":
            made.extra["Subtype"] = "/CIDFontType0C"
    pdf.objects = [made if made.free == "f" else _Written(made) for made in pdf.objects]
