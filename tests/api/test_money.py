"""Budgets, payments and batches by API: the same people, the same refusals as the pages."""

from __future__ import annotations

from typing import Any

import pytest

from core import clock
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers import money

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(frozen: Any) -> money.Desk:
    return money.make_desk()


def test_a_budget_needs_two(desk: money.Desk) -> None:
    finance, head = Caller(desk.finance), Caller(desk.head)
    body = {"year": 2026, "name": "奖补资金", "amount": "1000000.00", "reason": "年初预算"}
    made = finance.post("budgets/", body)
    assert (made.status, made.body["left"]) == (201, "0.00")
    assert head.post("budgets/", body).status == 403
    change = desk.bureau.budgets.get().changes.get()
    assert finance.post(f"budget-changes/{change.pk}/actions/confirm/", {}).status == 403
    assert head.post(f"budget-changes/{change.pk}/actions/confirm/", {}).status == 200
    assert head.post(f"budget-changes/{change.pk}/actions/confirm/", {}).status == 409
    shown = finance.get(f"budgets/{made.body['id']}/").body
    assert (shown["amount"], shown["left"], shown["measures"]) == ("1000000.00", "1000000.00", [])
    ledger = Caller(desk.auditor).get(f"budgets/{made.body['id']}/ledger/").body["results"]
    assert [(row["number"], row["kind"], row["amount_after"]) for row in ledger] == [
        (1, "appropriated", "1000000.00")
    ]
    change = finance.post(f"budgets/{made.body['id']}/changes/", {"delta": "-1.00", "reason": "压减"})
    assert (change.status, change.body["available_actions"]) == (201, [])


def test_a_batch_from_draft_to_settled(desk: money.Desk) -> None:
    money.make_budget(desk)
    payment = money.decide(desk, money.make_award(desk))
    finance, head = Caller(desk.finance), Caller(desk.head)
    rows = finance.get("payments/?state=planned").body["results"]
    assert [row["capitals"] for row in rows] == ["人民币伍拾万元整"]
    assert rows[0]["account"].endswith(payment.account_number)
    assert payment.account_number not in str(Caller(desk.auditor).get("payments/").body)
    made = finance.post("payment-batches/", {"payments": [payment.pk]})
    assert made.status == 201
    assert finance.post("payment-batches/", {"payments": [payment.pk]}).status == 409
    assert finance.post("payment-batches/", {"payments": [10**6]}).status == 404
    path = f"payment-batches/{made.body['id']}"
    assert finance.post(f"{path}/actions/send/", {}).status == 409
    assert finance.post(f"{path}/actions/submit/", {"version": 1}).status == 409
    assert finance.post(f"{path}/actions/submit/", {}).status == 200
    assert finance.post(f"{path}/actions/approve/", {}).status == 403
    assert head.post(f"{path}/actions/approve/", {}).body["state"] == "approved"
    assert finance.post(f"{path}/actions/send/", {}).body["state"] == "sent"
    line = {"line": made.body["lines"][0]["id"], "on": clock.today().isoformat()}
    wrong = finance.post(f"{path}/results/", {"results": [{**line, "outcome": "returned"}]})
    assert (wrong.status, wrong.fields) == (422, [str(line["line"])])
    done = finance.post(f"{path}/results/", {"results": [{**line, "outcome": "paid", "reference": "GK1"}]})
    assert done.body["state"] == "settled"
    assert finance.get(f"payments/{payment.pk}/").body["state"] == "paid"


def test_others_find_nothing(desk: money.Desk) -> None:
    budget = money.make_budget(desk)
    payment = money.decide(desk, money.make_award(desk))
    batch = money.batches.create(actor=desk.actor("finance"), chosen=[payment])
    unit = Caller(people.make_user("unit_admin", payment.award.organisation))
    assert unit.get(f"payments/{payment.pk}/").body["account"].endswith(payment.account_number)
    other = Caller(money.make_desk("370200").finance)
    stranger = Caller(people.make_user("unit_admin", people.make_organisation()))
    for caller in (other, stranger):
        for path in (f"budgets/{budget.pk}/", f"payments/{payment.pk}/", f"payment-batches/{batch.pk}/"):
            assert caller.get(path).status == 404
        for path in ("budgets/", "payments/", "payment-batches/", "clawbacks/"):
            assert caller.get(path).body["count"] == 0
        assert caller.post(f"payment-batches/{batch.pk}/actions/submit/", {}).status == 404
