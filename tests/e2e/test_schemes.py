"""A bureau writes a scheme in the browser: sums while typing, and the whole way without a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from evaluation.models import Scheme
from evaluation.scheme import editing
from tests.e2e.browsing import Person
from tests.makers.schemes import Bureau, came_with, weight

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def bureau(cast: Any) -> Bureau:
    return Bureau()


def test_sums_follow_what_is_typed(people: Callable[..., Person], bureau: Bureau) -> None:
    me = people(bureau.people["case_officer"], axe=True).go("evaluation:schemes")
    me.go("evaluation:scheme", came_with("consortium").pk).press("复制为本机关草稿")
    me.page.locator("[name=w_M1]").fill("6.5")
    total = me.page.locator("[data-weights-total]")
    assert total.inner_text() == "99.5"
    assert me.page.locator("[data-weights-told]").inner_text() == "还差 0.5"
    me.page.locator("[name=w_M2]").fill("4.5")
    assert (total.inner_text(), me.page.locator("[data-weights-told]").inner_text()) == ("100", "")
    me.press("保存权重").says("已保存。")
    row = Scheme.objects.get(authority=bureau.office)
    assert weight(row.tree, "M1") == "6.5"
    me.go("evaluation:scheme_indicator", row.pk, "M2")
    assert me.page.locator("#id_full").is_visible() and not me.page.locator("#id_low").is_visible()
    me.page.locator("#id_method").select_option("efficacy")
    assert me.page.locator("#id_low").is_visible() and not me.page.locator("#id_full").is_visible()


def test_the_whole_way_without_a_script(people: Callable[..., Person], bureau: Bureau) -> None:
    me = people(bureau.people["case_officer"], java_script_enabled=False)
    me.go("evaluation:scheme", came_with("consortium").pk).press("复制为本机关草稿")
    row = Scheme.objects.get(authority=bureau.office)
    me.fill({"w_M1": "6"}).press("保存权重").says("权重合计为 99，应为 100，还差 1")
    me.go("evaluation:scheme_indicator_new", row.pk, "O")
    me.fill({"code": "O7", "name": "成果推广", "weight": "很多", "full": "5"}).press("保存").says(
        "应填写数字"
    )
    me.fill({"weight": "1"}).press("保存")
    row.refresh_from_db()
    assert editing.indicator(row.tree, "O7")[1]["name"] == "成果推广"
    me.go("evaluation:scheme_propose", row.pk).fill({"note": "增加成果推广"}).press("提交发布").says("待发布")
    head = people(bureau.people["division_head"], java_script_enabled=False)
    head.go("evaluation:scheme_difference", row.pk).says("成果推广", "共 2 处不同")
    head.go("evaluation:scheme_publish", row.pk).press("发布").says("已发布")
    row.refresh_from_db()
    assert row.standing == "published"
