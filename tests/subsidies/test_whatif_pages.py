"""What-if as pages, the workbook and the API."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from core import jobs
from policy.law import law_on
from subsidies.models import Scenario, ScenarioRun
from subsidies.services import scenarios
from tests.makers.accounts import as_person, make_bureau, make_organisation, make_user
from tests.makers.whatif import (
    CAP,
    FROM,
    OVERLAP,
    PRICE,
    RATE,
    Desk,
    client_of,
    make_award,
    make_unit,
    mixed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_from_an_empty_list_to_a_published_value_without_script(desk: Desk) -> None:
    mixed(desk)
    client = client_of(desk)
    assert "还没有推演" in client.get(reverse("subsidies:scenarios")).content.decode()
    made = client.post(
        reverse("subsidies:scenario_new"), {"title": "公共平台提标", "year": "2021", "note": ""}
    )
    scenario = Scenario.objects.get()
    assert made["Location"] == reverse("subsidies:scenario_choices", args=[scenario.pk])
    chosen = client.get(made["Location"]).content.decode()
    assert "100万元" in chosen and "淄政办字〔2020〕43号" in chosen
    page = reverse("subsidies:scenario", args=[scenario.pk])
    assert "还没有改动" in client.get(page).content.decode()
    value = reverse("subsidies:scenario_value", args=[scenario.pk, CAP])
    assert "现行取值" in client.get(value).content.decode()
    assert client.post(value, {"value": "-1"}).status_code == 422
    assert client.post(value, {"value": "1500000"}).status_code == 302
    bands = reverse("subsidies:scenario_value", args=[scenario.pk, "subsidy.cap_bands"])
    assert client.get(bands).status_code == 200
    client.post(reverse("subsidies:scenario_start", args=[scenario.pk]))
    waiting = client.get(page).content.decode()
    assert "正在推演" in waiting and 'data-hx-trigger="every 2s"' in waiting
    jobs.run_pending()
    shown = client.get(page).content.decode()
    assert "正在推演" not in shown and 'role="img"' in shown and "7 件" in shown
    proposing = reverse("subsidies:scenario_propose", args=[scenario.pk])
    assert client.post(proposing, {"valid_from": "2030-01-01", "reason": ""}).status_code == 422
    assert client.post(proposing, {"valid_from": "2030-01-01", "reason": "会议纪要"}).status_code == 302
    settle = reverse("subsidies:scenario_settle", args=[scenario.pk])
    refused = client.post(settle, {"decision": "publish"})
    assert refused.status_code == 403
    assert client_of(desk, "division_head").post(settle, {"decision": "publish"}).status_code == 302
    assert law_on(FROM, "370303").value(CAP) == 1_500_000
    assert "已发布" in client.get(page).content.decode()


def test_the_workbook_has_every_award_and_no_formula(desk: Desk) -> None:
    mixed(desk)
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    client, address = client_of(desk), reverse("subsidies:scenario_xlsx", args=[scenario.pk])
    assert client.get(address).status_code == 404
    run = desk.ran(scenario)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(address).content))
    assert book.sheet_names[:4] == ["拟改取值", "支持措施", "地区", "单位"]
    rows = book.get_sheet_by_name("逐件").to_python()
    assert len(rows) == 8
    assert sum(Decimal(str(row[7])) for row in rows[1:]) == run.after - run.before


def test_another_bureaus_scenario_is_not_there(desk: Desk) -> None:
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    desk.ran(scenario)
    other = as_person(make_user("case_officer", make_bureau("370200")))
    unit = as_person(make_user("unit_admin", make_organisation()))
    for name in ("scenario", "scenario_choices", "scenario_propose", "scenario_xlsx"):
        there = other.get(reverse(f"subsidies:{name}", args=[scenario.pk]))
        nowhere = other.get(reverse(f"subsidies:{name}", args=[scenario.pk + 999]))
        assert there.status_code == nowhere.status_code == 404, name
        assert unit.get(reverse(f"subsidies:{name}", args=[scenario.pk])).status_code == 403
        assert Client().get(reverse(f"subsidies:{name}", args=[scenario.pk])).status_code == 302
    assert scenario.title not in other.get(reverse("subsidies:scenarios")).content.decode()


def test_pages_cost_the_same_for_one_and_for_many(desk: Desk) -> None:
    mixed(desk)
    client = client_of(desk)
    first = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    desk.ran(first)

    def queries(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    listed, one = reverse("subsidies:scenarios"), reverse("subsidies:scenario", args=[first.pk])
    before = queries(listed), queries(one)
    for _n in range(24):
        other = desk.scenario(**{CAP.replace(".", "__"): "3000000"})
        ScenarioRun.objects.create(
            scenario=other,
            number=1,
            edition=other.edition,
            values=[],
            started_by=desk.actor().user,
            started_at=other.created_at,
            finished_at=other.created_at,
            result={},
        )
    for key, value in (
        (RATE, "0.2"),
        (PRICE, "120"),
        ("sub_usp_provincial.rate", "0.25"),
        (OVERLAP, "block"),
    ):
        scenarios.set_value(actor=desk.actor(), scenario=first, name=key, value=value)
    make_award(desk, make_unit("370306"), "sub_platform_national", level="national")
    desk.ran(first)
    assert first.overrides.count() > 2
    assert (queries(listed), queries(one)) == before


def test_the_api_reads_what_the_page_shows(desk: Desk) -> None:
    mixed(desk)
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000"})
    client = client_of(desk)
    row = client.get(f"/api/v1/subsidies/what-ifs/{scenario.pk}/").json()
    assert (row["is_current"], row["measures"], row["values"][0]["after"]) == (False, [], "2000000")
    run = desk.ran(scenario)
    row = client.get(f"/api/v1/subsidies/what-ifs/{scenario.pk}/").json()
    assert row["is_current"] is True
    assert sum(Decimal(one["after"]) for one in row["districts"]) == run.after
    listed = client.get("/api/v1/subsidies/what-ifs/").json()
    assert [one["id"] for one in listed["results"]] == [scenario.pk]
    other = as_person(make_user("case_officer", make_bureau("370200")))
    assert other.get(f"/api/v1/subsidies/what-ifs/{scenario.pk}/").status_code == 404
