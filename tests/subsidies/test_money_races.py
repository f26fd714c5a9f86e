"""Sixty-four at once for the last yuan, and for one payment: twenty rounds with the guard, and a control without it."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import PortalError
from subsidies import proving
from subsidies.models import PaymentBatch
from subsidies.selectors.ledger import broken
from subsidies.services import budgets
from tests.makers import accounts as people
from tests.makers import money

pytestmark = pytest.mark.django_db(transaction=True)
CROWD, ROUNDS = 64, 20


@pytest.fixture
def desk(frozen: Any) -> money.Desk:
    return money.make_desk()


def one_yuan(desk: money.Desk) -> tuple[Any, list[Any]]:
    budget = money.make_budget(desk, amount=1)
    unit = people.make_organisation(district="370303")
    return budget, [money.make_award(desk, amount=1, unit=unit) for _number in range(CROWD)]


def test_the_last_yuan_is_spent_once(desk: money.Desk) -> None:
    budget, awards = one_yuan(desk)
    with proving.crowd(CROWD) as crowd:
        for _round in range(ROUNDS):
            for award in awards:
                award.refresh_from_db(fields=["proposal"])
            found = proving.last_yuan(crowd, desk.actor("head"), budget, awards)
            assert (found.won, found.refused, found.excess) == (1, CROWD - 1, 0)
    assert broken() == []
    assert budget.entries.count() == 1 + 2 * ROUNDS


def test_without_the_guard_the_last_yuan_is_spent_by_everybody(desk: money.Desk) -> None:
    budget, awards = one_yuan(desk)
    with proving.crowd(CROWD) as crowd, proving.without_budget_guard(CROWD):
        found = proving.last_yuan(crowd, desk.actor("head"), budget, awards)
    assert (found.won, found.excess) == (CROWD, CROWD - 1)


def drafts(desk: money.Desk) -> tuple[list[PaymentBatch], Any]:
    money.make_budget(desk)
    payment = money.decide(desk, money.make_award(desk))
    rows = [
        PaymentBatch.objects.create(
            number=f"T{number}", payer=desk.bureau, created_by=desk.finance, created_at=payment.created_at
        )
        for number in range(CROWD)
    ]
    return rows, payment


def test_a_payment_goes_into_one_batch(desk: money.Desk) -> None:
    rows, payment = drafts(desk)
    with proving.crowd(CROWD) as crowd:
        for _round in range(ROUNDS):
            found = proving.one_payment(crowd, desk.actor("finance"), rows, payment)
            assert (found.won, found.refused, found.excess) == (1, CROWD - 1, 0)


def test_without_the_guard_a_payment_goes_into_every_batch(desk: money.Desk) -> None:
    rows, payment = drafts(desk)
    with proving.crowd(CROWD) as crowd, proving.without_payment_guard(CROWD):
        found = proving.one_payment(crowd, desk.actor("finance"), rows, payment)
    assert (found.won, found.excess) == (CROWD, CROWD - 1)


def test_the_last_place_of_a_quota_is_given_once(desk: money.Desk) -> None:
    money.make_budget(desk)
    rows = [money.make_award(desk, measure="sub_maker_demonstration", amount=1) for _number in range(12)]
    with proving.crowd(len(rows)) as crowd:
        outcome = crowd.together(
            [lambda row=row: budgets.reserve(actor=desk.actor("head"), award=row) for row in rows]
        )
    assert sum(not isinstance(result, PortalError) for result in outcome) == 5


def test_one_award_reserved_and_spent_by_many_is_spent_once(desk: money.Desk) -> None:
    budget = money.make_budget(desk, amount=100)
    award, head = money.make_award(desk, amount=60), desk.actor("head")

    def both() -> None:
        budgets.reserve(actor=head, award=award)
        budgets.spend(actor=head, award=award)

    with proving.crowd(8) as crowd:
        outcome = crowd.together([both] * 8)
    assert not [result for result in outcome if isinstance(result, PortalError)]
    budget.refresh_from_db()
    assert (budget.spent, award.payments.count()) == (60, 1)
