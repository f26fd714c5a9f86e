"""Papers are written with less work than WeasyPrint's own way, and look and read the same."""

import io
import subprocess
import sys
from pathlib import Path

from pypdf import PdfReader

from core import pdf, pdf_writer
from core.child import ROOT

BODY = (
    "<h1>青岛市创新联合体绩效评价报告</h1><p>回执编号 CXLHT-2026-0001，䶮㛃，ﬁ fi，<b>良好 85.50</b>，没有字形的：\U0010fffd</p>"
    "<p style='font-family: \"Noto Sans CJK SC\"'>无衬线 <b>粗体</b> <i>斜</i></p>"
    "<p style='font-family: \"Noto Sans Mono CJK SC\"'>0123456789abcdef</p>"
    "<table><tr><td>一</td><td>二</td></tr></table>"
)
PAGE = f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>报告</title></head><body>{BODY}</body></html>'

BARE = "HTML(string=html).write_pdf(pdf_variant='pdf/a-3b', pdf_tags=True)"
#: The child's own way with fonts that it does not know to be numbered.
OTHER = "(setattr(pdf_writer, '_is_numbered', lambda face: False), pdf_child.warm(), "
OTHER += "pdf_child.handle({'css': '', 'attachments': []}, [html.encode()]))[-1][1][0]"


def _made(how: str) -> bytes:
    """A paper that a process of its own makes: WeasyPrint leaves files open."""
    words = "import sys; from weasyprint import HTML; from core import pdf_child, pdf_writer; html = sys.stdin.read()"
    command = [sys.executable, "-c", f"{words}; sys.stdout.buffer.write({how})"]
    run = subprocess.run(command, input=PAGE.encode(), capture_output=True, check=True, cwd=ROOT)
    return run.stdout


def _fonts(document: bytes) -> list[tuple[str, bytes]]:
    """How each font of ours is embedded, and its bytes; a machine may have others for what they lack."""
    found = []
    for font in PdfReader(io.BytesIO(document)).pages[0]["/Resources"]["/Font"].values():  # type: ignore[index]
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        if "/FontFile3" in descriptor:
            held = descriptor["/FontFile3"].get_object()
            found.append((held["/Subtype"], held.get_data()))
    return found


def _text(document: bytes) -> str:
    run = subprocess.run(["pdftotext", "-", "-"], input=document, capture_output=True, check=True)
    return run.stdout.decode()


def _picture(document: bytes, at: Path) -> bytes:
    at.with_suffix(".pdf").write_bytes(document)
    subprocess.run(["pdftoppm", "-r", "80", "-png", "-singlefile", at.with_suffix(".pdf"), at], check=True)
    return at.with_suffix(".png").read_bytes()


def test_a_paper_looks_and_reads_as_weasyprint_writes_it(tmp_path: Path) -> None:
    ours, bare = pdf.render_html(PAGE), _made(BARE)
    assert _picture(ours, tmp_path / "ours") == _picture(bare, tmp_path / "bare")
    assert _text(ours) == _text(bare)
    assert "CXLHT-2026-0001，䶮㛃" in _text(ours)


def test_only_outlines_that_are_used_are_embedded() -> None:
    ours = pdf.render_html(PAGE)
    assert {kind for kind, _data in _fonts(ours)} == {"/CIDFontType0C"}
    assert all(data[:2] == b"\x01\x00" and len(data) < 20_000 for _kind, data in _fonts(ours))
    assert len(ours) < 60_000


def test_a_paper_is_the_same_to_the_byte_each_time() -> None:
    assert pdf.render_html(PAGE, attachments={"a.json": b"{}"}) == pdf.render_html(
        PAGE, attachments={"a.json": b"{}"}
    )


def test_a_font_without_numbers_for_names_is_left_to_weasyprint(tmp_path: Path) -> None:
    made, ours = _made(OTHER), pdf.render_html(PAGE)
    assert {kind for kind, _data in _fonts(made)} == {"/OpenType"}
    assert _text(made) == _text(ours)
    assert _picture(made, tmp_path / "made") == _picture(ours, tmp_path / "ours")


def test_names_that_are_not_places_are_seen() -> None:
    class Outlines:
        def __init__(self, charset: list[str]) -> None:
            self.charset = charset

    named, shifted = Outlines([".notdef", "A", "B"]), Outlines([".notdef", "cid00002", "cid00003"])
    numbered = Outlines([".notdef", "cid00001", "cid00002"])
    assert not pdf_writer.names_are_places(named)
    for outlines, answer in ((shifted, False), (numbered, True)):
        outlines.ROS = ("Adobe", "Identity", 0)  # type: ignore[attr-defined]
        assert pdf_writer.names_are_places(outlines) is answer
