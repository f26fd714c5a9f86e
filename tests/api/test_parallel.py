"""The same call many times at once has one effect and one answer; two deciders get one success."""

from __future__ import annotations

import pytest

from filings.models import Filing
from tests.api.caller import Answer, Caller
from tests.core.threads import together
from tests.makers.filings import drive, make_case


@pytest.mark.django_db(transaction=True)
def test_parallel_replays_start_one_filing() -> None:
    case = make_case(enterprises=0, academics=0, experts=0)
    caller = Caller(case.applicant)
    body = {"programme": "consortium", "content": {"basic": {"name": "甲"}}}

    def call() -> Answer:
        other = Caller()
        other.headers = caller.headers
        return other.post("filings/", body, Idempotency_Key="once")

    answers = together(*[call] * 6)
    assert {(a.status, a.body["id"]) for a in answers} == {(201, answers[0].body["id"])}
    assert Filing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_recommendations_at_once() -> None:
    case = make_case(experts=0)
    filing = drive(case, "submitted")
    caller = Caller(case.district)

    def call() -> Answer:
        other = Caller()
        other.headers = caller.headers
        return other.post(f"filings/{filing.pk}/actions/recommend/")

    statuses = sorted(a.status for a in together(call, call))
    assert statuses == [200, 409]
