"""A return as a workbook and back: what comes out, every way in which it comes back wrong, all or nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from python_calamine import CalamineWorkbook

from clusters.enums_statistics import Origin
from clusters.models import ReturnUpload, ReturnValue
from clusters.selectors.statistics import sheet_of
from clusters.services import statistics_returns as returns
from clusters.services import statistics_uploads as uploads
from clusters.services.statistics_workbook import template_of
from core import xlsx
from core.errors import Invalid, NotAllowed, NotNow, Stale
from tests.makers.statistics import Case, another, figures, fresh, make_case

pytestmark = pytest.mark.django_db
VALUE, REASON, TEXT = "D", "G", "H"


@pytest.fixture
def case() -> Case:
    made = make_case()
    made.reported(2024, 4)
    made.reported(2025, 3)
    return made


def filled(data: bytes, number: int = 4, **cells: Any) -> bytes:
    """The form as a person fills it in: the figures of a quarter, then single cells by their place."""
    book = load_workbook(io.BytesIO(data))
    page = book["统计报表"]
    given = figures(number)
    labels = {
        "主营业务收入": "ind_main_revenue",
        "利润": "ind_profit",
        "新增企业数": "ind_new_enterprises",
        "就业人数": "ind_employment",
        "科研人员数量": "ind_researchers",
        "研发投入": "ind_rd_expenditure",
        "科技平台数量": "ind_platform_count",
    }
    for row in range(2, page.max_row + 1):
        key = labels.get(page[f"A{row}"].value)
        if key:
            page[f"{VALUE}{row}"] = float(given[key])
    for place, value in cells.items():
        page[place] = value
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def send(case: Case, owner: Any, data: bytes) -> ReturnUpload:
    file = SimpleUploadedFile("季报.xlsx", data)
    return uploads.upload(actor=case.actor("filler"), owner=owner, upload=file)


def places(made: ReturnUpload) -> dict[str, str]:
    told: dict[str, str] = {}
    for error in made.errors:
        told[error["place"]] = told.get(error["place"], "") + error["message"]
    return told


# --- out ---------------------------------------------------------------------------------------


def test_the_form_is_locked_but_for_its_open_cells_and_says_what_it_is(case: Case) -> None:
    owner = case.opened(2025, 4)
    data = template_of(owner)
    book = load_workbook(io.BytesIO(data))
    page = book["统计报表"]
    assert page.protection.sheet
    assert not page["D2"].protection.locked
    assert page["E2"].protection.locked
    assert page.data_validations.dataValidation[0].type == "list"
    assert book["_meta"].sheet_state == "veryHidden"
    # read back by a library that did not write it
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("统计报表").to_python()
    shown = {row[0]: row for row in rows[1:]}
    for row in sheet_of(owner).rows:
        line = shown[row.indicator.label]
        assert (Decimal(str(line[4])) if line[4] != "" else None) == row.previous
        assert (Decimal(str(line[5])) if line[5] != "" else None) == row.same
    assert shown["就业人数"][3] == 8600
    meta = xlsx.read(data, max_rows=100, max_columns=20)[0].meta
    assert meta["id"] == f"clusters.return/{owner.entity.code}"
    assert meta["period"] == "strategic_emerging_cluster/quarter/2025/4"


def test_there_and_back(case: Case) -> None:
    owner = case.opened(2025, 4)
    made = send(case, owner, filled(template_of(owner), D2=900000.5, G2="市场波动", H2="订单集中交付"))
    assert made.error_count == 0
    assert not ReturnValue.objects.filter(owner=owner).exists()
    uploads.apply(actor=case.actor("filler"), upload=made)
    rows = {row.key: row for row in sheet_of(fresh(owner)).rows}
    assert rows["ind_main_revenue"].value == Decimal("900000.5")
    assert (rows["ind_main_revenue"].reason_code, rows["ind_main_revenue"].reason_text) == (
        "market",
        "订单集中交付",
    )
    assert rows["ind_main_revenue"].origin == Origin.WORKBOOK
    assert rows["ind_employment"].origin == Origin.CONSTANT
    with pytest.raises(NotNow):
        uploads.apply(actor=case.actor("filler"), upload=made)


# --- wrong in every way ------------------------------------------------------------------------


def change(fill: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        book = load_workbook(io.BytesIO(data))
        fill(book["统计报表"])
        return saved(book)

    return changed


def put(**cells: Any) -> Callable[[bytes], bytes]:
    def fill(page: Any) -> None:
        for place, value in cells.items():
            page[place] = value

    return change(fill)


def hide_meta(data: bytes) -> bytes:
    book = load_workbook(io.BytesIO(data))
    del book["_meta"]
    return saved(book)


BAD: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "a formula instead of a value": (put(D2="=1+1"), "D2", "不要填写公式"),
    "text in a number": (put(D5="八千六百"), "D5", "应填写数字"),
    "negative revenue": (put(D2=-5), "D2", "不能为负数"),
    "a fraction of a person": (put(D5=8600.5), "D5", "应为整数"),
    "less than the period before": (put(D2=10), "D2", "不能小于上期"),
    "more researchers than people": (put(D6=9000), "D6", "不能多于"),
    "nothing": (put(D2=None), "D2", "还没有填写"),
    "an unknown reason": (put(G2="天气原因"), "G2", "不在清单中"),
    "a reason too long": (put(H2="长" * 301), "H2", "最多 300 字"),
    "a formula as a reason": (put(H2='=HYPERLINK("x")'), "H2", "不要填写公式"),
    "merged cells": (change(lambda page: page.merge_cells("D2:D3")), "D2", "已合并"),
    "a row too many": (put(A30="又一项", D30=5), "A30", "不属于报表"),
    "a column too many": (put(M2=5), "M2", "不属于报表"),
    "a changed label": (put(A2="营业总收入"), "", "结构或固定内容"),
    "a changed comparison": (put(E2=1), "", "结构或固定内容"),
    "no form of ours": (hide_meta, "A1", "不是从本平台下载"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_cells_are_answered_where_they_stand(case: Case, name: str) -> None:
    spoil, place, message = BAD[name]
    owner = case.opened(2025, 4)
    made = send(case, owner, spoil(filled(template_of(owner))))
    assert made.error_count >= 1
    assert message in places(made)[place]
    with pytest.raises(NotNow):
        uploads.apply(actor=case.actor("filler"), upload=made)
    assert not ReturnValue.objects.filter(owner=owner).exists()
    marked = uploads.marked(made)
    book = load_workbook(io.BytesIO(marked))
    if place:
        first = next(iter(book.worksheets[1 if book.worksheets[0].title == "填报说明" else 0 :]))
        assert message in first[place].comment.text
    listed = [row[3] for row in book["错误清单"].iter_rows(values_only=True) if row[3]]
    assert any(message in str(text) for text in listed)


def test_a_workbook_of_another_period_cluster_or_version(case: Case) -> None:
    owner = case.opened(2025, 4)
    other_period = template_of(case.opened(2024, 3))
    other_cluster = template_of(another(case, "临淄化工新材料集群").opened(2025, 4))
    for data, message in ((other_period, "其他报告期"), (other_cluster, "其他集群")):
        assert message in places(send(case, owner, data))["A1"]
    mine = filled(template_of(owner))
    returns.save(actor=case.actor("filler"), owner=owner, values={"ind_profit": "1"})
    assert "报表已被修改" in places(send(case, fresh(owner), mine))["A1"]


def test_the_corrected_workbook_is_taken(case: Case) -> None:
    owner = case.opened(2025, 4)
    made = send(case, owner, filled(template_of(owner), D2=-5))
    again = put(D2=480002)(uploads.marked(made))
    made = send(case, owner, again)
    assert made.errors == []
    uploads.apply(actor=case.actor("filler"), upload=made)
    assert sheet_of(fresh(owner)).row("ind_main_revenue").value == Decimal("480002")


def test_blank_formatted_rows_do_no_harm(case: Case) -> None:
    def paint(page: Any) -> None:
        for row in range(20, 400):
            page[f"D{row}"].font = Font(bold=True)

    owner = case.opened(2025, 4)
    made = send(case, owner, change(paint)(filled(template_of(owner))))
    assert made.errors == []


def test_ten_thousand_wrong_cells(case: Case) -> None:
    def flood(page: Any) -> None:
        for row in range(20, 1020):
            for column in range(1, 11):
                page.cell(row, column, f"多余{row}")

    owner = case.opened(2025, 4)
    made = send(case, owner, change(flood)(filled(template_of(owner))))
    assert made.error_count == 10_000
    assert len(made.errors) == 200
    book = load_workbook(io.BytesIO(uploads.marked(made)))
    assert book["错误清单"].max_row >= 10_000
    assert book["错误清单"]["A1"].value == "共 10000 处错误。"
    assert not ReturnValue.objects.filter(owner=owner).exists()


def test_a_returned_value_alone_is_open(case: Case) -> None:
    owner = case.reported(2025, 4)
    owner = returns.return_values(
        actor=case.actor("city"), owner=owner, returned={"ind_profit": "与快报不一致"}
    )
    data = template_of(fresh(owner))
    page = load_workbook(io.BytesIO(data))["统计报表"]
    assert page["D2"].protection.locked
    assert not page["D3"].protection.locked
    assert page["I3"].value == "与快报不一致"
    made = send(case, fresh(owner), put(D2=1)(data))
    assert "已审核通过" in places(made)["D2"]
    made = send(case, fresh(owner), put(D3=35000)(data))
    uploads.apply(actor=case.actor("filler"), upload=made)
    assert sheet_of(fresh(owner)).row("ind_profit").value == Decimal("35000")


def test_what_changed_meanwhile_is_not_overwritten(case: Case) -> None:
    owner = case.opened(2025, 4)
    made = send(case, owner, filled(template_of(owner)))
    returns.save(actor=case.actor("filler"), owner=owner, values={"ind_profit": "1"})
    with pytest.raises(Stale):
        uploads.apply(actor=case.actor("filler"), upload=made)
    assert sheet_of(fresh(owner)).row("ind_profit").value == Decimal("1")


def test_who_may_and_what_is_no_workbook(case: Case) -> None:
    owner = case.opened(2025, 4)
    data = template_of(owner)
    with pytest.raises(NotAllowed):
        uploads.upload(actor=case.actor("city"), owner=owner, upload=SimpleUploadedFile("a.xlsx", data))
    for name, content in (("a.xlsx", b"PK not a workbook"), ("a.pdf", data), ("a.xlsx", b"")):
        with pytest.raises(Invalid):
            uploads.upload(actor=case.actor("filler"), owner=owner, upload=SimpleUploadedFile(name, content))
    made = send(case, owner, filled(data))
    assert uploads.may_read_workbook(case.actor("city"), made.stored)
    stranger = another(case, "别的集群")
    assert not uploads.may_read_workbook(stranger.actor("filler"), made.stored)
