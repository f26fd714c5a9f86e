"""What comes in as a workbook is judged before it is read, and read as it was written."""

import io
import resource
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as hour
from decimal import Decimal

import openpyxl
import pytest

from core import xlsx, xlsx_child
from core.xlsx import BadWorkbook, ReadSheet, header_row, number, read
from tests.core import samples
from tests.support.spent import at_most

SECONDS = 4.0
SHEET = "xl/worksheets/sheet1.xml"
FRAME = (
    '<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    'main"><sheetData>{rows}</sheetData>{after}</worksheet>'
)


def book(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    made = openpyxl.Workbook()
    fill(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_sheet(rows: str, after: str = "", frame: str = FRAME) -> bytes:
    return samples.xlsx_with({SHEET: frame.format(rows=rows, after=after)})


def only(data: bytes) -> ReadSheet:
    (sheet,) = read(data, max_rows=1000, max_columns=50)
    return sheet


def test_values_come_back_as_what_they_are() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        page = made.active
        page.append(
            ["文", " 前后 ", 12, 12.5, True, date(2025, 1, 2), datetime(2025, 1, 2, 3, 4), "　", "'=1"]
        )
        page.append([hour(8, 30), 1e20, 0.1 + 0.2, -0.0, "007", None, "", None, "'引号'"])

    first, second = only(book(fill)).rows
    assert first == ["文", "前后", 12, 12.5, True, date(2025, 1, 2), datetime(2025, 1, 2, 3, 4), None, "=1"]
    assert type(first[2]) is int
    assert second[0] == "08:30:00"
    assert second[1] == 1e20
    assert number(second[2]) == Decimal("0.3")
    assert second[3:5] == [0, "007"]
    assert second[8] == "'引号'"


def test_number_is_what_a_person_sees() -> None:
    assert number(12) == Decimal(12)
    assert number(1.005) == Decimal("1.005")
    assert number(True) is None
    assert number("12") is None
    assert number(None) is None


def test_blank_formatted_rows_are_dropped_and_not_counted() -> None:
    rows = '<row r="2"><c r="B2" t="inlineStr"><is><t>甲</t></is></c></row>'
    rows += "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 5000))
    rows += '<row r="5000"><c r="A5000" t="inlineStr"><is><t>  </t></is></c></row>'
    (sheet,) = read(with_sheet(rows), max_rows=5000, max_columns=2)
    assert (sheet.rows, sheet.numbers) == ([[None, "甲"]], [2])
    # Without the last, which holds blanks, the formats alone reach no further than row 2.
    assert read(with_sheet(rows[: rows.rindex("<row")]), max_rows=2, max_columns=2)[0].numbers == [2]


def test_formulas_and_errors_are_no_values() -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><v>3</v></c></row>'
        '<row r="3"><c r="C3" t="e"><v>#DIV/0!</v></c><c r="D3"><f t="shared" si="0"/><v>9</v></c></row>'
        '<row r="9"><c r="A9"><f>NOW()</f></c></row>'
    )
    sheet = only(with_sheet(rows))
    assert sheet.formulas == {(1, 1), (3, 3), (3, 4), (9, 1)}
    assert sheet.formula_count == 4
    assert sheet.rows[0] == [None, 3, None, None]
    assert all(9 not in row for row in sheet.rows)


def test_merged_cells_are_named() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>'
    after = '<mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="C3:C4"/></mergeCells>'
    assert only(with_sheet(rows, after)).merged == ["A1:B2", "C3:C4"]


def test_rows_and_cells_without_numbers_count_on() -> None:
    rows = "<row><c><v>1</v></c><c><f>A1</f><v>2</v></c></row><row><c/><c/><c><v>3</v></c></row>"
    sheet = only(with_sheet(rows))
    assert sheet.formulas == {(1, 2)}
    assert sheet.rows[1][2] == 3


def test_prefixed_names_are_heard_too() -> None:
    frame = (
        FRAME.replace("<", "<x:").replace("<x:?", "<?").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    )
    sheet = only(with_sheet('<x:row r="1"><x:c r="A1"><x:f>1</x:f><x:v>1</x:v></x:c></x:row>', frame=frame))
    assert sheet.formulas == {(1, 1)}


def test_only_the_sheets_asked_for_and_never_our_own() -> None:
    def fill(made: openpyxl.Workbook) -> None:
        made.active.title = "单位"
        made.active["A1"] = 1
        for title in ("成员", "错误清单", "填报说明", "_lists"):
            made.create_sheet(title)["A1"] = 2

    data = book(fill)
    assert [sheet.title for sheet in read(data, max_rows=9, max_columns=9)] == ["单位", "成员"]
    assert [sheet.title for sheet in read(data, max_rows=9, max_columns=9, sheets=["成员", "无"])] == ["成员"]


def test_an_empty_sheet_is_empty() -> None:
    assert only(book(lambda made: None)).rows == []


def test_the_head_is_found_below_other_lines() -> None:
    sheet = ReadSheet("表", [["标题"], ["名称 *", None, "级别"], ["甲", 1, "市级"]], numbers=[1, 3, 4])
    assert header_row(sheet, ["名称", "级别", "行业"]) == (1, {"名称": 0, "级别": 2})
    assert header_row(sheet, ["无"]) is None


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
WIDE = '<row r="1"><c r="XFD1"><v>1</v></c></row>'
LIE = '<row r="1"><c r="A1"><v>1</v></c></row>'
ODD_PLACES = ["A0x", "1A", "AAAA1", "A12345678", "a1", ""]


@pytest.mark.parametrize(
    ("rows", "named"), [(FAR, "第 1048576 行"), (WIDE, "第 16384 列")], ids=["far", "wide"]
)
def test_a_far_away_cell_is_refused_at_once_with_its_place(rows: str, named: str) -> None:
    with at_most(SECONDS), pytest.raises(BadWorkbook) as refused:
        read(with_sheet(rows), max_rows=1000, max_columns=50)
    assert refused.value.has("file_far")
    assert named in str(refused.value)


def test_a_false_dimension_costs_nothing() -> None:
    frame = FRAME.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    with at_most(SECONDS):
        assert only(with_sheet(LIE, frame=frame)).rows == [[1]]


@pytest.mark.parametrize("place", ODD_PLACES)
def test_an_impossible_place_is_damage(place: str) -> None:
    with pytest.raises(BadWorkbook) as refused:
        read(with_sheet(f'<row r="1"><c r="{place}"><v>1</v></c></row>'), max_rows=9, max_columns=9)
    assert refused.value.problems[0].code in {"file_damaged", "file_far"}


def blanks() -> bytes:
    """300 MiB of blanks in some hundred KB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        with zipfile.ZipFile(io.BytesIO(samples.xlsx())) as source:
            for name in source.namelist():
                if name != SHEET:
                    made.writestr(name, source.read(name))
        with made.open(SHEET, "w", force_zip64=True) as part:
            part.write(FRAME.split("{rows}")[0].encode())
            for _turn in range(300):
                part.write(b" " * (1 << 20))
            part.write(b"</sheetData></worksheet>")
    return out.getvalue()


def million_empty_rows() -> bytes:
    return with_sheet("".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(1, 1_000_001)))


def many_references() -> bytes:
    """One long text, named by many cells: small on disk, huge when laid out."""
    text = "长" * 32_000
    cells = "".join(
        f'<row r="{row}">'
        + "".join(f'<c r="{letter}{row}" t="s"><v>0</v></c>' for letter in "ABCDEFGHIJ")
        + "</row>"
        for row in range(1, 10_001)
    )
    strings = (
        '<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<si><t>{text}</t></si></sst>"
    )
    return samples.xlsx_with({SHEET: FRAME.format(rows=cells, after=""), "xl/sharedStrings.xml": strings})


LINK = {
    "xl/worksheets/_rels/sheet1.xml.rels": samples.RELATION.format(kind="externalLinkPath"),
}
DDE = {
    "xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink ddeService='cmd' ddeTopic='/c calc'/></externalLink>"
}
HOSTILE: list[tuple[str, Callable[[], bytes], str]] = [
    ("blanks", blanks, "file_total"),
    ("million-empty-rows", million_empty_rows, ""),
    ("many-references", many_references, "file_limits"),
    ("macro", lambda: samples.xlsx_with({"xl/vbaProject.bin": b"x"}), "file_macro"),
    ("macro-sheet", lambda: samples.xlsx_with({"xl/macrosheets/sheet1.xml": "<a/>"}), "file_macro"),
    ("external-link", lambda: samples.xlsx_with(LINK), "file_external"),
    ("dde", lambda: samples.xlsx_with(DDE), "file_external"),
    ("ole", lambda: samples.xlsx_with({"xl/embeddings/oleObject1.bin": samples.OLE}), "file_ole"),
    ("entities", lambda: with_sheet(LIE, frame=samples.ENTITIES + FRAME.partition("?>")[2]), "file_entities"),
    ("entities-in-book", lambda: samples.xlsx_with({"xl/a.xml": f"{samples.ENTITIES}<x>&b;</x>"}), "file_entities"),
    ("encrypted", lambda: samples.OLE, "file_encrypted"),
    ("text", lambda: "名称,级别".encode(), "file_mismatch"),
    ("word", samples.docx, "file_mismatch"),
    ("cut", lambda: samples.xlsx()[:-200], "file_damaged"),
    ("no-cells", lambda: samples.xlsx_with({SHEET: "<worksheet><c r='A1'>"}), "file_damaged"),
    ("bad-number", lambda: with_sheet('<row r="x"><c r="A1"><v>1</v></c></row>'), "file_damaged"),
    ("bad-relation", lambda: samples.xlsx_with({"xl/_rels/workbook.xml.rels": "<a/>"}), "file_damaged"),
    ("empty", lambda: b"", "file_empty"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "code"), [row[1:] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_hostile_workbooks_cost_little_and_get_a_sentence(make: Callable[[], bytes], code: str) -> None:
    data = make()
    if not code:
        with at_most(3 * SECONDS):
            assert all(sheet.rows == [] for sheet in read(data, max_rows=100, max_columns=20))
        return
    with at_most(3 * SECONDS), pytest.raises(BadWorkbook) as refused:
        read(data, max_rows=20_000, max_columns=20)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert str(problem.message).endswith("。")


def test_mutants_are_read_or_refused_but_never_an_error() -> None:
    import random

    chance = random.Random(20260302)
    good = samples.xlsx()
    for _turn in range(60):
        data = bytearray(good)
        for _change in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read(bytes(data), max_rows=100, max_columns=20)
        except BadWorkbook as refused:
            assert refused.problems


def test_a_long_list_is_read_in_bounded_memory() -> None:
    """20,000 × 12 in this process, where its memory can be seen; the child has hard limits beside."""
    columns = [xlsx.Column(str(place), f"第{place}列", kind="any") for place in range(12)]
    rows = ([f"淄博市第{n}家材料有限公司", n, n / 4, *["文字"] * 9] for n in range(20_000))
    data = xlsx.write([xlsx.Sheet("名单", columns, rows)], meta={})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    header = {"do": "read", "max_rows": 30_000, "max_columns": 12, "sheets": None, "skip": []}
    answer, blobs = xlsx_child.handle(header, [data])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 150 << 10
    assert len(answer["sheets"][0]["numbers"]) == 20_001
    assert len(blobs) == 6


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """The writer asks the portal's clock."""
