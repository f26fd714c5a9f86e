"""What stops or turns back money: holds, evaluations, a revocation, claw-backs."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Message
from core import clock
from core.errors import Invalid, NotAllowed, NotNow
from subsidies.models import Award, AwardShare, Entitlement, Revocation
from subsidies.selectors.ledger import broken
from subsidies.services import batches, budgets, clawbacks, holds, payments, revocations
from tests.makers import accounts as people
from tests.makers import money

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def desk(frozen: Any) -> money.Desk:
    found = money.make_desk()
    money.make_budget(found)
    return found


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
    payment = money.paid(desk, amount=100)
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
    assert money.open_duties(row) == ["refund"]
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
    assert money.open_duties(row) == []
    assert broken() == []


GROUND: dict[str, Any] = {"reason": "材料不实", "document_number": "淄科函〔2026〕9号"}


def revoke(desk: money.Desk, award: Award) -> Award:
    """Asked by the case officer, decided by the head."""
    asked = revocations.propose(actor=desk.actor("officer"), award=award, **GROUND)
    return revocations.confirm(actor=desk.actor("head"), revocation=asked).award


def test_a_revocation_is_asked_by_one_and_decided_by_another(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    award, head = payment.award, desk.actor("head")
    with pytest.raises(NotAllowed):
        revocations.propose(actor=desk.actor("finance"), award=award, **GROUND)
    with pytest.raises(Invalid) as refused:
        revocations.propose(actor=head, award=award, reason=" ", document_number="")
    assert [p.field for p in refused.value.problems] == ["reason", "document_number"]
    asked = revocations.propose(actor=head, award=award, **GROUND)
    with pytest.raises(NotNow, match="待复核"):
        revocations.propose(actor=desk.actor("officer"), award=award, **GROUND)
    with pytest.raises(NotAllowed, match="另一人"):
        revocations.confirm(actor=head, revocation=asked)
    with pytest.raises(NotAllowed):
        revocations.confirm(actor=desk.actor("officer"), revocation=asked)
    with pytest.raises(Invalid, match="正在办理撤销核定"):
        batches.create(actor=desk.actor("finance"), chosen=[payment])
    with pytest.raises(IntegrityError), transaction.atomic():
        Revocation.objects.filter(pk=asked.pk).update(
            state="confirmed", confirmed_by=head.user, confirmed_at=clock.now()
        )
    award.refresh_from_db()
    assert award.state == "decided"


def test_a_revocation_that_is_refused_lets_the_money_go_on(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    asked = revocations.propose(actor=desk.actor("officer"), award=payment.award, **GROUND)
    with pytest.raises(Invalid):
        revocations.refuse(actor=desk.actor("head"), revocation=asked, comment=" ")
    done = revocations.refuse(actor=desk.actor("head"), revocation=asked, comment="材料属实")
    assert (done.state, done.refusal) == ("refused", "材料属实")
    assert batches.create(actor=desk.actor("finance"), chosen=[payment]).lines.count() == 1
    with pytest.raises(NotNow):
        revocations.confirm(actor=desk.actor("head"), revocation=asked)


def test_a_revocation_cancels_what_is_open_and_frees_the_limits_once_all_is_back(desk: money.Desk) -> None:
    payment = money.paid(desk, amount=100)
    award = payment.award
    told = people.make_user("unit_admin", award.organisation)
    limit = Entitlement.objects.create(key="once|x", ceiling=100, granted=100)
    AwardShare.objects.create(award=award, entitlement=limit, amount=100)
    award = revoke(desk, award)
    assert (award.state, award.revoked_reason) == ("revoked", "材料不实")
    assert "核定已撤销" in Message.objects.get(user=told).title
    limit.refresh_from_db()
    assert limit.granted == 100, "as long as the money is out nobody is granted it again"
    given: dict[str, Any] = {"reason": "材料不实", "document_number": "淄科函〔2026〕9号"}
    row = clawbacks.demand(
        actor=desk.actor("finance"), award=award, amount=D(100), due_on=clock.today(), **given
    )
    clawbacks.confirm(actor=desk.actor("head"), clawback=row)
    clawbacks.receive(
        actor=desk.actor("finance"), clawback=row, amount=D(100), received_on=clock.today(), reference="P1"
    )
    limit.refresh_from_db()
    assert (limit.granted, award.shares.count()) == (0, 0)
    assert broken() == []


def test_a_revocation_waits_for_a_batch_on_its_way(desk: money.Desk) -> None:
    payment = money.decide(desk, money.make_award(desk))
    batch = batches.create(actor=desk.actor("finance"), chosen=[payment])
    asked = revocations.propose(actor=desk.actor("officer"), award=payment.award, **GROUND)
    with pytest.raises(NotNow, match="批次"):
        revocations.confirm(actor=desk.actor("head"), revocation=asked)
    batches.discard(actor=desk.actor("finance"), batch=batch, comment="撤销核定")
    revocations.confirm(actor=desk.actor("head"), revocation=asked)
    payment.refresh_from_db()
    assert payment.state == "cancelled"


def test_instalments_are_planned_before_or_after_a_hold(desk: money.Desk) -> None:
    """Both take the row of the award, so that nothing is planned beside a hold that is being placed."""
    award = money.decide(desk, money.make_award(desk, amount=100)).award
    with CaptureQueriesContext(connection) as seen:
        payments.plan(
            actor=desk.actor("finance"),
            award=award,
            instalments=[(D(60), clock.today()), (D(40), clock.today())],
        )
    statements = [row["sql"] for row in seen]
    locked = next(at for at, sql in enumerate(statements) if "FOR NO KEY UPDATE" in sql and "award" in sql)
    asked = next(at for at, sql in enumerate(statements) if '"subsidies_paymenthold"' in sql)
    assert locked < asked
