"""Payments: once, to the right account, by several people; returned, held, cancelled and clawed back with the ledger."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from python_calamine import CalamineWorkbook

from core import clock
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Stale
from filings.models import Duty
from subsidies.models import BatchLine, Payment, PaymentBatch
from subsidies.selectors.ledger import broken
from subsidies.services import batches, budgets, clawbacks, holds, payments, treasury
from tests.makers import accounts as people
from tests.makers import money

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def desk(frozen: Any) -> money.Desk:
    found = money.make_desk()
    money.make_budget(found)
    return found


def paid(desk: money.Desk, **facts: Any) -> Payment:
    payment = money.decide(desk, money.make_award(desk, **facts))
    money.settle(desk, money.sent(desk, payment))
    payment.refresh_from_db()
    return payment


def returned(desk: money.Desk) -> Payment:
    payment = money.decide(desk, money.make_award(desk))
    money.settle(desk, money.sent(desk, payment), returned=(payment,))
    payment.refresh_from_db()
    return payment


def open_duties(row: Any) -> list[str]:
    scope = f"{row._meta.model_name}:{row.pk}"
    return list(Duty.objects.filter(scope=scope, standing="open").values_list("key", flat=True))


def test_a_decision_plans_a_payment_to_the_account_of_the_claim(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk, amount="500000"))
    assert (payment.amount, payment.instalment, payment.state) == (D(500000), 1, "planned")
    assert payment.due_on == datetime.date(2026, 3, 30)
    assert payment.account_name == payment.award.organisation.name
    assert open_duties(payment) == ["pay"]


def test_a_batch_goes_its_way_by_two_persons(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    finance, head = desk.actor("finance"), desk.actor("head")
    batch = batches.create(actor=finance, chosen=[payment])
    assert (batch.total, batch.count) == (payment.amount, 1)
    batch = batches.submit(actor=finance, batch=batch)
    with pytest.raises(NotAllowed, match="另一人"):
        batches.approve(actor=finance, batch=batch)
    with pytest.raises(NotNow):
        batches.send(actor=finance, batch=batch)
    batch = batches.approve(actor=head, batch=batch)
    batch = batches.send(actor=finance, batch=batch)
    assert batch.file is not None
    assert batch.file_sha256 == batch.file.sha256
    batch = money.settle(desk, batch)
    payment.refresh_from_db()
    assert (batch.state, payment.state, payment.paid_on) == ("settled", "paid", clock.today())
    assert open_duties(payment) == []
    assert broken() == []


def test_who_made_a_batch_does_not_approve_what_another_submits(desk: money.Desk) -> None:
    batch = batches.create(actor=desk.actor("finance"), chosen=[money.decide(desk, money.make_award(desk))])
    batch = batches.submit(actor=desk.actor("second"), batch=batch)
    for name in ("finance", "second"):
        with pytest.raises(NotAllowed):
            batches.approve(actor=desk.actor(name), batch=batch)
    with pytest.raises(IntegrityError, match="batch_approved_by_another"), transaction.atomic():
        PaymentBatch.objects.update(state="approved", approved_by=desk.finance, approved_at=clock.now())


def test_who_works_for_a_paid_unit_stays_away(desk: money.Desk) -> None:
    unit = people.make_organisation(district="370303")
    people.give_role(desk.head, "signer", unit)
    batch = batches.create(
        actor=desk.actor("finance"), chosen=[money.decide(desk, money.make_award(desk, unit=unit))]
    )
    batch = batches.submit(actor=desk.actor("finance"), batch=batch)
    with pytest.raises(NotAllowed, match="回避"):
        batches.approve(actor=desk.actor("head"), batch=batch)


def test_an_instalment_is_in_one_live_batch(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    first = batches.create(actor=desk.actor("finance"), chosen=[payment])
    with pytest.raises(NotNow):
        batches.create(actor=desk.actor("second"), chosen=[payment])
    with pytest.raises(IntegrityError, match="payment_in_one_live_batch"), transaction.atomic():
        line = first.lines.get()
        line.pk = None
        line.save()
    batches.remove(actor=desk.actor("finance"), batch=first, payment=payment)
    first.refresh_from_db()
    assert (first.total, first.count) == (0, 0)
    second = batches.create(actor=desk.actor("second"), chosen=[payment])
    batches.discard(actor=desk.actor("second"), batch=second, comment="编错")
    payment.refresh_from_db()
    assert payment.state == "planned"


def test_payments_never_exceed_the_award(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk, amount=100))
    with pytest.raises(IntegrityError, match="exceed its amount"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(amount=D("100.01"))
    with pytest.raises(IntegrityError, match="exceed its amount"), transaction.atomic():
        payment.pk, payment.instalment, payment.amount = None, 2, D("0.01")
        payment.save()


def test_what_is_paid_is_frozen(desk: money.Desk) -> None:
    payment = paid(desk)
    for change in ({"amount": 1}, {"account_number": "622200000000"}, {"state": "planned"}):
        with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**change)


def test_instalments_add_up(desk: money.Desk) -> None:
    award = money.make_award(desk, amount=100)
    money.decide(desk, award)
    today = clock.today()
    later = today + datetime.timedelta(days=90)
    with pytest.raises(Invalid, match=r"各期之和应为 100.00 元"):
        payments.plan(actor=desk.actor("finance"), award=award, instalments=[(D(60), today), (D(30), later)])
    with pytest.raises(Invalid):
        payments.plan(actor=desk.actor("finance"), award=award, instalments=[(D(60), later), (D(40), today)])
    first, second = payments.plan(
        actor=desk.actor("finance"), award=award, instalments=[(D(60), today), (D(40), later)]
    )
    assert [first.amount, second.amount] == [60, 40]
    money.settle(desk, money.sent(desk, first))
    third, fourth = payments.plan(
        actor=desk.actor("finance"), award=award, instalments=[(D(15), later), (D(25), later)]
    )
    assert award.payments.count() == 3
    assert {third.instalment, fourth.instalment} == {2, 3}


@pytest.mark.parametrize(
    ("account", "said"),
    [
        ({}, "没有开户银行"),
        ({"bank": "工行", "account_name": "别家公司", "account_number": "160302101920"}, "与单位名称"),
        ({"bank": "工行", "account_name": "{unit}", "account_number": "16030A101920"}, "只能是数字"),
        ({"bank": "工行", "account_name": "{unit}", "account_number": "1234"}, "现为 4 位"),
    ],
)
def test_a_faulty_account_is_not_paid(desk: money.Desk, account: dict[str, str], said: str) -> None:
    unit = people.make_organisation(district="370303")
    account = {key: text.format(unit=unit.name) for key, text in account.items()}
    payment = money.decide(desk, money.make_award(desk, unit=unit, account=account))
    with pytest.raises(Invalid, match=said):
        batches.create(actor=desk.actor("finance"), chosen=[payment])
    assert not PaymentBatch.objects.exists()
    payments.name_account(
        actor=desk.actor("finance"), payment=payment, bank="工行", account_name=unit.name, account_number="1603 0210 1920"
    )  # fmt: skip
    batch = batches.create(actor=desk.actor("second"), chosen=[payment])
    assert batch.lines.get().account_number == "160302101920"
    batch = batches.submit(actor=desk.actor("second"), batch=batch)
    with pytest.raises(NotAllowed, match="收款账户"):
        batches.approve(actor=desk.actor("finance"), batch=batch)
    assert batches.approve(actor=desk.actor("head"), batch=batch).state == "approved"


def test_an_account_of_two_units_needs_a_word(desk: money.Desk) -> None:
    units = [people.make_organisation(district="370303") for _number in range(2)]
    rows = []
    for unit in units:
        account = {"bank": "工行", "account_name": unit.name, "account_number": "160302101999"}
        rows.append(money.decide(desk, money.make_award(desk, unit=unit, account=account)))
    batch = batches.create(actor=desk.actor("finance"), chosen=rows[:1])
    with pytest.raises(Invalid, match=units[1].name):
        batches.submit(actor=desk.actor("finance"), batch=batch)
    batch = batches.submit(
        actor=desk.actor("finance"), batch=batch, comment="两家为同一集团的结算账户，已核对授权书"
    )
    assert batch.state == "submitted"


def test_the_workbook_is_read_back_by_another_library(desk: money.Desk) -> None:
    unit = people.make_organisation(district="370303", name="=淄博公式（1）有限公司")
    payment = money.decide(desk, money.make_award(desk, amount="1234567.05", unit=unit))
    batch = money.sent(desk, payment)
    data = batches.files.read_checked(batches.download(actor=desk.actor("auditor"), batch=batch))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    head = next(place for place, row in enumerate(rows) if "金额（大写）" in row)
    line = dict(zip(rows[head], rows[head + 1], strict=True))
    assert line["金额（元）"] == 1234567.05
    assert line["金额（大写）"] == "人民币壹佰贰拾叁万肆仟伍佰陆拾柒元零伍分"
    assert line["银行账号"] == payment.account_number
    assert "共 1 笔，合计 1,234,567.05 元" in str(rows[:head])
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    batch.refresh_from_db()
    assert batch.downloads == 1


def test_the_treasurys_answer_comes_back_as_a_workbook(desk: money.Desk) -> None:
    rows = [money.decide(desk, money.make_award(desk)) for _number in range(2)]
    batch = money.sent(desk, *rows)
    assert batch.file is not None
    book = openpyxl.load_workbook(io.BytesIO(batches.files.read_checked(batch.file)))
    sheet = book.worksheets[0]
    head = next(row for row in sheet.iter_rows() if row[0].value == "明细号")
    place = {cell.value: cell.column for cell in head}
    for number, (outcome, reason) in enumerate(
        [("已到账", None), ("已退回", "户名不符")], start=head[0].row + 1
    ):
        sheet.cell(number, place["结果"], outcome)
        sheet.cell(number, place["结果日期"], clock.today())
        sheet.cell(number, place["退回原因"], reason)
    out = io.BytesIO()
    book.save(out)
    results = [batches.Result(**row) for row in treasury.answers(out.getvalue())]
    batch = batches.record_results(actor=desk.actor("finance"), batch=batch, results=results)
    assert batch.state == "settled"
    assert sorted(Payment.objects.values_list("state", flat=True)) == ["paid", "returned"]
    sheet.cell(head[0].row + 1, place["结果"], "大概到了")
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Invalid, match=r"第 .* 行：结果应为"):
        treasury.answers(out.getvalue())
    with pytest.raises(Invalid):
        treasury.answers(b"no workbook")


def test_a_result_is_said_once(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    batch = money.sent(desk, payment)
    line = batch.lines.get()
    today = clock.today()

    def say(outcome: str, on: datetime.date = today, reason: str = "", pk: int = line.pk) -> PaymentBatch:
        result = batches.Result(pk, outcome, on, reason)
        return batches.record_results(actor=desk.actor("finance"), batch=batch, results=[result])

    for wrong in (
        lambda: say("returned"),
        lambda: say("lost"),
        lambda: say("paid", today + datetime.timedelta(days=1)),
        lambda: say("paid", today - datetime.timedelta(days=1)),
        lambda: say("paid", pk=0),
    ):
        with pytest.raises(Invalid):
            wrong()
    say("paid")
    assert say("paid").state == "settled"
    with pytest.raises(Invalid, match="不能改动"):
        say("returned", reason="户名不符")


def test_a_returned_payment_is_corrected_and_paid_again(desk: money.Desk) -> None:
    payment = returned(desk)
    budget = payment.commitment.budget
    assert (payment.state, payment.attempt, payment.reason) == ("returned", 1, "账号与户名不符")
    assert (budget.reserved, budget.spent) == (500000, 0)
    assert open_duties(payment) == ["account"]
    unit = payment.award.organisation
    admin = people.act(people.make_user("unit_admin", unit))
    right = {"bank": "建设银行淄博分行", "account_name": unit.name, "account_number": "37050163600100000123"}
    with pytest.raises(Invalid):
        payments.correct(actor=admin, payment=payment, **{**right, "account_name": "别家公司"})
    with pytest.raises(Invalid):
        payments.pay_again(actor=desk.actor("head"), payment=payment)
    payment = payments.correct(actor=admin, payment=payment, **right)
    assert open_duties(payment) == ["confirm"]
    payment = payments.pay_again(actor=desk.actor("head"), payment=payment)
    assert (payment.state, payment.account_number) == ("planned", right["account_number"])
    money.settle(desk, money.sent(desk, payment))
    payment.refresh_from_db()
    budget.refresh_from_db()
    assert (payment.state, budget.reserved, budget.spent) == ("paid", 0, 500000)
    assert BatchLine.objects.filter(payment=payment).count() == 2
    assert broken() == []


def test_who_corrects_an_account_does_not_confirm_it(desk: money.Desk) -> None:
    payment = returned(desk)
    account = {name: getattr(payment, name) for name in payments.ACCOUNT}
    payment = payments.correct(actor=desk.actor("finance"), payment=payment, **account)
    with pytest.raises(NotAllowed):
        payments.pay_again(actor=desk.actor("finance"), payment=payment)
    with pytest.raises(Stale):
        payments.pay_again(actor=desk.actor("second"), payment=payment, version=payment.version - 1)
    assert payments.pay_again(actor=desk.actor("second"), payment=payment).state == "planned"


def test_a_hold_stops_everything_until_another_person_releases_it(desk: money.Desk) -> None:
    award = money.make_award(desk)
    payment = money.decide(desk, award)
    hold = holds.place(actor=desk.actor("finance"), award=award, reason="核查设备购置发票")
    payment.refresh_from_db()
    assert payment.state == "held"
    with pytest.raises(NotNow):
        batches.create(actor=desk.actor("finance"), chosen=[payment])
    with pytest.raises(NotNow):
        holds.place(actor=desk.actor("second"), award=award, reason="再次")
    with pytest.raises(NotAllowed, match="另一人"):
        holds.release(actor=desk.actor("finance"), hold=hold, comment="已核清")
    with pytest.raises(Invalid):
        holds.release(actor=desk.actor("second"), hold=hold, comment=" ")
    holds.release(actor=desk.actor("second"), hold=hold, comment="已核清")
    payment.refresh_from_db()
    assert payment.state == "planned"


def test_a_hold_in_between_stops_the_batch(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    batch = batches.create(actor=desk.actor("finance"), chosen=[payment])
    batch = batches.submit(actor=desk.actor("finance"), batch=batch)
    holds.place(actor=desk.actor("second"), award=payment.award, reason="举报核查")
    with pytest.raises(Invalid, match="暂缓拨付：举报核查"):
        batches.approve(actor=desk.actor("head"), batch=batch)


def test_a_failed_evaluation_holds(desk: money.Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from filings.selectors import ratings
    from tests.makers.register import make_entity

    entity = make_entity("incubator", level="municipal")
    payment = money.decide(desk, money.make_award(desk, unit=entity.lead, entity=entity))
    monkeypatch.setattr(ratings, "on_hold", lambda row: row == entity)
    with pytest.raises(Invalid, match="暂缓拨付"):
        batches.create(actor=desk.actor("finance"), chosen=[payment])


def test_a_revoked_award_pays_nothing_more(desk: money.Desk) -> None:
    award = money.make_award(desk, amount=100)
    money.decide(desk, award)
    today = clock.today()
    first, second = payments.plan(
        actor=desk.actor("finance"), award=award, instalments=[(D(60), today), (D(40), today)]
    )
    money.settle(desk, money.sent(desk, first))
    budgets.release(actor=desk.actor("head"), award=award, reason="撤销核定")
    second.refresh_from_db()
    budget = second.commitment.budget
    budget.refresh_from_db()
    assert (second.state, second.reason, budget.spent) == ("cancelled", "撤销核定", 60)
    assert broken() == []


def test_money_is_clawed_back_in_instalments(desk: money.Desk) -> None:
    payment = paid(desk, amount=100)
    finance, head = desk.actor("finance"), desk.actor("head")
    given: dict[str, Any] = {"reason": "材料不实", "document_number": "淄科函〔2026〕9号"}
    due = clock.today() + datetime.timedelta(days=30)
    with pytest.raises(Invalid, match=r"100.00 元"):
        clawbacks.demand(actor=finance, award=payment.award, amount=D("100.01"), due_on=due, **given)
    row = clawbacks.demand(actor=finance, award=payment.award, amount=D(80), due_on=due, **given)
    with pytest.raises(Invalid, match=r"20.00 元"):
        clawbacks.demand(actor=finance, award=payment.award, amount=D(21), due_on=due, **given)
    with pytest.raises(NotAllowed):
        clawbacks.confirm(actor=finance, clawback=row)
    row = clawbacks.confirm(actor=head, clawback=row)
    assert open_duties(row) == ["refund"]
    back: dict[str, Any] = {"actor": finance, "clawback": row, "received_on": clock.today()}
    row = clawbacks.receive(**back, amount=D(30), reference="P1")
    with pytest.raises(Invalid, match="已经登记"):
        clawbacks.receive(**back, amount=D(10), reference="P1")
    with pytest.raises(Invalid, match=r"未退的 50.00 元"):
        clawbacks.receive(**back, amount=D(51), reference="P2")
    row = clawbacks.receive(**back, amount=D(50), reference="P2")
    assert (row.state, row.recovered) == ("settled", 80)
    budget = payment.commitment.budget
    budget.refresh_from_db()
    assert budget.spent == 20
    assert open_duties(row) == []
    assert broken() == []


def test_another_payer_pays_nothing_of_ours(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    other = money.make_desk("370200")
    with pytest.raises(NotVisible):
        batches.create(actor=other.actor("finance"), chosen=[payment])
    batch = batches.create(actor=desk.actor("finance"), chosen=[payment])
    with pytest.raises(NotAllowed):
        batches.submit(actor=other.actor("finance"), batch=batch)
    with pytest.raises(NotAllowed):
        holds.place(actor=other.actor("finance"), award=payment.award, reason="x")


def test_an_account_confirmed_after_a_return_is_not_changed_again(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    Payment.objects.filter(pk=payment.pk).update(attempt=1)
    account = {
        "bank": "工行",
        "account_name": payment.award.organisation.name,
        "account_number": "1603021019200001",
    }
    with pytest.raises(NotNow, match="另一人复核"):
        payments.name_account(actor=desk.actor("finance"), payment=payment, **account)
