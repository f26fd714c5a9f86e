"""The pages of the money: each role's, a fixed number of queries, the whole way by clicks without JavaScript."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import stepup
from core import clock
from core.models import AuditEntry
from subsidies.models import Award, Budget, ClawBack, Payment, PaymentBatch, Revocation
from subsidies.selectors import money_lists
from subsidies.services import holds
from tests.makers import accounts as people
from tests.makers import money
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(frozen: Any) -> money.Desk:
    return money.make_desk()


def as_(desk: money.Desk, name: str) -> Client:
    return people.as_person(getattr(desk, name))


def url(name: str, *args: Any) -> str:
    return reverse(f"subsidies:{name}", args=args)


def send(client: Client, address: str, **given: Any) -> Any:
    """Load the form, fill it in, send it with its hidden fields."""
    page = client.get(address)
    assert page.status_code == 200, page.content.decode()
    hidden = dict(re.findall(r'name="(form_key|version)" value="([^"]+)"', page.content.decode()))
    return client.post(address, {**hidden, **given})


def test_from_a_budget_to_a_settled_batch_by_clicks(desk: money.Desk) -> None:
    finance, head = as_(desk, "finance"), as_(desk, "head")
    answer = send(
        finance,
        url("budget_new"),
        year=2026,
        name="创新平台奖补资金",
        amount="1,000,000.00",
        reason="年初预算",
    )
    budget = Budget.objects.get()
    assert answer["Location"] == url("budget", budget.pk)
    change = budget.changes.get()
    assert send(head, url("budget_change_act", change.pk, "confirm")).status_code == 302
    payment = money.decide(desk, money.make_award(desk))
    assert payment.award.organisation.name in finance.get(url("payments")).content.decode()
    page = finance.get(url("payments")).content.decode()
    key = re.findall(r'name="form_key" value="([^"]+)"', page)[-1]
    for _twice in range(2):
        answer = finance.post(url("batch_new"), {"payment": [payment.pk], "form_key": key})
        assert answer.status_code == 302
    batch = PaymentBatch.objects.get()
    assert "人民币伍拾万元整" in finance.get(url("batch", batch.pk)).content.decode()
    send(finance, url("batch_act", batch.pk, "submit"))
    assert finance.get(url("batch_act", batch.pk, "approve")).status_code == 403
    send(head, url("batch_act", batch.pk, "approve"))
    send(finance, url("batch_act", batch.pk, "send"))
    answer = finance.post(url("batch_file", batch.pk))
    assert answer["Content-Type"].endswith("sheet")
    line = batch.lines.get()
    answer = send(finance, url("batch_results", batch.pk), **{f"line-{line.pk}-outcome": "returned"})
    assert answer.status_code == 422
    answer = send(
        finance,
        url("batch_results", batch.pk),
        **{f"line-{line.pk}-outcome": "paid", f"line-{line.pk}-on": clock.today().isoformat()},
    )
    assert answer.status_code == 302
    payment.refresh_from_db()
    assert payment.state == "paid"
    assert AuditEntry.objects.filter(action="payment_batch.approve").count() == 1


def test_each_page_stands_without_anything(desk: money.Desk) -> None:
    finance = as_(desk, "finance")
    for name in ("budgets", "payments", "batches", "stops"):
        assert "empty__title" in finance.get(url(name)).content.decode()
    unit = people.make_organisation()
    assert (
        "empty__title"
        in people.as_person(people.make_user("unit_admin", unit)).get(url("own_payments")).content.decode()
    )


@pytest.fixture
def full(desk: money.Desk) -> dict[str, Any]:
    """A paid, a returned, a held and a planned payment, a claw-back, an open batch."""
    money.make_budget(desk)
    rows = [money.decide(desk, money.make_award(desk)) for _number in range(4)]
    money.settle(desk, money.sent(desk, rows[0], rows[1]), returned=(rows[1],))
    hold = holds.place(actor=desk.actor("finance"), award=rows[2].award, reason="核查发票")
    draft = money.batches.create(actor=desk.actor("finance"), chosen=[rows[3]])
    return {"rows": rows, "hold": hold, "batch": draft, "budget": Budget.objects.get()}


def addresses(full: dict[str, Any]) -> list[str]:
    return [
        url("budget", full["budget"].pk),
        url("batch", full["batch"].pk),
        url("batch_print", full["batch"].pk),
        *[url("payment", row.pk) for row in full["rows"]],
        *[url("award_money", row.award_id) for row in full["rows"]],
    ]


def test_auditors_read_everything_and_others_find_nothing(desk: money.Desk, full: dict[str, Any]) -> None:
    province = people.make_bureau("370000")
    readers = [
        as_(desk, "auditor"),
        as_(desk, "head"),
        people.as_person(people.make_user("auditor", province)),
    ]
    for client in readers[:2]:
        for address in addresses(full):
            page = client.get(address)
            assert page.status_code == 200, address
            assert full["rows"][0].account_number not in page.content.decode()
    for address in addresses(full):
        assert readers[2].get(address).status_code == 200
    other = money.make_desk("370200")
    stranger = people.as_person(people.make_user("unit_admin", people.make_organisation()))
    for client in (as_(other, "finance"), as_(other, "auditor"), stranger):
        for address in addresses(full):
            assert client.get(address).status_code == 404, address
    for name in ("budgets", "payments", "batches", "stops"):
        assert stranger.get(url(name)).status_code == 403
        assert "淄博" not in as_(other, "finance").get(url(name)).content.decode().split("<main", 1)[1]


def test_a_unit_sees_its_own_and_corrects_its_account(desk: money.Desk, full: dict[str, Any]) -> None:
    row: Payment = full["rows"][1]
    unit = row.award.organisation
    client = people.as_person(people.make_user("unit_admin", unit))
    page = client.get(url("own_payments")).content.decode()
    assert "被退回" in page
    assert row.account_number in page
    assert client.get(url("payment", full["rows"][0].pk)).status_code == 404
    assert "台账记录" not in client.get(url("payment", row.pk)).content.decode()
    Award.objects.filter(pk=row.award_id).update(state="proposed")
    assert client.get(url("award_money", row.award_id)).status_code == 404, (
        "what is only proposed is not told"
    )
    Award.objects.filter(pk=row.award_id).update(state="decided")
    assert client.get(url("award_money", row.award_id)).status_code == 200
    wrong = send(
        client, url("payment_act", row.pk, "correct"), bank="建行", account_name="别家", account_number="12"
    )
    assert wrong.status_code == 422
    account = {"bank": "建行淄博分行", "account_name": unit.name, "account_number": "37050163600100000123"}
    assert send(client, url("payment_act", row.pk, "correct"), **account).status_code == 302
    assert client.get(url("payment_act", row.pk, "pay_again")).status_code == 403
    head = as_(desk, "head")
    assert "37050163600100000123" in head.get(url("payment_act", row.pk, "pay_again")).content.decode()
    assert AuditEntry.objects.filter(action="payment.account_shown", user_id=desk.head.pk).exists()
    assert send(head, url("payment_act", row.pk, "pay_again")).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.account_number) == ("planned", "37050163600100000123")


def test_holds_instalments_and_claw_backs_by_clicks(desk: money.Desk, full: dict[str, Any]) -> None:
    finance, head = as_(desk, "finance"), as_(desk, "head")
    paid, held = full["rows"][0], full["rows"][2]
    assert "核查发票" in finance.get(url("stops")).content.decode()
    assert send(finance, url("hold_release", full["hold"].pk), comment="已核").status_code == 403
    assert send(head, url("hold_release", full["hold"].pk), comment="已核").status_code == 302
    later = (clock.today() + datetime.timedelta(days=60)).isoformat()
    given = {"amount_1": "300,000", "due_1": later, "amount_2": "200000.00", "due_2": later}
    assert send(finance, url("instalments", held.award_id), **{**given, "due_2": ""}).status_code == 422
    assert send(finance, url("instalments", held.award_id), **given).status_code == 302
    assert held.award.payments.count() == 2
    given = {
        "amount": "100000",
        "due_on": later,
        "document_number": "淄科函〔2026〕9号",
        "reason": "材料不实",
    }
    answer = send(finance, url("clawback_new", paid.award_id), **given)
    row = ClawBack.objects.get()
    assert answer["Location"] == url("clawback", row.pk)
    unit = people.as_person(people.make_user("unit_admin", paid.award.organisation))
    assert unit.get(url("clawback", row.pk)).status_code == 404
    send(head, url("clawback_act", row.pk, "confirm"))
    assert unit.get(url("clawback", row.pk)).status_code == 200
    back = {"amount": "100000", "received_on": clock.today().isoformat(), "reference": "JK1"}
    assert send(finance, url("clawback_act", row.pk, "recover"), **back).status_code == 302
    row.refresh_from_db()
    assert row.state == "settled"


def test_a_stale_or_repeated_form_changes_nothing(desk: money.Desk, full: dict[str, Any]) -> None:
    finance, batch = as_(desk, "finance"), full["batch"]
    address = url("batch_act", batch.pk, "submit")
    page = finance.get(address).content.decode()
    hidden = dict(re.findall(r'name="(form_key|version)" value="([^"]+)"', page))
    money.batches.add(actor=desk.actor("second"), batch=batch, chosen=[])
    assert finance.post(address, hidden).status_code == 409
    batch.refresh_from_db()
    assert batch.state == "draft"
    assert finance.get(url("batch_act", batch.pk, "settle")).status_code == 404
    assert finance.get(url("payment_act", full["rows"][3].pk, "pay")).status_code == 404


def counted(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize("name", ["payments", "budgets", "batches", "stops"])
def test_lists_cost_the_same_with_more_rows(desk: money.Desk, name: str) -> None:
    def more(number: int) -> None:
        money.make_budget(desk, measures=(keys.pop(),))
        rows = [money.decide(desk, money.make_award(desk)) for _row in range(number)]
        for row in rows[: number // 2]:
            money.settle(desk, money.sent(desk, row))
        holds.place(actor=desk.actor("finance"), award=rows[-1].award, reason="核查")

    keys = ["sub_incubator_national", "sub_incubator_provincial", "sub_ptsp_service", "sub_community_upgrade"]
    money.make_budget(desk)
    client = as_(desk, "finance")
    more(3)
    first = counted(client, url(name))
    more(4)
    assert counted(client, url(name)) == first


def test_the_menu_counts_what_waits(desk: money.Desk, full: dict[str, Any]) -> None:
    page = as_(desk, "finance").get(url("budgets")).content.decode()
    for label in ("资金拨付", "拨付批次", "预算", "暂缓和追回"):
        assert label in page


def test_shares_are_recorded_on_a_page(desk: money.Desk) -> None:
    district = people.make_bureau("370303")
    claim = money.make_award(desk, measure="sub_whole_relocation").claim
    claim.submitted_at, claim.receipt_number = claim.created_at, "R1"
    claim.save(update_fields=["submitted_at", "receipt_number"])
    address, head = url("claim_shares", claim.pk), as_(desk, "head")
    assert send(head, address, city="60", district="30", reason="专题会议纪要").status_code == 422
    assert send(head, address, city="60", district="40", reason="专题会议纪要").status_code == 302
    assert {row.payer: row.percent for row in claim.payer_shares.all()} == {desk.bureau: 60, district: 40}
    assert as_(desk, "auditor").get(address).status_code == 403


def test_what_an_evaluation_stops_is_listed(desk: money.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    money.make_budget(desk)
    entity = make_entity("incubator")
    money.decide(desk, money.make_award(desk, unit=entity.lead, entity=entity))
    client = as_(desk, "finance")
    assert entity.lead.name not in client.get(url("stops")).content.decode()
    monkeypatch.setattr(money_lists, "stopped_entities", lambda rows: {entity.pk})
    assert "因评价不合格" in client.get(url("stops")).content.decode()
    assert "评价不合格或者正在办理取消资格" in client.get(url("payments")).content.decode()


def test_every_button_about_money_asks_for_the_second_factor(
    desk: money.Desk, full: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    finance, batch, row = as_(desk, "finance"), full["batch"], full["rows"][3]
    sent = money.sent(desk, money.decide(desk, money.make_award(desk)))
    line = sent.lines.get()
    monkeypatch.setattr(stepup, "is_fresh", lambda request: False)
    calls: list[tuple[str, dict[str, Any]]] = [
        (url("batch_new"), {"payment": [row.pk], "form_key": "k1"}),
        (url("batch_remove", batch.pk, row.pk), {"form_key": "k2"}),
        (url("batch_results", sent.pk), {f"line-{line.pk}-outcome": "paid", "form_key": "k3"}),
        (url("batch_file", sent.pk), {}),
    ]
    for address, given in calls:
        assert reverse("mfa_reauthenticate") in finance.post(address, given)["Location"], address
    assert PaymentBatch.objects.count() == 3 and batch.lines.filter(live=True).count() == 1
    line.refresh_from_db()
    assert line.outcome == ""
    # the form that was kept counts when it comes again with a fresh code
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)
    assert finance.post(*calls[1])["Location"] == url("batch", batch.pk)
    assert not batch.lines.filter(live=True).exists()


def test_who_approves_compares_whole_accounts_and_that_is_kept(desk: money.Desk) -> None:
    money.make_budget(desk)
    payment = money.decide(desk, money.make_award(desk))
    batch = money.batches.create(actor=desk.actor("finance"), chosen=[payment])
    money.batches.submit(actor=desk.actor("finance"), batch=batch)
    head, address = as_(desk, "head"), url("batch_act", batch.pk, "approve")
    assert payment.account_number not in head.get(url("batch", batch.pk)).content.decode()
    assert payment.account_number in head.get(address).content.decode()
    assert AuditEntry.objects.get(action="payment_batch.accounts_shown").user_id == desk.head.pk


def test_an_award_is_revoked_on_a_page(desk: money.Desk, full: dict[str, Any]) -> None:
    award, head = full["rows"][2].award, as_(desk, "head")
    address = url("award_revoke", award.pk)
    assert address in head.get(url("award_money", award.pk)).content.decode()
    assert as_(desk, "finance").get(address).status_code == 403
    officer = as_(desk, "officer")
    assert send(officer, address, reason="", document_number="").status_code == 422
    given = {"reason": "材料不实", "document_number": "淄科函〔2026〕9号"}
    assert send(officer, address, **given).status_code == 302
    confirm = url("revocation_act", Revocation.objects.get().pk, "confirm")
    page = officer.get(url("award_money", award.pk)).content.decode()
    assert "正在办理撤销核定" in page and address not in page and confirm not in page
    assert officer.get(confirm).status_code == 403
    assert confirm in head.get(url("award_money", award.pk)).content.decode()
    assert "材料不实" in head.get(confirm).content.decode()
    assert send(head, confirm).status_code == 302
    page = head.get(url("award_money", award.pk)).content.decode()
    assert "已撤销" in page and address not in page and confirm not in page
