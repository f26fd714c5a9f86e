"""Returns through the API: the same checks and acts as on the pages and in the workbook."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clusters.selectors.statistics import sheet_of
from clusters.services.statistics_workbook import judge, template_of
from tests.api.caller import ROOT, Caller
from tests.clusters.test_statistics_workbook import filled
from tests.makers import accounts as people
from tests.makers.statistics import PEOPLE, Case, figures, fresh, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    made = make_case()
    made.reported(2024, 4)
    return made


def url(name: str, *args: Any) -> str:
    return reverse(f"api-cluster-{name}", args=args).removeprefix(ROOT)


def patch(caller: Caller, owner: Any, **data: Any) -> Any:
    answer = caller.client.patch(
        f"{ROOT}{url('return', owner.pk)}",
        json.dumps(data),
        content_type="application/json",
        headers=caller.headers,
    )
    return answer.status_code, json.loads(answer.content)


def test_the_way(case: Case) -> None:
    owner = case.opened(2025, 4)
    filler, signer = Caller(case.people["filler"]), Caller(case.people["signer"])
    city, province = Caller(case.people["city"]), Caller(case.people["province"])
    listed = filler.get(url("returns") + "?state=draft").ok()
    assert [(row["entity"], row["year"], row["missing"]) for row in listed["results"]] == [
        (case.entity.code, 2025, True)
    ]
    status, body = patch(filler, owner, values=figures(4, ind_main_revenue="900000"), **PEOPLE)
    assert status == 200
    revenue = body["values"][0]
    assert (revenue["value"], revenue["same_period"]) == ("900000.00", "480002.00")
    assert [found["code"] for found in revenue["checks"]] == ["change"]

    def act(caller: Caller, name: str, **data: Any) -> Any:
        return caller.post(url("return-action", owner.pk, name), data)

    assert act(signer, "submit", declared=True).codes == ["reason_missing"]
    status, body = patch(filler, owner, reasons={"ind_main_revenue": {"code": "market"}}, version=1)
    assert status == 409
    patch(filler, owner, reasons={"ind_main_revenue": {"code": "market"}})
    assert act(filler, "submit", declared=True).status == 403
    assert act(signer, "submit", declared=True).ok()["receipt"].startswith("TJ-")
    assert act(city, "return", returned={"ind_profit": ""}).codes == ["message"]
    done = act(city, "return", returned={"ind_profit": "与快报不一致"}).ok()
    assert [row["indicator"] for row in done["values"] if row["editable"]] == ["ind_profit"]
    status, body = patch(filler, owner, values={"ind_employment": 1})
    assert (status, body["errors"][0]["code"]) == (422, "locked")
    patch(filler, owner, values={"ind_profit": 35000})
    act(signer, "submit", declared=True).ok()
    assert act(province, "confirm").status == 409
    act(city, "accept").ok()
    assert act(province, "confirm").ok()["state"] == "confirmed"
    assert act(province, "nonsense").status == 404


def test_page_workbook_and_api_find_the_same(case: Case) -> None:
    owner = case.opened(2025, 4)
    wrong = {"ind_main_revenue": -5, "ind_employment": 8600.5, "ind_researchers": 9000}
    status, body = patch(Caller(case.people["filler"]), owner, values={**figures(4), **wrong})
    assert status == 200
    by_api = {row["indicator"]: [f["code"] for f in row["checks"]] for row in body["values"]}
    book = filled(template_of(fresh(owner)), D2=-5, D5=8600.5, D6=9000)
    by_book = judge(fresh(owner), book).result
    by_page = sheet_of(fresh(owner)).result
    for key, codes in by_api.items():
        assert codes == [f.code for f in by_page.of(key)] == [f.code for f in by_book.of(key)], key
    assert by_api["ind_main_revenue"] == ["negative"]


def test_a_workbook(case: Case) -> None:
    owner = case.opened(2025, 4)
    filler = Caller(case.people["filler"])
    answer = filler.client.get(f"{ROOT}{url('return-template', owner.pk)}", headers=filler.headers)
    assert answer.content.startswith(b"PK")

    def send(data: bytes) -> Any:
        return filler.client.post(
            f"{ROOT}{url('return-workbooks', owner.pk)}",
            {"file": SimpleUploadedFile("a.xlsx", data)},
            headers=filler.headers,
        )

    made = send(filled(answer.content, D2=-5))
    assert made.status_code == 201
    assert made.json()["errors"][0]["place"] == "D2"
    assert filler.post(url("return-apply", owner.pk, made.json()["id"]), {}).status == 409
    made = send(filled(answer.content))
    done = filler.post(url("return-apply", owner.pk, made.json()["id"]), {}).ok()
    assert done["values"][0]["origin"] == "workbook"


def test_bad_input_and_strangers(case: Case) -> None:
    owner = case.opened(2025, 4)
    filler, stranger = (
        Caller(case.people["filler"]),
        Caller(people.make_user("unit_admin", people.make_organisation())),
    )
    for values in ({"ind_profit": "x"}, {"ind_profit": [1]}, {"ind_profit": {}}, {"ind_nothing": 1}):
        assert patch(filler, owner, values=values)[0] == 422, values
    assert patch(stranger, owner, values={})[0] == 404
    assert stranger.get(url("return", owner.pk)).status == 404
    assert stranger.get(url("returns")).ok()["count"] == 0
    assert patch(Caller(case.people["city"]), owner, values={})[0] == 403
    assert filler.get(url("returns") + "?year=abc").ok()["count"] == 0
    assert filler.get(url("returns") + "?nothing=1").status == 422
    assert Caller().get(url("returns")).status == 401
