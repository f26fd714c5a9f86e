"""A form goes out locked and known, and comes back with its errors in the cells."""

import io
from datetime import date

import openpyxl
import pytest

from core import files
from core.xlsx import (
    CellError,
    Column,
    Sheet,
    Template,
    TemplateSheet,
    form_template,
    is_intact,
    mark,
    read,
    write,
)
from core.xlsx import marks as marks_module

pytestmark = pytest.mark.django_db

COLUMNS = [
    Column("name", "单位"),
    Column("before", "上期", kind="decimal"),
    Column("value", "本期", kind="decimal", help="万元，保留两位小数"),
    Column("reason", "原因"),
    Column("day", "日期", kind="date"),
]
FORM = Template(
    id="quarter",
    version="3",
    period="2026Q1",
    title="季度报表",
    notes=["填报说明", "只填白色单元格。"],
    sheets=[
        TemplateSheet(
            "数据",
            COLUMNS,
            rows=[["=甲公司", 1.1, None, None, date(2025, 1, 2)], ["乙公司", 0.1 + 0.2, 7, None, None]],
            inputs=frozenset({"value", "reason"}),
            fixed=frozenset({(1, "value")}),
            choices={"reason": ["季节性", "订单减少"]},
        )
    ],
)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def back(data: bytes):
    return read(data, max_rows=1000, max_columns=20)


def changed(place: str, value: object, data: bytes | None = None, sheet: str = "数据") -> bytes:
    book = opened(data or form_template(FORM))
    book[sheet][place] = value
    return saved(book)


def test_a_form_is_locked_but_for_its_open_cells() -> None:
    book = opened(form_template(FORM))
    page = book["数据"]
    assert book.sheetnames == ["填报说明", "数据", "_lists", "_meta"]
    assert page.protection.sheet
    assert (book["_lists"].sheet_state, book["_meta"].sheet_state) == ("hidden", "veryHidden")
    locked = {cell.coordinate for row in page["A1:E3"] for cell in row if cell.protection.locked}
    assert {cell.coordinate for row in page["A1:E3"] for cell in row} - locked == {"C2", "D2", "D3"}
    (rule,) = page.data_validations.dataValidation
    assert (rule.formula1, str(rule.sqref)) == ("_lists!$A$1:$A$2", "D2:D3")
    assert page["C1"].comment.text == "万元，保留两位小数"
    assert page["A2"].data_type == "s"
    assert book.active.title == "数据"


def test_a_form_shows_counts_as_whole_numbers_and_long_texts_in_lines() -> None:
    page = TemplateSheet(
        "表",
        [Column("label", "指标"), Column("value", "本期数", "decimal"), Column("reason", "说明")],
        rows=[["收入", 1.5, "长" * 40], ["家数", 3, None]],
        inputs=frozenset({"value"}),
        kinds={1: "int"},
    )
    made = opened(form_template(Template(id="x", version="1", period="", sheets=[page])))["表"]
    assert [made[f"B{row}"].number_format for row in (2, 3)] == ["#,##0.00", "#,##0"]
    assert made["A3"].number_format == "General"
    assert made["C2"].alignment.wrap_text
    assert made["B1"].alignment.horizontal == "right"
    assert made.row_dimensions[1].height >= 15


def test_a_form_is_known_again() -> None:
    (sheet,) = back(form_template(FORM))
    assert {key: sheet.meta[key] for key in ("id", "version", "period")} == {
        "id": "quarter", "version": "3", "period": "2026Q1",
    }  # fmt: skip
    assert sheet.rows[1][:2] == ["=甲公司", 1.1]
    assert is_intact([sheet])


def test_filling_in_keeps_it_intact() -> None:
    data = changed("D3", "季节性", changed("C2", 12.5))
    assert is_intact(back(data))
    assert files.check(data, name="表.xlsx").mime.endswith("sheet")


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("A2", "丙公司"), ("B2", 1.2), ("C1", "上期"), ("C3", 8), ("A4", "丁公司"), ("C4", 1), ("F2", 1), ("B3", None),
        ("B2", "=1+1"), ("E2", date(2025, 1, 3)),
    ],
)  # fmt: skip
def test_a_change_elsewhere_is_seen(place: str, value: object) -> None:
    assert not is_intact(back(changed(place, value)))


@pytest.mark.parametrize(
    ("row", "value"), [(1, "year"), (2, "4"), (3, "2026Q2"), (4, "{}"), (4, "x"), (5, "0")]
)
def test_a_change_of_what_it_says_it_is_is_seen(row: int, value: str) -> None:
    assert not is_intact(back(changed(f"B{row}", value, sheet="_meta")))


def test_a_missing_sheet_and_a_foreign_file_are_seen() -> None:
    book = opened(form_template(FORM))
    book.create_sheet("别的")["A1"] = 1
    del book["数据"]
    assert not is_intact(back(saved(book)))
    assert not is_intact([])


def test_an_endless_list_leaves_its_columns_open() -> None:
    form = Template(
        "load",
        "1",
        "",
        [TemplateSheet("单位", COLUMNS, inputs=frozenset(c.key for c in COLUMNS), endless=True)],
    )
    data = form_template(form)
    page = opened(data)["单位"]
    assert not page.column_dimensions["A"].protection.locked
    assert page["A1"].protection.locked
    assert is_intact(back(changed("A900", "甲", data, "单位")))
    assert not is_intact(back(changed("A1", "甲", data, "单位")))


def test_errors_come_back_in_the_cells_and_on_a_list() -> None:
    errors = [
        CellError("数据", 2, 3, "本期应为数字。"),
        CellError("数据", 2, 3, "=本期不能为空。"),
        CellError("数据", 0, 0, "缺少一行。"),
        CellError("无此表", 1, 1, "工作表不在文件中。"),
    ]
    data = mark(form_template(FORM), errors)
    book = opened(data)
    page = book["数据"]
    assert page["C2"].fill.fgColor.rgb == "FFF8CBC6"
    assert page["C2"].comment.text == "本期应为数字。\n'=本期不能为空。"
    assert page.protection.sheet
    listed = list(book["错误清单"].iter_rows(values_only=True))
    assert listed[0][0] == "共 4 处错误。"
    assert listed[1] == ("工作表", "单元格", "行", "问题")
    assert listed[2] == ("数据", "C2", "2", "本期应为数字。")
    assert listed[4][:2] == ("数据", None)
    assert book["错误清单"]["D4"].data_type == "s"
    assert files.check(data, name="表.xlsx").mime.endswith("sheet")


def test_a_mended_workbook_is_intact_and_loses_its_old_marks() -> None:
    first = mark(form_template(FORM), [CellError("数据", 2, 3, "错")])
    assert is_intact(back(first))
    again = opened(mark(first, [CellError("数据", 2, 4, "缺原因")]))
    assert again["数据"]["C2"].comment is None
    assert again["数据"]["C2"].fill.fill_type is None
    assert again["数据"]["D2"].comment.text == "缺原因"
    assert again["数据"]["C1"].comment.text == "万元，保留两位小数"
    assert again["错误清单"]["A1"].value == "共 1 处错误。"


def test_ten_thousand_wrong_cells_are_counted_and_the_first_marked() -> None:
    rows = ([f"第{n}家", None, None, None, None] for n in range(12_000))
    data = write([Sheet("数据", COLUMNS, rows)], meta={})
    book = opened(mark(data, [CellError("数据", row, 2, "缺数") for row in range(2, 10_002)]))
    assert book["错误清单"]["A1"].value == "共 10000 处错误。"
    assert book["错误清单"]["A2"].value == "单元格中只标出前 3000 处。"
    assert book["错误清单"].max_row == 10_003
    assert sum(cell.comment is not None for (cell,) in book["数据"]["B2:B12001"]) == marks_module.MARKED


def test_a_big_workbook_is_written_anew_with_every_cell_in_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks_module, "CHANGED_IN_PLACE", 10)
    made = openpyxl.Workbook()
    made.active.title = "单位"
    for at, row in ((3, ["名称", "数", "日"]), (5, ["=甲", 2, date(2025, 1, 2)]), (9, ["乙", "x", None])):
        for place, value in enumerate(row, start=1):
            cell = made.active.cell(at, place, value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    data = saved(made)
    marked = mark(data, [CellError("单位", 9, 2, "应为数字"), CellError("单位", 9, 3, "缺日期")])
    page = opened(marked)["单位"]
    assert page["B9"].comment.text == "应为数字"
    assert page["C9"].comment.text == "缺日期"
    assert page["B9"].fill.fgColor.rgb == "FFF8CBC6"
    kept = [sheet for sheet in back(marked) if sheet.title == "单位"]
    assert (kept[0].rows, kept[0].numbers) == (back(data)[0].rows, [3, 5, 9])
