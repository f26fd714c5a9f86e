"""Payments: planned on the decision, once, to the right account; returned, corrected and paid again."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core import clock
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Stale
from subsidies.models import BatchLine, Payment
from subsidies.selectors.ledger import broken
from subsidies.services import batches, holds, payments
from tests.makers import accounts as people
from tests.makers import money

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def desk(frozen: Any) -> money.Desk:
    found = money.make_desk()
    money.make_budget(found)
    return found


def test_a_decision_plans_a_payment_to_the_account_of_the_claim(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk, amount="500000"))
    assert (payment.amount, payment.instalment, payment.state) == (D(500000), 1, "planned")
    assert payment.due_on == datetime.date(2026, 3, 30)
    assert payment.account_name == payment.award.organisation.name
    assert money.open_duties(payment) == ["pay"]


def test_payments_never_exceed_the_award(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk, amount=100))
    with pytest.raises(IntegrityError, match="exceed its amount"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(amount=D("100.01"))
    with pytest.raises(IntegrityError, match="exceed its amount"), transaction.atomic():
        payment.pk, payment.instalment, payment.amount = None, 2, D("0.01")
        payment.save()


def test_what_is_paid_is_frozen(desk: money.Desk) -> None:
    payment = money.paid(desk)
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


def test_a_returned_payment_is_corrected_and_paid_again(desk: money.Desk) -> None:
    payment = money.returned(desk)
    budget = payment.commitment.budget
    assert (payment.state, payment.attempt, payment.reason) == ("returned", 1, "账号与户名不符")
    assert (budget.reserved, budget.spent) == (500000, 0)
    assert money.open_duties(payment) == ["account"]
    unit = payment.award.organisation
    admin = people.act(people.make_user("unit_admin", unit))
    right = {"bank": "建设银行淄博分行", "account_name": unit.name, "account_number": "37050163600100000123"}
    with pytest.raises(Invalid):
        payments.correct(actor=admin, payment=payment, **{**right, "account_name": "别家公司"})
    with pytest.raises(Invalid):
        payments.pay_again(actor=desk.actor("head"), payment=payment)
    payment = payments.correct(actor=admin, payment=payment, **right)
    assert money.open_duties(payment) == ["confirm"]
    payment = payments.pay_again(actor=desk.actor("head"), payment=payment)
    assert (payment.state, payment.account_number) == ("planned", right["account_number"])
    money.settle(desk, money.sent(desk, payment))
    payment.refresh_from_db()
    budget.refresh_from_db()
    assert (payment.state, budget.reserved, budget.spent) == ("paid", 0, 500000)
    assert BatchLine.objects.filter(payment=payment).count() == 2
    assert broken() == []


def test_who_corrects_an_account_does_not_confirm_it(desk: money.Desk) -> None:
    payment = money.returned(desk)
    account = {name: getattr(payment, name) for name in payments.ACCOUNT}
    payment = payments.correct(actor=desk.actor("finance"), payment=payment, **account)
    with pytest.raises(NotAllowed):
        payments.pay_again(actor=desk.actor("finance"), payment=payment)
    with pytest.raises(Stale):
        payments.pay_again(actor=desk.actor("second"), payment=payment, version=payment.version - 1)
    assert payments.pay_again(actor=desk.actor("second"), payment=payment).state == "planned"


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


def test_an_account_is_not_written_over_a_newer_one(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    account = {
        "bank": "工行",
        "account_name": payment.award.organisation.name,
        "account_number": "1603021019200001",
    }
    payments.name_account(actor=desk.actor("finance"), payment=payment, version=payment.version, **account)
    with pytest.raises(Stale):
        payments.name_account(actor=desk.actor("second"), payment=payment, version=payment.version, **account)
