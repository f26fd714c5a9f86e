"""A stranger answers a few questions and a unit reads what it can claim; with and without script, on a phone too."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from tests.makers.accounts import make_bureau, make_organisation, make_user
from tests.makers.register import make_entity

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
DAY = datetime.date(2025, 11, 20)
PAPER = {"document_number": "鲁科字〔2025〕18号", "document_date": DAY}
WAYS = [(True, 1366), (True, 390), (False, 1366)]


@pytest.mark.parametrize(("script", "width"), WAYS)
def test_a_stranger_finds_what_there_is_to_claim(people: Any, script: bool, width: int) -> None:
    viewport = {"width": width, "height": 768}
    person = people(axe=script, java_script_enabled=script, viewport=viewport)
    person.open("/subsidies/").follow("查我能申领哪些").says("不需要登录")
    find(person, script, "请填写，或者填写统一社会信用代码")
    person.fill({"kind": "enterprise", "district": "370303", "platform": "incubator", "level": "provincial"})
    person.fill({"approved_on": "2026-01-15", "area_new": "12,345.67"})
    find(person, script, "新建孵化用房补助", "100万元", "尚未获批国家级（现为省级）", "结果仅供参考")
    person.look("found")
    person.follow("测算书", exact=False).says("测算结果", "1,000,000.00")


def find(person: Any, script: bool, *sentences: str) -> None:
    """Press the button and wait for the part that htmx puts in, or for the page."""
    if not script:
        person.press("查找").says(*sentences)
        return
    person.page.get_by_role("button", name="查找", exact=True).click()
    person.page.get_by_text(sentences[0]).first.wait_for()
    person.says(*sentences)


@pytest.mark.parametrize(("script", "width"), WAYS)
def test_a_unit_reads_on_its_home_what_it_can_claim(
    people: Any, shared_clock: None, script: bool, width: int
) -> None:
    make_bureau("370300")
    unit = make_organisation(district="370303")
    make_entity("technology_innovation_centre", level="provincial", lead=unit, valid_from=DAY, **PAPER)
    make_entity("incubator", lead=unit, valid_from=DAY)
    viewport = {"width": width, "height": 768}
    person = people(make_user("unit_admin", unit), axe=script, java_script_enabled=script, viewport=viewport)
    person.go("filings:home").says("可申领的政策支持", "新获批省级创新平台奖励", "50万元")
    person.page.get_by_role("link", name="全部匹配结果").click()
    person.says(
        "来源：登记名录级别沿革（鲁科字〔2025〕18号，2025-11-20）",
        "只差一项条件",
        "没有登记已验收的新建孵化用房",
    )
    person.look("matches")
    person.follow("同意领取", exact=False).says("免申即享", "已经登记的事实", "500,000.00")
    person.fill({"bank": "某银行张店支行", "account_number": "6222020202020202026", "consent": True})
    person.fill({"contact_name": "测试联系人", "contact_phone": "0533-0000000"})
    person.look("offer")
    person.press("同意并提交").says("已收到您的同意", "新获批省级创新平台奖励")
    person.go("subsidies:matches").says("只差一项条件")
    assert "同意领取" not in person.text()
