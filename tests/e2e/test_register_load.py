"""An existing register: uploaded with errors, mended in the marked file, confirmed by a second person, looked at by the unit."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from filings.models import Entity, RegisterLoad
from tests.e2e.browsing import Person
from tests.e2e.years import DemoClock, People
from tests.makers import filings as make
from tests.makers import loads
from tests.makers.accounts import make_organisation, make_user

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


def shot(person: Person, name: str) -> None:
    """Pictures to look at, where somebody asks for them."""
    if folder := os.environ.get("LOAD_PICTURES"):
        person.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fetched(person: Person, selector: str) -> bytes:
    """A file behind a link, with the person's session."""
    answer = person.page.request.get(person.page.locator(selector).first.get_attribute("href"))
    assert answer.ok, answer.status
    return bytes(answer.body())


def handed_in(person: Person, data: bytes, name: str) -> Person:
    person.go("filings:load_new")
    person.page.set_input_files("#id_file", {"name": name, "mimeType": "application/zip", "buffer": data})
    return person.fill({"note": "2024 年以前登记的联合体"}).press("上传并核对")


def test_a_register_comes_in(worker: Any, demo: DemoClock, cast: make.Case, people: People) -> None:
    officer_user, head_user = loads.people("370200")
    unit = make_organisation(credit_code=loads.code(1), district="370212", name="崂山已有账号材料公司")
    admin = make_user("unit_admin", unit)
    officer, head = people(officer_user, axe=True), people(head_user, axe=True)

    # with errors: told by cell, in the page and in the file itself
    officer.go("filings:loads").says("还没有导入过名录")
    shot(officer.go("filings:load_new"), "new")
    wrong = loads.workbook(
        [loads.unit_row(1), loads.unit_row(2, district="火星区")],
        [
            loads.entity_row(1, level="省级"),
            loads.entity_row(2, code=None, valid_from="去年", lead=loads.code(1)),
        ],
        [loads.member_row(1, 2)],
    )
    handed_in(officer, wrong, "联合体名录.xlsx")
    officer.wait_for("text=有错误，没有写入任何内容")
    officer.says("没有“火星区”这个区划", "D3", "应为日期，如 2025-01-31，现在是“去年”", "H3")
    shot(officer, "faulty")
    assert not Entity.objects.filter(origin="load").exists()
    marked = openpyxl.load_workbook(io.BytesIO(fetched(officer, "a:has-text('下载标注错误的文件')")))
    assert marked["单位"]["D3"].fill.fgColor.rgb == "FFF8CBC6"
    assert "火星区" in marked["单位"]["D3"].comment.text

    # mended in that very file
    marked["单位"]["D3"], marked["登记主体"]["D2"], marked["登记主体"]["H3"] = "崂山区", "市级", "2024-05-06"
    out = io.BytesIO()
    marked.save(out)
    handed_in(officer, out.getvalue(), "联合体名录（改正）.xlsx")
    officer.wait_for("text=等待确认")
    officer.says("由登记机关的处室负责人确认", "核对结果")
    load = RegisterLoad.objects.latest("pk")
    assert load.counts() == {"rows": 5, "new": 4, "changed": 0, "unchanged": 1}

    # the second person
    head.go("filings:load", load.pk).says("确认后整份写入登记簿并公开")
    shot(head, "ready")
    head.press("确认导入").says("可以离开本页")
    head.wait_for("text=整份写入")
    shot(head, "loaded")
    entity = Entity.objects.get(code="QD-OLD-00001")
    assert Entity.objects.filter(origin="load").count() == 2

    # everybody, then the unit at its first login, on a phone
    stranger = people(axe=True)
    stranger.open("/register/?q=第1创新").says(entity.name)
    mine = people(admin, axe=True, viewport=PHONE)
    mine.go("filings:home").says("核对登记信息").follow("核对登记信息").follow(entity.name)
    mine.says("QD-OLD-00001", "崂山第2材料有限公司")
    shot(mine, "entry-phone")
    mine.press("确认无误").says("已确认登记信息")
    entity.refresh_from_db()
    assert entity.confirmed_by == admin

    # without scripts the page is read again by hand
    plain = people(officer_user, java_script_enabled=False)
    handed_in(plain, out.getvalue(), "再来一次.xlsx").says("刷新")
    for _turn in range(30):
        plain.page.wait_for_timeout(1000)
        if "等待确认" in plain.go("filings:load", load.pk + 1).text():
            break
    plain.says("等待确认", "不变")
