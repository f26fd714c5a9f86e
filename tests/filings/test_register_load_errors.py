"""Bad input: every wrong cell is named with its place and a sentence, and nothing of the file comes in."""

import datetime
import io
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from accounts.models import District, Organisation
from core import files
from filings.models import Entity, LoadStage
from filings.services.register_load import plan as plans
from filings.services.register_load.template import template_for
from tests.core import samples
from tests.makers import loads as make
from tests.makers.accounts import make_bureau, make_organisation
from tests.makers.register import make_entity
from tests.support.spent import at_most

pytestmark = pytest.mark.django_db

UNIT, ENTITY, MEMBER = "单位", "登记主体", "成员"
GOOD = {
    "units": [make.unit_row(1), make.unit_row(2)],
    "entities": [make.entity_row(1)],
    "members": [make.member_row(1, 2)],
}


def found(data: bytes | Callable[[], bytes], place: str = "370200") -> list[tuple[str, str, str]]:
    """(sheet, cell, message) of every error."""
    plan = plans.look(data() if callable(data) else data, authority=make_bureau(place))
    assert plan.found.total == len(plan.found.kept)
    return [(error.sheet, error.place, str(error.message)) for error in plan.found.kept]


def units(**given) -> Callable[[], bytes]:
    return lambda: make.workbook([make.unit_row(1, **given)])


def entity(**given) -> Callable[[], bytes]:
    return lambda: make.workbook([make.unit_row(1)], [make.entity_row(1, **given)])


def member(**given) -> Callable[[], bytes]:
    return lambda: make.workbook(GOOD["units"], GOOD["entities"], [make.member_row(1, 2, **given)])


TOMORROW = datetime.date(2026, 3, 3)
CASES = [
    (units(credit_code="91370212LD00000199"), UNIT, "A2", "校验"),
    (units(credit_code="9137"), UNIT, "A2", "18 位"),
    (units(credit_code=None), UNIT, "A2", "统一社会信用代码不能为空"),
    (units(credit_code=913702120000000000), UNIT, "A2", "校验"),
    (units(name="长" * 121), UNIT, "B2", "最多 120 个字"),
    (units(name=datetime.date(2025, 1, 1)), UNIT, "B2", "应为文字"),
    (units(kind="有限公司"), UNIT, "C2", "没有“有限公司”这种单位类别"),
    (units(kind="政府部门"), UNIT, "C2", "没有“政府部门”"),
    (units(district="火星区"), UNIT, "D2", "没有“火星区”这个区划"),
    (units(district="张店区"), UNIT, "D2", "不在本机关的管辖范围内"),
    (units(size_class=None), UNIT, "E2", "企业须填写规模"),
    (units(size_class="巨型"), UNIT, "E2", "没有“巨型”这种规模"),
    (units(titles="高新技术企业、世界第一"), UNIT, "F2", "不认识的资质称号"),
    (entity(kind="飞船联盟"), ENTITY, "B2", "不是本机关登记的类别"),
    (entity(name=None), ENTITY, "C2", "名称不能为空"),
    (entity(level="宇宙级"), ENTITY, "D2", "没有“宇宙级”这个级别"),
    (entity(level="国家级"), ENTITY, "D2", "没有“国家级”，可以是：市级"),
    (entity(lead=make.code(9)), ENTITY, "E2", "不在“单位”表中"),
    (entity(code="编号一"), ENTITY, "A2", "只能由字母、数字"),
    (entity(district="临淄区"), ENTITY, "G2", "不在本机关的管辖范围内"),
    (entity(valid_from="去年"), ENTITY, "H2", "应为日期，如 2025-01-31，现在是“去年”"),
    (entity(valid_from="2025-02-30"), ENTITY, "H2", "应为日期"),
    (entity(valid_from=45000), ENTITY, "H2", "应为日期"),
    (entity(valid_from=TOMORROW, valid_until=None), ENTITY, "H2", "不能晚于今天"),
    (entity(valid_until=datetime.date(2020, 1, 1)), ENTITY, "I2", "有效期止早于有效期起"),
    (entity(document_date=TOMORROW), ENTITY, "K2", "批复日期不能晚于今天"),
    (entity(standing="失踪"), ENTITY, "M2", "没有“失踪”这种状态"),
    (entity(standing="已退出", end_reason="自愿"), ENTITY, "N2", "须填写终止日期"),
    (entity(standing="已退出", ended_on=datetime.date(2025, 1, 1)), ENTITY, "O2", "须填写终止原因"),
    (entity(standing="已取消", ended_on=datetime.date(2020, 1, 1), end_reason="x"), ENTITY, "N2", "之后、今天之前"),
    (entity(ended_on=datetime.date(2025, 1, 1)), ENTITY, "N2", "在册的主体没有终止日期"),
    (member(entity="无此主体"), MEMBER, "A2", "没有找到登记主体"),
    (member(organisation=make.code(9)), MEMBER, "B2", "成员单位不在“单位”表中"),
    (member(role="打酱油"), MEMBER, "C2", "没有“打酱油”这个角色"),
    (member(role="牵头单位"), MEMBER, "C2", "与之不一致"),
    (member(organisation=make.code(1)), MEMBER, "C2", "与之不一致"),
    (member(since=datetime.date(2025, 5, 1), until=datetime.date(2025, 4, 1)), MEMBER, "E2", "退出日期早于加入日期"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "sheet", "place", "words"), CASES, ids=[f"{c[1]}-{c[2]}-{c[3][:8]}" for c in CASES]
)
def test_a_wrong_cell_is_named_with_its_place(
    data: Callable[[], bytes], sheet: str, place: str, words: str
) -> None:
    assert [(s, p) for s, p, said in found(data) if words in said] == [(sheet, place)]


def test_the_good_one_has_no_errors() -> None:
    assert found(make.workbook(**GOOD)) == []


def test_a_level_above_the_city_needs_its_document(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from filings import programmes

    spec = next(p for p in programmes.all_programmes() if p.entity_kind == "innovation_consortium")
    monkeypatch.setitem(programmes._registry, spec.key, replace(spec, levels=("municipal", "provincial")))
    assert [(p, said) for _s, p, said in found(entity(level="省级", document_number="鲁科〔2024〕1号"))] == [
        ("K2", "省级、国家级须写明批复文号、批复日期和批复机关。")
    ]
    paper = {"document_number": "鲁科〔2024〕1号", "document_date": make.DAY, "issued_by": "山东省科学技术厅"}
    assert found(entity(level="省级", **paper)) == []


def test_rows_given_twice_name_the_first() -> None:
    data = make.workbook(
        [make.unit_row(1), make.unit_row(2), make.unit_row(1, name="又一次")],
        [make.entity_row(1), make.entity_row(1, name="另一个"), make.entity_row(3, code=None, lead=make.code(1)),
         make.entity_row(3, code=None, lead=make.code(1))],
        [make.member_row(1, 2), make.member_row(1, 2, since=datetime.date(2025, 6, 1))],
    )  # fmt: skip
    assert [(s, p, said) for s, p, said in found(data)] == [
        (UNIT, "A4", "与第 2 行的统一社会信用代码相同。"),
        (ENTITY, "A3", "与第 2 行的登记编号相同。"),
        (ENTITY, "C5", "与第 4 行的类别、名称和牵头单位都相同。"),
        (MEMBER, "B3", "同一单位在这个主体中列了两次，另一次在第 2 行。"),
    ]


def test_a_unit_may_leave_and_come_back() -> None:
    rows = [
        make.member_row(1, 2, until=datetime.date(2025, 1, 1)),
        make.member_row(1, 2, since=datetime.date(2025, 1, 1)),
    ]
    assert found(make.workbook(GOOD["units"], GOOD["entities"], rows)) == []


def test_a_lead_and_a_register_of_another_place_are_refused() -> None:
    make_organisation(credit_code=make.code(7), district="370303")
    pending = make_organisation(credit_code=make.code(8), district="370212", approved=False)
    data = make.workbook(
        [], [make.entity_row(1, lead=make.code(7)), make.entity_row(2, lead=pending.credit_code)]
    )
    assert [said for _s, _p, said in found(data)] == [
        "牵头单位的注册地不在本机关的管辖范围内。",
        "牵头单位的登记还没有通过审核。",
    ]
    (said,) = {said for _s, p, said in found(data, "370300") if p == "B2"}
    assert "不是本机关登记的类别" in said


def test_what_another_bureau_brought_is_not_taken_over() -> None:
    """Neither a unit of another place by naming a place of one's own, nor members into another bureau's entity."""
    theirs = make_organisation(credit_code=make.code(1), name="淄博的公司", district="370303")
    assert found(make.workbook([make.unit_row(1)])) == [
        (UNIT, "A2", "该单位登记在其他机关的管辖范围内，不能由本机关导入改写。")
    ]
    theirs.district = District.objects.get(code="370212")
    theirs.save(update_fields=["district"])
    make_organisation(credit_code=make.code(2), district="370212")
    row = make.entity_row(1, code="QD-OLD-00001")
    make_entity(
        "innovation_consortium",
        lead=theirs,
        code="QD-OLD-00001",
        name=row["name"],
        district=theirs.district.code,
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        industry="",
        authority=make_bureau("370300"),
        origin="load",
    )
    said = found(make.workbook(entities=[row], members=[make.member_row(1, 2, entity="QD-OLD-00001")]))
    assert (ENTITY, "A2", "这个登记编号属于其他登记机关。") in said


def changed(fill) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(make.workbook(**GOOD)))
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_formula_and_merged_cells_are_named() -> None:
    def fill(book) -> None:
        book[UNIT]["B3"] = '=B2&"分公司"'
        book[ENTITY]["H2"] = "=TODAY()"
        book[MEMBER].merge_cells("A2:A3")
        book[UNIT]["Z2"] = "=1+1"

    assert found(changed(fill)) == [
        (UNIT, "B3", "单元格是公式或错误值，请粘贴为数值后再上传。"),
        (ENTITY, "H2", "单元格是公式或错误值，请粘贴为数值后再上传。"),
        (MEMBER, "A2", "A2:A3 是合并单元格，请取消合并并在每一行填写。"),
    ]


def test_blank_formatted_rows_do_no_harm() -> None:
    def fill(book) -> None:
        for row in range(4, 500):
            book[UNIT].cell(row, 1).fill = openpyxl.styles.PatternFill("solid", fgColor="FFFF00")
            book[UNIT].cell(row, 2).value = "  "

    assert found(changed(fill)) == []


def test_heads() -> None:
    def other_word(book) -> None:
        book[UNIT]["A1"] = "税号"

    def gone(book) -> None:
        for title in (UNIT, ENTITY, MEMBER):
            del book[title]
            book.create_sheet(f"我的{title}")["A1"] = 1

    def headless(book) -> None:
        book[MEMBER].delete_rows(1)

    def moved(book) -> None:
        book[UNIT].insert_rows(1, 2)
        book[UNIT]["A1"] = "青岛市企业名录"

    assert found(changed(other_word))[0] == (UNIT, "A1", "缺少必需的列：统一社会信用代码。")
    assert "没有可以导入的内容" in found(changed(gone))[0][2]
    assert found(changed(headless)) == [(MEMBER, "A1", "没有找到表头，请使用模板中的表头。")]
    assert found(changed(moved)) == []


def test_the_template_filled_in_is_understood() -> None:
    bureau = make_bureau("370200")
    book = openpyxl.load_workbook(io.BytesIO(template_for(bureau)))
    for sheet, row in ((UNIT, make.unit_row(1)), (ENTITY, make.entity_row(1, kind="创新联合体"))):
        heads = [cell.value for cell in book[sheet][1]]
        spec = next(s for s in plans.SHEETS if str(s.title) == sheet)
        for column in spec.columns:
            book[sheet].cell(2, heads.index(str(column.label)) + 1, row.get(column.key))
    out = io.BytesIO()
    book.save(out)
    plan = plans.look(out.getvalue(), authority=bureau)
    assert plan.found.kept == []
    assert (len(plan.units.new), len(plan.entities.new)) == (1, 1)
    assert files.check(out.getvalue(), name="名录.xlsx")


def test_ten_thousand_wrong_cells_come_back_marked_and_nothing_comes_in() -> None:
    officer, _head = make.people()
    rows = [make.unit_row(n, district="火星区") for n in range(10_000)]
    book = make.workbook(rows, [make.entity_row(1)])
    with at_most(60):
        load = make.upload(book, officer)
    assert (load.stage, load.error_count, len(load.errors)) == (LoadStage.FAULTY, 10_000, 200)
    marked = openpyxl.load_workbook(io.BytesIO(files.read_checked(load.marked)), read_only=False)
    assert marked["错误清单"]["A1"].value == "共 10000 处错误。"
    assert marked[UNIT]["D2"].comment.text == "没有“火星区”这个区划，请填写全称或代码。"
    assert marked[UNIT]["D2"].fill.fgColor.rgb == "FFF8CBC6"
    assert not Entity.objects.exists()
    assert not Organisation.objects.filter(name__contains="崂山第").exists()


def test_what_cannot_be_read_says_so() -> None:
    officer, _head = make.people()
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    frame = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
    titled = samples.xlsx_with({"xl/worksheets/sheet1.xml": frame.format(rows)})
    load = make.upload(renamed(titled), officer)
    assert load.error_count == 1
    assert "第 1048576 行" in load.errors[0][3]
    assert load.marked is None


def renamed(data: bytes) -> bytes:
    """The first sheet titled 单位, without anybody reading its cells."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/workbook.xml":
                content = content.replace(b'name="Sheet"', 'name="单位"'.encode())
            new.writestr(name, content)
    return out.getvalue()
