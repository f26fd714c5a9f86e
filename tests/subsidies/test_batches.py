"""Batches: put together, approved by another person, sent as a workbook, answered line by line."""

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
from core.errors import Invalid, NotAllowed, NotNow
from subsidies.models import Award, Payment, PaymentBatch
from subsidies.selectors import money_lists
from subsidies.selectors.ledger import broken
from subsidies.services import batches, payments, treasury
from tests.makers import accounts as people
from tests.makers import money

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def desk(frozen: Any) -> money.Desk:
    found = money.make_desk()
    money.make_budget(found)
    return found


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
    assert money.open_duties(payment) == []
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


def test_who_added_a_payment_to_a_colleagues_draft_does_not_approve_it(desk: money.Desk) -> None:
    rows = [money.decide(desk, money.make_award(desk)) for _number in range(2)]
    batch = batches.create(actor=desk.actor("finance"), chosen=rows[:1])
    batches.add(actor=desk.actor("second"), batch=batch, chosen=rows[1:])
    batch = batches.submit(actor=desk.actor("finance"), batch=batch)
    assert batch not in money_lists.waiting_batches(desk.actor("second"))
    with pytest.raises(NotAllowed, match="您列入的拨款"):
        batches.approve(actor=desk.actor("second"), batch=batch)
    signed = {"state": "approved", "approved_at": clock.now()}
    with pytest.raises(IntegrityError, match="put a payment into it"), transaction.atomic():
        PaymentBatch.objects.filter(pk=batch.pk).update(approved_by=desk.second, **signed)
    assert batches.approve(actor=desk.actor("head"), batch=batch).state == "approved"


def test_who_works_for_a_unit_puts_its_payment_in_no_batch(desk: money.Desk) -> None:
    unit = people.make_organisation(district="370303")
    people.give_role(desk.finance, "signer", unit)
    rows = [money.decide(desk, money.make_award(desk, **given)) for given in ({"unit": unit}, {})]
    with pytest.raises(NotAllowed, match="回避"):
        batches.create(actor=desk.actor("finance"), chosen=rows[:1])
    batch = batches.create(actor=desk.actor("finance"), chosen=rows[1:])
    with pytest.raises(NotAllowed, match="回避"):
        batches.add(actor=desk.actor("finance"), batch=batch, chosen=rows[:1])
    assert batch.lines.count() == 1


def test_who_approved_a_batch_does_not_send_it(desk: money.Desk) -> None:
    batch = batches.create(actor=desk.actor("finance"), chosen=[money.decide(desk, money.make_award(desk))])
    batch = batches.submit(actor=desk.actor("finance"), batch=batch)
    batch = batches.approve(actor=desk.actor("second"), batch=batch)
    with pytest.raises(NotAllowed, match="审批人"):
        batches.send(actor=desk.actor("second"), batch=batch)
    assert batches.send(actor=desk.actor("finance"), batch=batch).state == "sent"


def test_two_results_for_one_line_are_refused(desk: money.Desk) -> None:
    batch = money.sent(desk, money.decide(desk, money.make_award(desk)))
    line, today = batch.lines.get().pk, clock.today()
    results = [batches.Result(line, "paid", today), batches.Result(line, "returned", today, "户名不符")]
    for given in (results, results[:1] * 2):
        with pytest.raises(Invalid, match="两个结果"):
            batches.record_results(actor=desk.actor("finance"), batch=batch, results=given)
    assert batch.lines.get().outcome == ""


def test_what_is_not_decided_or_revoked_goes_into_no_batch(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    for state in ("proposed", "revoked"):
        given = {"revoked_on": clock.today(), "revoked_reason": "材料不实"} if state == "revoked" else {}
        Award.objects.update(state=state, **given)
        with pytest.raises(Invalid, match="不能拨付"):
            batches.create(actor=desk.actor("finance"), chosen=[payment])
