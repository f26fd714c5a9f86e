"""A stranger chooses measures, states facts, reads the sheet and takes the paper along; with and without script."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SPACE, SHARING, SERVICE = "sub_incubator_space_new", "sub_instrument_sharing", "sub_ptsp_service"


@pytest.mark.parametrize(("script", "width"), [(True, 1366), (True, 390), (False, 1366)])
def test_from_the_menu_to_the_paper(people: Any, script: bool, width: int) -> None:
    viewport = {"width": width, "height": 768}
    person = people(axe=script, java_script_enabled=script, viewport=viewport)
    person.open("/").follow("政策计算器").says("不需要登录")
    person.fill({"m": [SPACE, SHARING, SERVICE]}).press("填写并测算").says("新建孵化用房补助")
    person.fill({f"{SPACE}-area": "-5", "date": "2026-03-02"})
    compute(person, script, "不能为负数", "请填写实际服务创新总额")
    person.fill({f"{SPACE}-area": "12,345.67", f"{SHARING}-service_total": "1400000"})
    person.fill({f"{SERVICE}-grade": "good", "district": "370303"})
    compute(person, script, "1,700,000.00", "超过上限 100万元 的部分", "本项不重复享受", "测算结果仅供参考")
    person.look("sheet")
    assert "area=12%2C345.67" in person.page.url
    with person.page.expect_download() as coming:
        person.page.get_by_role("link", name="下载测算书（PDF）").click()
    assert coming.value.suggested_filename == "quote-2026-03-02.pdf"
    person.follow("淄政办字〔2020〕43号 四(三)2").says("测算和办理", "新建孵化用房补助")


def compute(person: Any, script: bool, *sentences: str) -> None:
    """Press the button and wait for the part that htmx puts in, or for the page."""
    button = person.page.get_by_role("button", name="测算", exact=True)
    if not script:
        person.press("测算").says(*sentences)
        return
    button.click()
    person.page.get_by_text(sentences[0]).first.wait_for()
    person.says(*sentences)
