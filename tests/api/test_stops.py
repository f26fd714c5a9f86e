"""Holds, instalments, revocations, claw-backs and payer shares by API: the services and the people of the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts import stepup
from core import clock
from subsidies.models import Award, PaymentHold
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers import money

pytestmark = pytest.mark.django_db
LATER = {"due_on": "2026-12-31"}


@pytest.fixture
def desk(frozen: Any) -> money.Desk:
    found = money.make_desk()
    money.make_budget(found)
    return found


def test_a_hold_is_placed_and_released_by_two(desk: money.Desk) -> None:
    award = money.decide(desk, money.make_award(desk)).award
    finance, second = Caller(desk.finance), Caller(desk.second)
    path = f"subsidies/awards/{award.pk}/holds/"
    assert Caller(desk.auditor).post(path, {"reason": "核查"}).status == 403
    assert finance.post(path, {}).fields == ["reason"]
    made = finance.post(path, {"reason": "核查发票"}).ok(201)
    assert finance.post(path, {"reason": "再次"}).status == 409
    release = f"subsidies/holds/{made['id']}/release/"
    assert finance.post(release, {"comment": "已核"}).status == 403
    assert second.post(release, {"comment": "已核"}).ok()["release_reason"] == "已核"


def test_instalments_are_planned_anew(desk: money.Desk) -> None:
    award = money.decide(desk, money.make_award(desk, amount=100)).award
    finance, path = Caller(desk.finance), f"subsidies/awards/{award.pk}/instalments/"
    rows = [{"amount": "60.00", **LATER}, {"amount": "40.00", **LATER}]
    assert finance.post(path, {"instalments": rows[:1]}).codes == ["total"]
    found = finance.post(path, {"instalments": rows}).ok()["payments"]
    assert [row["amount"] for row in found] == ["60.00", "40.00"]
    assert Caller(desk.head).post(path, {"instalments": rows}).status == 403


def test_a_claw_back_from_the_demand_to_the_last_refund(desk: money.Desk) -> None:
    award = money.paid(desk, amount=100).award
    finance, head = Caller(desk.finance), Caller(desk.head)
    body = {"amount": "80.00", "document_number": "淄科函〔2026〕9号", "reason": "材料不实", **LATER}
    path = f"subsidies/awards/{award.pk}/clawbacks/"
    assert finance.post(path, body | {"amount": "100.01"}).fields == ["amount"]
    made = finance.post(path, body).ok(201)
    act = f"clawbacks/{made['id']}/actions"
    assert finance.post(f"{act}/confirm/", {}).status == 403
    assert head.post(f"{act}/confirm/", {}).ok()["state"] == "confirmed"
    back = {"amount": "80.00", "received_on": clock.today().isoformat(), "reference": "JK1"}
    assert finance.post(f"{act}/recover/", {"amount": "80.00"}).status == 422
    assert finance.post(f"{act}/recover/", back).ok()["state"] == "settled"
    assert finance.post(f"{act}/recover/", back).status == 409


def test_an_award_is_revoked_by_two_people_of_the_bureau_that_decided(desk: money.Desk) -> None:
    award = money.decide(desk, money.make_award(desk)).award
    path = f"subsidies/awards/{award.pk}/revoke/"
    ground = {"reason": "材料不实", "document_number": "淄科函〔2026〕9号"}
    assert Caller(desk.finance).post(path, ground).status == 403
    officer, head = Caller(desk.officer), Caller(desk.head)
    assert officer.post(path, {}).fields == ["document_number", "reason"]
    asked = officer.post(path, ground).ok(201)
    assert (asked["state"], asked["available_actions"]) == ("proposed", [])
    assert officer.post(path, ground).status == 409
    act = f"subsidies/revocations/{asked['id']}"
    assert officer.post(f"{act}/confirm/", {}).status == 403
    assert head.post(f"{act}/refuse/", {}).fields == ["comment"]
    assert head.post(f"{act}/confirm/", {"version": 7}).status == 409
    done = head.post(f"{act}/confirm/", {"version": asked["version"]}).ok()
    assert (done["state"], done["award_state"]) == ("confirmed", "revoked")
    assert head.post(f"{act}/confirm/", {}).status == 409
    assert award.payments.get().state == "cancelled"


def test_payer_shares_are_recorded_before_the_proposal(desk: money.Desk) -> None:
    district = people.make_bureau("370303")
    claim = money.make_award(desk, measure="sub_whole_relocation").claim
    claim.submitted_at, claim.receipt_number = claim.created_at, "R1"
    claim.save(update_fields=["submitted_at", "receipt_number"])
    codes = (desk.bureau.credit_code, district.credit_code)
    path, head = f"subsidies/claims/{claim.pk}/payer-shares/", Caller(desk.head)

    def put(*percents: str, payers: Any = codes) -> Any:
        rows = [{"payer": code, "percent": percent} for code, percent in zip(payers, percents, strict=True)]
        return head.call("PUT", path, {"shares": rows, "reason": "专题会议纪要"})

    assert put("60", "30").fields == ["percent"]
    assert put("60", "40", payers=(codes[0], "0" * 18)).fields == ["shares"]
    assert put("60", "40", payers=(codes[0], codes[0])).fields == ["shares"]
    assert {row["percent"] for row in put("60", "40").ok()["shares"]} == {"60.00", "40.00"}
    assert Caller(desk.auditor).call("PUT", path, {}).status == 403


def test_others_find_nothing(desk: money.Desk) -> None:
    award = money.decide(desk, money.make_award(desk)).award
    other = Caller(money.make_desk("370200").finance)
    for name in ("instalments", "holds", "clawbacks", "revoke"):
        assert other.post(f"subsidies/awards/{award.pk}/{name}/", {}).status == 404
        assert other.post(f"subsidies/awards/{10**6}/{name}/", {}).status == 404
    assert other.call("PUT", f"subsidies/claims/{award.claim_id}/payer-shares/", {}).status == 404


def test_a_session_proves_its_second_factor_anew(desk: money.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    award: Award = money.decide(desk, money.make_award(desk)).award
    person: Client = people.as_person(desk.finance)
    monkeypatch.setattr(stepup, "is_fresh", lambda request: False)
    calls = {
        f"subsidies/awards/{award.pk}/holds/": {"reason": "核查"},
        "budgets/": {"year": 2027, "name": "奖补", "amount": "1.00", "reason": "年初"},
        "payment-batches/": {"payments": [award.payments.get().pk]},
    }
    for path, body in calls.items():
        answer = person.post(f"/api/v1/{path}", body, content_type="application/json")
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "step_up"), path
        assert person.get(f"/api/v1/{path}").status_code in (200, 405)
    assert not PaymentHold.objects.exists()
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)
    for path, body in calls.items():
        answer = person.post(f"/api/v1/{path}", body, content_type="application/json")
        assert answer.status_code in (201, 409), (path, answer.content.decode())
