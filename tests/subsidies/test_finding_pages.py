"""政策找企业 as people and programs meet it: a unit's home and page, the finder for everybody, the API."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from tests.api.caller import Caller
from tests.makers.accounts import as_person, make_organisation, make_user
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db
DAY = datetime.date(2025, 11, 20)
NUMBER = "鲁科字〔2025〕18号"


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def approved(
    unit: Organisation, kind: str = "technology_innovation_centre", level: str = "provincial"
) -> Any:
    paper = {"document_number": NUMBER, "document_date": DAY, "issued_by": "山东省科学技术厅"}
    return make_entity(kind, level=level, lead=unit, valid_from=DAY, **paper)


@pytest.fixture
def unit(frozen: Any) -> Organisation:
    return make_organisation(district="370303")


def test_a_unit_reads_what_it_can_claim_with_amount_deadline_and_clause(unit: Organisation) -> None:
    centre = approved(unit)
    page = as_person(make_user("filler", unit)).get(reverse("subsidies:matches"))
    text = text_of(page)
    for words in (
        "新获批省级创新平台奖励",
        "50万元",
        "2026年12月31日",
        NUMBER,
        "淄政办字〔2020〕43号 四(二)2",
    ):
        assert words in text
    assert "尚未获批国家级（现为省级）" in text and "取得国家级批复" in text
    html = page.content.decode()
    assert reverse("filings:entity", args=[centre.code]) in html
    sheet = re.search(r'href="(/subsidies/calculator/[^"]*sub_platform_provincial[^"]*)"', html)
    assert sheet is not None
    told = text_of(Client().get(sheet[1].replace("&amp;", "&")))
    assert "500,000.00" in told and "定额 50万元" in told


def test_home_shows_the_best_and_how_many_there_are(unit: Organisation) -> None:
    approved(unit)
    text = text_of(as_person(make_user("filler", unit)).get(reverse("filings:home")))
    assert "可申领的政策支持" in text and "新获批省级创新平台奖励" in text and "只差一项条件" in text
    assert "全部匹配结果" in text


def test_the_page_costs_the_same_for_one_and_for_many(unit: Organisation) -> None:
    person = as_person(make_user("filler", unit))
    approved(unit)
    person.get(reverse("subsidies:matches"))
    with CaptureQueriesContext(connection) as one:
        person.get(reverse("subsidies:matches"))
    for _n in range(6):
        approved(unit, "incubator")
        approved(unit, "maker_space")
    with CaptureQueriesContext(connection) as many:
        person.get(reverse("subsidies:matches"))
    assert (
        len(many) <= len(one) + 4
    )  # areas, services and instruments are asked for where there are such platforms
    with CaptureQueriesContext(connection) as more:
        for _n in range(3):
            approved(unit, "incubator")
    with CaptureQueriesContext(connection) as still:
        person.get(reverse("subsidies:matches"))
    assert len(still) == len(many) and more


def test_nobody_sees_the_matches_of_another_unit(unit: Organisation) -> None:
    approved(unit)
    other = make_organisation(district="370303")
    assert NUMBER not in text_of(as_person(make_user("filler", other)).get(reverse("subsidies:matches")))
    assert Client().get(reverse("subsidies:matches")).status_code in (302, 403)


# --- everybody ---


def ask(**given: str) -> Any:
    return Client().get(reverse("subsidies:find"), {"go": "1", **given})


def test_the_public_finder_by_code_uses_the_public_register_only(unit: Organisation) -> None:
    unit.size_class = "small"
    unit.save()
    centre = approved(unit)
    answer = ask(code=unit.credit_code)
    text = text_of(answer)
    assert "新获批省级创新平台奖励" in text and NUMBER in text
    assert reverse("portal:entity", args=[centre.code]) in answer.content.decode()
    assert "尚未获批国家级" in text


def test_what_platforms_recorded_is_never_public(unit: Organisation) -> None:
    from decimal import Decimal

    from platforms.models import Space

    incubator = approved(unit, "incubator", "municipal")
    Space.objects.create(
        entity=incubator,
        construction="new",
        name="一号楼",
        built_area=Decimal(4321),
        usable_area=Decimal(4321),
        dedicated_area=Decimal(4321),
        accepted_on=DAY,
        document_number="验1",
        created_by=make_user("filler", unit),
    )
    own = text_of(as_person(make_user("filler", unit)).get(reverse("subsidies:matches")))
    assert "4321 平方米" in own and "432,100" in own
    public = text_of(ask(code=unit.credit_code))
    assert "4321" not in public and "432,100" not in public
    assert "公开信息中查不到" in public


def test_a_code_nobody_knows_and_one_without_entities_read_the_same(unit: Organisation) -> None:
    unknown = make_organisation(district="370303")
    known = text_of(ask(code=unit.credit_code))
    assert "登记名录中没有查到这个代码" in known and unit.name not in known
    code = unknown.credit_code
    Organisation.objects.filter(pk=unknown.pk).delete()
    assert "登记名录中没有查到这个代码" in text_of(ask(code=code))


def test_short_answers_give_matches_and_near_misses() -> None:
    answered = {
        "kind": "enterprise",
        "district": "370303",
        "platform": "incubator",
        "level": "provincial",
        "approved_on": "2026-01-15",
        "area_new": "12,345.67",
    }
    text = text_of(ask(**answered))
    assert "新建孵化用房补助" in text and "100万元" in text and "12345.67 平方米" in text
    assert "新认定省级科技企业孵化器奖励" in text and "尚未获批国家级" in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "请填写，或者填写统一社会信用代码"),
        ({"code": "123"}, "代码有误"),
        ({"kind": "enterprise", "district": "370303", "area_new": "-1"}, "不能为负数"),
        ({"kind": "enterprise", "district": "370303", "area_new": "1.234"}, "最多 2 位小数"),
        ({"kind": "enterprise", "district": "370303", "approved_on": "2099-01-01"}, "日期晚于今天"),
        ({"kind": "enterprise", "district": "370303", "platform": "incubator"}, "请选择级别"),
        ({"kind": "enterprise", "district": "moon"}, "moon"),
    ],
)
def test_bad_answers_are_said(frozen: Any, given: dict[str, str], words: str) -> None:
    answer = ask(**given)
    assert answer.status_code == 422 and words in text_of(answer)


def test_the_finder_is_limited(frozen: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from subsidies.views import finding

    cache.clear()
    monkeypatch.setattr(finding, "HOURLY", 2)
    given = {"kind": "enterprise", "district": "370303"}
    assert [ask(**given).status_code for _n in range(3)] == [200, 200, 429]


def test_finder_and_calculator_lead_to_each_other(frozen: Any) -> None:
    assert reverse("subsidies:find") in Client().get(reverse("subsidies:measures")).content.decode()
    assert reverse("subsidies:measures") in Client().get(reverse("subsidies:find")).content.decode()


# --- programs ---


def test_api_of_the_own_unit(unit: Organisation) -> None:
    centre = approved(unit)
    body = Caller(make_user("filler", unit)).get("subsidies/matches/").ok()
    assert body["unit"] == unit.credit_code
    found = next(one for one in body["matches"] if one["measure"] == "sub_platform_provincial")
    assert found["amount"] == "500000.00" and found["deadline"] == "2026-12-31" and found["claim_free"]
    assert found["entity"] == centre.code and found["clause"] == "淄政办字〔2020〕43号 四(二)2"
    assert {"name": "approval_date", "value": "2025-11-20"}.items() <= found["facts"][2].items()
    near = next(one for one in body["near"] if one["measure"] == "sub_platform_national")
    assert near["lack"]["kind"] == "level" and near["lack"]["clause"]
    assert Caller().get("subsidies/matches/").status == 401


def test_api_for_everybody(unit: Organisation) -> None:
    approved(unit)
    body = Caller().post("subsidies/find/", {"code": unit.credit_code}).ok()
    assert [one["measure"] for one in body["matches"] if one["amount"]] == ["sub_platform_provincial"]
    given = {"kind": "enterprise", "district": "370303", "size_class": "small", "provincial_subsidy": "60000"}
    body = Caller().post("subsidies/find/", given).ok()
    assert body["matches"][0]["measure"] == "sub_innovation_voucher_match"
    assert body["matches"][0]["amount"] == "60000.00"
    lost = Caller().post("subsidies/find/", {"code": make_organisation(district="370303").credit_code})
    assert lost.status == 422 and lost.codes == ["nothing_public"]
    assert Caller().post("subsidies/find/", {}).status == 422
