"""Visits and problems through the API: the same rules as the pages, every refusal a problem document."""

import datetime
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from filings.models import Entity, Problem
from tests.api.caller import ROOT, Caller
from tests.makers import accounts as people
from tests.makers.accompany import assigned, held, on_register, plan, raised
from tests.makers.filings import Case, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


@pytest.fixture
def entity(case: Case) -> Entity:
    return on_register(case)


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args).removeprefix(ROOT)


def test_a_unit_reads_of_a_visit_less_than_staff(case: Case, entity: Entity) -> None:
    held(case, entity)
    plan(case, entity)
    address = url("api-visits", entity.code)
    staff = Caller(case.officer).get(address).body
    assert [row["state"] for row in staff["results"]] == ["planned", "held"]
    assert staff["results"][1]["findings"]
    unit = Caller(case.member_users[0]).get(address).body
    assert unit["count"] == 1
    row = unit["results"][0]
    assert (row["kind"], row["purpose"]) == ("meeting", "座谈中试需求")
    assert row["findings"] is row["follow_up"] is row["visitor"] is row["id"] is None


def test_raised_assigned_answered_and_settled(case: Case, entity: Entity) -> None:
    unit, officer = Caller(case.applicant), Caller(case.officer)
    made = unit.post(url("api-problems", entity.code), {"title": "中试场地不足", "text": "只够小试。"})
    assert made.status == 201
    pk = made.body["id"]

    def act(caller: Caller, name: str, **data: Any) -> Any:
        return caller.post(url("api-problem-action", pk, name), data)

    due = (clock.today() + datetime.timedelta(days=5)).isoformat()
    assert act(officer, "assign", owner=case.officer.username, due_on=due).body["state"] == "assigned"
    assert act(officer, "answer", answer="已协调。").body["available_actions"] == ["close"]
    done = act(unit, "settle")
    assert (done.body["state"], done.body["satisfied"]) == ("closed", True)
    assert unit.get(url("api-problem", pk)).body["answer"] == "已协调。"


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({}, 422),
        ({"title": "", "text": "x"}, 422),
        ({"title": "长" * 101, "text": "x"}, 422),
        ({"title": "a\x00b", "text": "x"}, 400),
        ({"title": ["场地"], "text": "x"}, 422),
    ],
)
def test_bad_bodies(case: Case, entity: Entity, data: dict[str, Any], status: int) -> None:
    assert Caller(case.applicant).post(url("api-problems", entity.code), data).status == status
    assert not Problem.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"owner": "nobody", "due_on": "2026-03-09"},
        {"owner": "", "due_on": "2026-03-09"},
        {"due_on": "gestern"},
        {"due_on": "2026-03-01"},
    ],
)
def test_assignments_that_cannot_be(case: Case, entity: Entity, data: dict[str, Any]) -> None:
    row = raised(case, entity)
    address = url("api-problem-action", row.pk, "assign")
    assert Caller(case.officer).post(address, {"owner": case.officer.username} | data).status == 422


def test_what_others_are_told(case: Case, entity: Entity) -> None:
    row = assigned(case, raised(case, entity))
    outsider = Caller(people.make_user("unit_admin", people.make_organisation()))
    member, officer = Caller(case.member_users[0]), Caller(case.officer)
    for address in (
        url("api-visits", entity.code),
        url("api-problems", entity.code),
        url("api-problem", row.pk),
    ):
        assert outsider.get(address).status == 404, address
    assert member.get(url("api-problem", row.pk)).status == 404
    assert member.get(url("api-problems", entity.code)).body["count"] == 0
    assert officer.post(url("api-problems", entity.code), {"title": "甲", "text": "乙"}).status == 403
    assert officer.post(url("api-problem-action", row.pk, "assign"), {}).status == 409
    assert officer.post(url("api-problem-action", row.pk, "settle"), {}).status == 403
    assert officer.post(url("api-problem-action", row.pk, "explode"), {}).status == 404
    stale = officer.post(url("api-problem-action", row.pk, "answer"), {"answer": "已办。", "version": 99})
    assert stale.status == 409


def test_the_same_key_raises_once(case: Case, entity: Entity) -> None:
    unit = Caller(case.applicant)
    body = {"title": "中试场地不足", "text": "只够小试。"}
    answers = [
        unit.post(url("api-problems", entity.code), body, **{"Idempotency-Key": "raise-1"}) for _n in range(2)
    ]
    assert answers[0].body == answers[1].body
    assert Problem.objects.count() == 1
