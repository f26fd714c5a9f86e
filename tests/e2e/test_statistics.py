"""A quarter's statistics at a browser: filled in with an outlier, returned for one value, confirmed; and by workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from clusters.enums_statistics import ReturnState
from clusters.models import ReturnValue
from tests.clusters.test_statistics_workbook import filled
from tests.e2e.browsing import Person, Seen
from tests.makers.statistics import PEOPLE, Case, figures, fresh, make_case

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def case(transactional_db: None) -> Case:
    made = make_case()
    made.confirmed(2024, 4)
    made.confirmed(2025, 3)
    return made


@pytest.fixture
def come(new_page: Any) -> Iterator[Any]:
    """`come(user)`: that user logged in, in a browser of its own; every kind of page has to be accessible."""
    seen = Seen()

    def login(user: Any, **options: Any) -> Person:
        # a page without script cannot be asked by axe
        looks = seen if options.get("java_script_enabled", True) else None
        return Person(new_page(**options), looks).login(user.username)

    yield login
    assert not seen.broken, "\n".join(seen.broken)


def test_from_the_form_to_the_confirmation(come: Any, case: Case) -> None:
    owner = case.opened(2025, 4)
    filler, signer = (
        come(case.people["filler"]),
        come(case.people["signer"], viewport={"width": 390, "height": 800}),
    )
    filler.go("clusters:statistics").says("2025年第4季度", "逾期未报").follow("2025年第4季度").follow("填报")
    values = figures(4, ind_main_revenue="900000")
    filler.fill({**values, **PEOPLE}).press("保存并核对")
    filler.says("请为“主营业务收入”选择异常原因").follow("请为“主营业务收入”选择异常原因", exact=False)
    filler.says("比上年同期增长 87.5%")
    filler.fill({"ind_main_revenue-reason_code": "other"}).press("保存并核对").says(
        "请写明“主营业务收入”的异常原因"
    )
    filler.go("clusters:return_fill", owner.pk)
    filler.fill({"ind_main_revenue-reason_text": "订单集中交付"}).press("保存并核对").says(
        "数据齐全，可以报送"
    )
    signer.go("clusters:return_submit", owner.pk).fill({"declared": True}).press("签字报送").says("TJ-2026-")
    city = come(case.people["city"])
    city.go("clusters:period", owner.period_id).says("迟报").follow(case.entity.name).follow("逐项审核")
    city.says("订单集中交付").fill({"ind_profit-back": True, "ind_profit-message": "与快报不一致"})
    city.press("审核通过").says("请按“退回修改”").press("退回修改").says("退回修改")
    filler.go("clusters:return", owner.pk).says("与快报不一致").follow("填报")
    assert filler.page.locator('[name="ind_employment"]').count() == 0
    filler.fill({"ind_profit": "35000"}).press("保存并核对")
    signer.go("clusters:return_submit", owner.pk).fill({"declared": True}).press("签字报送")
    city.go("clusters:return_review", owner.pk).press("审核通过").says("已审核")
    province = come(case.people["province"])
    province.go("clusters:statistics").go("clusters:return", owner.pk).press("省级确认").says("已确认")
    assert fresh(owner).state == ReturnState.CONFIRMED
    assert ReturnValue.objects.get(owner=owner, indicator="ind_profit").value == 35000
    province.go("clusters:statistics_overview").says("各期一览", "2025年第4季度")
    assert province.page.locator("svg.chart__svg").count() >= 7


@pytest.mark.parametrize("script", [True, False])
def test_by_workbook_with_the_errors_marked(come: Any, case: Case, tmp_path: Path, script: bool) -> None:
    owner = case.opened(2025, 4)
    filler = come(case.people["filler"], java_script_enabled=script, accept_downloads=True)
    filler.go("clusters:return", owner.pk)
    with filler.page.expect_download() as coming:
        filler.page.get_by_role("link", name="下载表格", exact=True).click()
    form = Path(coming.value.path()).read_bytes()
    assert coming.value.suggested_filename.endswith(".xlsx")
    wrong = tmp_path / "季报.xlsx"
    wrong.write_bytes(filled(form, D2=-5, D5="八千六"))
    filler.follow("上传填好的表格").fill({"file": str(wrong)}).press("上传并预览")
    filler.says("没有写入任何数据", "不能为负数", "D5")
    with filler.page.expect_download() as coming:
        filler.page.get_by_role("link", name="下载标注错误的文件", exact=True).click()
    book = load_workbook(io.BytesIO(Path(coming.value.path()).read_bytes()))
    page = book["统计报表"]
    assert "不能为负数" in page["D2"].comment.text
    page["D2"], page["D5"] = 900000, 8600
    page["G2"] = "市场波动"
    right = tmp_path / "季报（改）.xlsx"
    book.save(right)
    filler.follow("重新上传").fill({"file": str(right)}).press("上传并预览").says("将要写入的数据")
    assert not ReturnValue.objects.filter(owner=owner).exists()
    filler.press("确认导入").says("核对和报送", "数据齐全，可以报送")
    assert ReturnValue.objects.filter(owner=owner).count() == 8
