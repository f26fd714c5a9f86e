"""The chain in numbers, the lists behind them, what is open, what the documents name, and the same by API."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse

from core.errors import Invalid, NotAllowed
from platforms.models import Offer
from platforms.programme import rooms
from platforms.selectors import overview
from platforms.services import opening
from tests.makers import platforms as plat
from tests.makers.accounts import as_person, make_organisation, make_user
from tests.makers.register import end_entity, make_entity, raise_level

pytestmark = pytest.mark.django_db
OFFER = {
    "kind": "instrument",
    "name": "扫描电镜",
    "detail": "形貌与能谱分析，网上预约。",
    "price": "每小时 300 元，中小微企业八折",
    "hours": "工作日 9:00—17:00",
    "office": "测试中心",
    "phone": "0533-0000000",
}


def some() -> Any:
    case, _entity = plat.on_register("key_laboratory", since=datetime.date(2024, 1, 5))
    raised = make_entity("key_laboratory", lead=case.lead, valid_from=datetime.date(2024, 1, 5))
    raise_level(raised, "provincial", datetime.date(2025, 6, 1), document_number="鲁科字〔2025〕6号")
    ended = make_entity("incubator", lead=case.lead, valid_from=datetime.date(2024, 1, 5))
    end_entity(ended, "exited", datetime.date(2025, 12, 1))
    make_entity("key_laboratory", lead=make_organisation(district="370212"))
    return case


def number(columns: list[overview.Column], kind: str, level: str) -> int:
    return next(r.counts.get(level, 0) for c in columns for r in c.rows if r.kind.key == kind)


@pytest.mark.parametrize(
    ("on", "municipal", "provincial", "incubators"),
    [
        (datetime.date(2026, 3, 2), 1, 1, 0),
        (datetime.date(2025, 1, 1), 2, 0, 1),
        (datetime.date(2023, 1, 1), 0, 0, 0),
    ],
)
def test_each_number_is_the_length_of_its_list(
    on: datetime.date, municipal: int, provincial: int, incubators: int
) -> None:
    case = some()
    officer = case.actor("officer")
    found = overview.chain(officer, on)
    assert number(found, "key_laboratory", "municipal") == municipal
    assert number(found, "key_laboratory", "provincial") == provincial
    assert number(found, "incubator", "municipal") == incubators
    for column in found:
        assert overview.listed(officer, {"on": on, "stage": column.stage.key}).count() == column.total
        for row in column.rows:
            for level, n in row.counts.items():
                wanted = {"on": on, "kind": row.kind.key, "level": level}
                assert overview.listed(officer, wanted).count() == n
    assert overview.ladder(officer, on).running == sum(column.total for column in found)


def test_the_pages_of_the_overview_are_for_offices() -> None:
    case = some()
    officer = as_person(case.officer)
    page = officer.get(reverse("platforms:overview")).content.decode()
    assert "基础研究平台" in page and "重点实验室" in page and "桥梁" in page
    listed = officer.get(reverse("platforms:list"), {"kind": "key_laboratory", "level": "provincial"})
    assert len(listed.context["lines"]) == 1
    assert officer.get(reverse("platforms:incubation")).status_code == 200
    for name in ("overview", "list", "incubation"):
        assert as_person(case.applicant).get(reverse(f"platforms:{name}")).status_code == 403
        assert (
            as_person(make_user("auditor", case.bureau)).get(reverse(f"platforms:{name}")).status_code == 200
        )


def test_the_overview_costs_the_same_for_many(django_assert_max_num_queries: Any) -> None:
    case = some()
    client = as_person(case.officer)
    client.get(reverse("platforms:overview"))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse("platforms:overview"))
    for _number in range(24):
        make_entity("maker_space", lead=case.lead)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(reverse("platforms:overview"))


def test_what_the_documents_name_is_on_the_register_or_not(client: Any) -> None:
    make_entity("fintech_service_platform", name="淄博市智慧金融综合服务平台")
    page = client.get(reverse("platforms:named"))
    rows = {row.key: row for row in page.context["rows"]}
    assert len(rows) == 15
    assert rows["inst_fintech_platform"].entity is not None
    assert rows["inst_forum"].entity is None
    assert all(row.clause for row in rows.values())
    assert "未登记" in page.content.decode()


# --- open to the public ------------------------------------------------------------------------


def test_what_a_host_opens_is_read_by_everybody_until_it_is_withdrawn(client: Any) -> None:
    case, entity = plat.on_register("instrument_sharing_unit")
    me = case.actor("applicant")
    made = opening.publish(actor=me, entity=entity, values=OFFER)
    url = reverse("platforms:open")
    assert "扫描电镜" in client.get(url, {"q": "电镜"}).content.decode()
    assert "扫描电镜" not in client.get(url, {"q": "光谱"}).content.decode()
    (room,) = rooms.public(entity, datetime.date(2026, 3, 2))
    assert entity.code in room.url
    assert "扫描电镜" in client.get(room.url).content.decode()
    changed = opening.change(actor=me, offer=made, values=OFFER | {"price": "免费"})
    opening.withdraw(actor=me, offer=changed)
    assert not list(rooms.public(entity, datetime.date(2026, 3, 2)))
    assert "扫描电镜" not in client.get(url).content.decode()


def test_no_mobile_number_is_published_and_nobody_else_writes() -> None:
    case, entity = plat.on_register("public_tech_service_platform")
    with pytest.raises(Invalid, match="手机"):
        opening.publish(actor=case.actor("applicant"), entity=entity, values=OFFER | {"phone": "13800000000"})
    with pytest.raises(NotAllowed):
        opening.publish(actor=case.actor("officer"), entity=entity, values=OFFER)
    assert not Offer.objects.exists()


def test_offers_by_pages() -> None:
    case, entity = plat.on_register("pilot_test_base")
    host = as_person(case.applicant)
    new = reverse("platforms:offer_new", args=[entity.code])
    host.post(new, OFFER | {"form_key": host.get(new).context["form_key"]})
    row = Offer.objects.get()
    page = host.get(reverse("platforms:offers", args=[entity.code])).content.decode()
    assert "扫描电镜" in page
    for name in ("offer", "offer_withdraw"):
        assert host.get(reverse(f"platforms:{name}", args=[entity.code, row.pk])).status_code == 200
        assert (
            as_person(case.officer).get(reverse(f"platforms:{name}", args=[entity.code, row.pk])).status_code
            == 403
        )


# --- by API --------------------------------------------------------------------------------------

API = "/api/v1/platforms/"


def test_records_by_api() -> None:
    case, entity = plat.on_register("incubator", since=datetime.date(2024, 1, 10))
    host, officer = as_person(case.applicant), as_person(case.officer)
    at = f"{API}{entity.code}/records/tenant/"
    values = {"kind": "team", "name": "星火团队", "entered_on": "2025-03-01"}
    made = host.post(at, {"values": values}, "application/json")
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    moved = host.patch(f"{at}{pk}/", {"values": {"left_on": "2025-09-01"}, "version": 1}, "application/json")
    assert moved.json()["values"]["left_on"] == "2025-09-01"
    stale = host.patch(f"{at}{pk}/", {"values": {"field": "x"}, "version": 1}, "application/json")
    assert stale.status_code == 409
    bad = host.post(at, {"values": values | {"entered_on": "x", "unknown": 1}}, "application/json")
    assert bad.status_code == 422
    assert officer.get(at).json()["count"] == 1
    assert officer.post(at, {"values": values}, "application/json").status_code == 403
    outsider = as_person(make_user("unit_admin", make_organisation(district="370303")))
    assert outsider.get(at).status_code == 404
    year = f"{API}{entity.code}/years/2025/"
    assert host.get(year).json()["state"] == "due"
    assert host.post(f"{year}confirm/", {}, "application/json").json()["state"] == "confirmed"
    assert officer.post(f"{year}accept/", {}, "application/json").json()["state"] == "accepted"
    back = officer.post(f"{year}return/", {"reason": "缺验收文件"}, "application/json")
    assert back.json()["state"] == "returned"
    struck = host.post(f"{at}{pk}/strike/", {"reason": "登记错误"}, "application/json")
    assert struck.json()["struck"]
    assert host.get(f"{API}{entity.code}/records/").json()[1]["count"] == 0


def test_the_rest_by_api(client: Any) -> None:
    case, entity = plat.on_register("technology_transfer_institution")
    host, officer = as_person(case.applicant), as_person(case.officer)
    assert len(client.get(f"{API}types/").json()) == 39
    offers = f"{API}{entity.code}/offers/"
    assert host.post(offers, OFFER, "application/json").status_code == 201
    assert client.get(f"{API}open/", {"q": "电镜"}).json()["count"] == 1
    found = officer.get(f"{API}overview/").json()
    assert found["running"] == 1
    assert found["counts"][0]["kind"] == "technology_transfer_institution"
    plan = {
        "organisation": case.lead.credit_code,
        "target_kind": "enterprise_technology_centre",
        "target_level": "national",
        "apply_year": 2026,
        "supports": ["cooperation"],
        "ground": "基础较好",
    }
    made = officer.post(f"{API}cultivation/", plan, "application/json")
    assert made.status_code == 201, made.content
    at = f"{API}cultivation/{made.json()['id']}/"
    assert officer.post(f"{at}steps/", {"text": "走访"}, "application/json").status_code == 200
    assert host.get(at).json()["organisation"]["credit_code"] == case.lead.credit_code
    left = officer.post(f"{at}leave/", {"outcome": "expired", "reason": "未申报"}, "application/json")
    assert left.json()["outcome"] == "expired"
    assert host.post(f"{API}cultivation/", plan, "application/json").status_code == 403


def test_the_family_names_the_programme_by_its_type() -> None:
    case = plat.make_platform_case("incubator", experts=0)
    host = as_person(case.applicant)
    body = {"programme": "platform", "action": "establish", "content": {"basic": {"type": "incubator"}}}
    made = host.post("/api/v1/filings/", body, "application/json")
    assert made.status_code == 201, made.content
    assert made.json()["programme"] == "incubator"
    nothing = host.post(
        "/api/v1/filings/", {"programme": "platform", "action": "establish"}, "application/json"
    )
    assert nothing.status_code == 422
