"""What leaves as a workbook or csv reads back the same elsewhere, and no text of a person calculates."""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from core import clock, xlsx
from core.xlsx import Column, Sheet, rows_csv, safe_text, write
from core.xlsx.text import MAX_TEXT, unguarded

pytestmark = pytest.mark.django_db

COLUMNS = [
    Column("name", "名称", width=30),
    Column("count", "数量", kind="int"),
    Column("money", "金额（万元）", kind="decimal"),
    Column("share", "占比", kind="percent"),
    Column("day", "日期", kind="date"),
]
ROWS = [
    ["淄博市甲材料有限公司", 12, Decimal("1234.50"), Decimal("0.125"), date(2025, 1, 31)],
    ["乙研究院", -3, -0.25, 0.05, None],
    [None, None, None, None, date(2026, 12, 1)],
    ["丙\n第二行", 0, 99_999_999.99, 1, datetime(2024, 2, 29, 8, 30, tzinfo=clock.SHANGHAI)],
]
FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/c calc'!A0", '=HYPERLINK("http://x","y")', "＝1+1", "＋1", "－1", "＠a",
    "\t=1", "\r=1", "\n=1", "\x00=1", " =1", "\u3000=1", "\u00a0=1", "\x01=1", "﹢1", "﹦1", "﹣1", "﹫1", "-", "\ttext",
]  # fmt: skip


def as_read_elsewhere(data: bytes) -> list[list[object]]:
    """The first sheet through the second library."""
    return [
        list(row)
        for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    ]


def _printed(*widths: float) -> tuple[str, int, int | None, str | None]:
    keys = ["code", "name", *(f"c{n}" for n in range(len(widths)))][: len(widths)]
    columns = [Column(key, f"列{key}", width=width) for key, width in zip(keys, widths, strict=True)]
    page = openpyxl.load_workbook(
        io.BytesIO(write([Sheet("表", columns, [["x"] * len(widths)])], meta={}))
    ).active
    setup = page.page_setup
    assert setup.orientation == "landscape" and page.print_title_rows == "$1:$1"
    return (
        {9: "A4", 8: "A3"}[int(setup.paperSize)],
        (setup.fitToWidth or 1),
        setup.fitToHeight,
        page.print_title_cols,
    )


def test_a_wide_list_is_printed_on_larger_paper_then_on_sheets_side_by_side() -> None:
    assert _printed(20, 30, 100) == ("A4", 1, 0, None)
    assert _printed(20, 30, 200) == ("A3", 1, 0, None)
    assert _printed(20, 30, 300) == ("A3", 2, 0, "$A:$B")
    assert _printed(20, 30, *[30] * 20) == ("A3", 3, 0, "$A:$B")


def test_nothing_is_cut_off() -> None:
    """A long head gets a higher row, a long text further lines; a row reads from the top."""
    columns = [Column("a", "科技成果转移转化机构名称", width=12), Column("b", "数", "int", 8)]
    page = openpyxl.load_workbook(
        io.BytesIO(write([Sheet("表", columns, [["很长的名称很长的名称", 1], ["短", 2]])], meta={}))
    ).active
    assert page.row_dimensions[1].height >= 45
    assert page["A2"].alignment.wrap_text and not page["A3"].alignment.wrap_text
    assert {page[place].alignment.vertical for place in ("A2", "A3", "B2")} == {"top"}


def test_two_other_libraries_read_the_same_figures() -> None:
    data = write([Sheet("名单", COLUMNS, ROWS, header=["截至 2026-03-02"])], meta={"title": "名单"})
    first = as_read_elsewhere(data)
    assert first[0][0] == "截至 2026-03-02"
    assert first[1] == ["名称", "数量", "金额（万元）", "占比", "日期"]
    assert first[2] == ["淄博市甲材料有限公司", 12, 1234.5, 0.125, datetime(2025, 1, 31)]
    assert first[3] == ["乙研究院", -3, -0.25, 0.05, None]
    assert first[5] == ["丙\n第二行", 0, 99_999_999.99, 1, datetime(2024, 2, 29, 8, 30)]
    second = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert second[2] == ["淄博市甲材料有限公司", 12, 1234.5, 0.125, date(2025, 1, 31)]
    (ours,) = xlsx.read(data, max_rows=10, max_columns=5)
    assert ours.rows[2] == ["淄博市甲材料有限公司", 12, 1234.5, 0.125, date(2025, 1, 31)]
    assert ours.rows[4] == [None, None, None, None, date(2026, 12, 1)]


def test_looks_and_properties() -> None:
    data = write(
        [Sheet("名单/一[二]", COLUMNS, ROWS, notes=["口径：按日统计。"])],
        meta={"title": "登记簿", "摘要": "abc"},
    )
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    assert (page.title, page.freeze_panes, page.auto_filter.ref) == ("名单 一 二", "A2", "A1:E5")
    assert page["A1"].font.bold
    assert page.column_dimensions["A"].width == pytest.approx(30, abs=1)
    assert [page.cell(2, place).number_format for place in range(2, 6)] == [
        "#,##0", "#,##0.00", "0.00%", "yyyy-mm-dd",
    ]  # fmt: skip
    assert {int(sheet.page_setup.paperSize) for sheet in book} == {9}
    assert (page["E2"].alignment.horizontal, page["E1"].alignment.horizontal) == ("left", None)
    assert book["说明"]["A1"].value == "口径：按日统计。"
    assert book.properties.title == "登记簿"
    assert book.custom_doc_props["摘要"].value == "abc"


@pytest.mark.parametrize("text", FORMULAS)
def test_text_never_becomes_a_formula(text: str) -> None:
    columns = [Column("a", text), Column("b", "数", kind="decimal"), Column("c", "日", kind="date")]
    data = write(
        [Sheet("表", columns, [[text, text, text]], header=[text], notes=[text])], meta={"title": text}
    )
    book = openpyxl.load_workbook(io.BytesIO(data))
    for page in book.worksheets:
        for cells in page.iter_rows():
            for cell in cells:
                if cell.value is not None and cell.value != "数" and cell.value != "日":
                    assert cell.data_type in ("s", "inlineStr")
                    assert str(cell.value)[0] == "'"
    (_bom, *pieces) = rows_csv(columns, [[text, text, text]])
    for row in csv.reader(io.StringIO(b"".join(pieces).decode())):
        assert all(field[0] == "'" for field in row if field not in "数日")


def test_no_text_of_a_person_is_altered_that_need_not_be() -> None:
    for text in (
        "甲乙",
        "a=b",
        "91370300MA3C0000X1",
        "（一）",
        "'quoted'",
        "_x0041_",
        "<b>&amp;</b>",
        "𠮷野家",
    ):
        assert safe_text(text) == text
        data = write([Sheet("表", [Column("a", "头")], [[text]])], meta={})
        if "_x" not in text:
            # openpyxl does not know how Excel spells a literal _x0041_.
            assert as_read_elsewhere(data)[1] == [text]
        assert xlsx.read(data, max_rows=9, max_columns=9)[0].rows[1] == [text]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_was_guarded_reads_back_as_it_was(text: str) -> None:
    kept = safe_text(text)
    assert safe_text(unguarded(kept)) == kept
    assert not unguarded(kept).startswith("'")


def test_illegal_characters_and_long_text_do_not_break_the_file() -> None:
    text = "甲" + "".join(map(chr, range(32))) + "\ud800\ufffe\uffff乙"
    data = write([Sheet("表", [Column("a", "头")], [[text], ["长" * 40_000]])], meta={})
    rows = as_read_elsewhere(data)
    assert rows[1] == ["甲\t\n\n乙"]
    assert len(str(rows[2][0])) == MAX_TEXT
    assert str(rows[2][0]).endswith("…")


def test_numbers_that_a_spreadsheet_would_round_and_days_it_does_not_know_stay_text() -> None:
    columns = [Column("n", "数", kind="int"), Column("d", "日", kind="date")]
    data = write([Sheet("表", columns, [[913703001234567891, date(1899, 12, 31)], ["无", "长期"]])], meta={})
    assert as_read_elsewhere(data)[1:] == [["913703001234567891", "1899-12-31"], ["无", "长期"]]


def test_csv_begins_with_its_mark_and_streams() -> None:
    taken = []

    def rows():
        for number in range(2_000):
            taken.append(number)
            yield [f"第{number}家", number, Decimal("1.50"), None, date(2025, 1, 1)]

    stream = rows_csv(COLUMNS, rows())
    assert next(stream) == b"\xef\xbb\xbf"
    next(stream)
    assert len(taken) == 500
    text = b"".join(stream).decode()
    assert list(csv.reader(io.StringIO(text)))[-1] == ["第1999家", "1999", "1.50", "", "2025-01-01"]
    assert "\r\n" in text


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.xlsx.writer.ROWS_IN_A_SHEET", 101)
    data = write(
        [Sheet("名单", [Column("n", "数", kind="int")], ([number] for number in range(250)))], meta={}
    )
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["名单", "名单 (2)", "名单 (3)"]
    values = [row[0] for page in book.worksheets for row in page.iter_rows(min_row=2, values_only=True)]
    assert values == list(range(250))


def test_a_row_of_the_wrong_length_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="argument"):
        write([Sheet("表", COLUMNS, [["甲"]])], meta={})


def test_nothing_in_the_file_names_this_machine() -> None:
    with zipfile.ZipFile(io.BytesIO(write([Sheet("表", COLUMNS, ROWS)], meta={}))) as archive:
        text = b"".join(archive.read(name) for name in archive.namelist())
    assert b"/tmp" not in text
    assert b"2026-03-02T" in text
