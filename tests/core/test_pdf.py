"""Papers: text that can be read again, an archive format, and no way out of the child."""

import base64
import io
import socket
import threading
from typing import Any

import pytest
from pypdf import PdfReader

from core import pdf
from core.child import ChildFailed
from core.errors import Unavailable

PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
    "<body>{body}</body></html>"
)


def _render(body: str, head: str = "", **more: Any) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.render_html(PAGE.format(title="受理回执", head=head, body=body), **more)))


def test_text_comes_back_and_the_archive_format_is_kept() -> None:
    read = _render("<h1>青岛市创新联合体</h1><p>回执编号 CXLHT-2026-0001，䶮㛃</p>")
    text = read.pages[0].extract_text()
    assert "青岛市创新联合体" in text
    assert "CXLHT-2026-0001" in text
    assert "䶮㛃" in text
    root = read.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"  # type: ignore[index]
    assert "/StructTreeRoot" in root  # type: ignore[operator]
    assert b'pdfaid:part="3"' in root["/Metadata"].get_data()  # type: ignore[index]
    assert read.metadata is not None
    assert read.metadata.title == "受理回执"


def test_fonts_are_embedded() -> None:
    read = _render("<p>联创 <b>粗体</b></p>")
    fonts = read.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    for font in fonts:
        inner = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = inner["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_figures_travel_with_the_paper() -> None:
    read = _render("<p>报告</p>", attachments={"figures.json": b'{"a": "1.00"}'})
    assert read.attachments["figures.json"] == [b'{"a": "1.00"}']


def test_style_sheets_of_the_head_apply_and_are_kept_parsed() -> None:
    head = "<style>@page { size: 100mm 50mm } .no { display: none }</style>"
    for _turn in range(2):
        read = _render('<p>有</p><p class="no">无</p>', head)
        assert round(float(read.pages[0].mediabox.width)) == 283
        assert "无" not in read.pages[0].extract_text()


def test_the_same_document_has_the_same_identifier() -> None:
    first, second = (_render("<p>一</p>").trailer["/ID"] for _turn in range(2))
    assert first == second != _render("<p>二</p>").trailer["/ID"]


def test_a_document_reaches_neither_network_nor_files() -> None:
    calls: list[Any] = []
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.settimeout(8)

    def accept() -> None:
        try:
            calls.append(listener.accept()[1])
        except OSError:
            return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    hostile = (
        f'<img src="http://127.0.0.1:{port}/a.png"><img src="file:///etc/passwd">'
        f'<link rel="attachment" href="file:///etc/passwd"><link rel="stylesheet" href="http://127.0.0.1:{port}/s.css">'
        f'<object data="http://127.0.0.1:{port}/o"></object><svg><image href="file:///etc/hostname"/></svg>'
        f"<style>@import url(http://127.0.0.1:{port}/i.css); p {{ background: url(file:///etc/passwd) }}</style>"
    )
    read = _render(f"<p>正文</p>{hostile}", f"<style>@import url(http://127.0.0.1:{port}/h.css);</style>")
    assert "正文" in read.pages[0].extract_text()
    assert not read.attachments
    listener.close()
    thread.join(10)
    assert calls == []


def test_text_of_people_is_escaped_by_the_template(settings: Any, tmp_path: Any) -> None:
    (tmp_path / "letter.html").write_text(
        PAGE.format(title="函", head="", body="<p>{{ name }}</p>"), encoding="utf-8"
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path], "APP_DIRS": False}]
    made = pdf.render("letter.html", {"name": "<img src=x> 公司"})
    assert "<img src=x> 公司" in PdfReader(io.BytesIO(made)).pages[0].extract_text()


def test_a_child_that_fails_is_a_calm_refusal(monkeypatch: Any) -> None:
    def fail(*args: Any) -> None:
        raise ChildFailed("time")

    monkeypatch.setattr(pdf._child, "call", fail)
    with pytest.raises(Unavailable, match="稍后再试"):
        pdf.render_html("<p>x</p>")


def test_a_killed_child_is_replaced() -> None:
    _render("<p>一</p>")
    process = pdf._child._process
    assert process is not None
    process.kill()
    process.wait()
    assert "二" in _render("<p>二</p>").pages[0].extract_text()


def test_a_qr_code_is_a_picture_without_an_address() -> None:
    address = pdf.qr_svg("https://portal.example/verify/abc")
    assert address.startswith("data:image/svg+xml")
    read = _render(f'<img src="{address}" width="100">')
    assert read.pages[0].get_contents() is not None
    assert base64.b64encode(b"portal") not in address.encode()


def test_without_a_chinese_font_nothing_is_rendered_until_there_is_one(
    monkeypatch: Any, tmp_path: Any
) -> None:
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{tmp_path}/fonts</dir><cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    pdf._child.close()
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    for _turn in range(2):
        with pytest.raises(Unavailable) as refused:
            _render("<p>绩效评价</p>")
        assert "NoFont: no font with Chinese characters" in str(refused.value.__cause__)
    monkeypatch.delenv("FONTCONFIG_FILE")
    assert "绩效评价" in _render("<p>绩效评价</p>").pages[0].extract_text()
