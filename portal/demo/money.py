"""What became of the awards of the demonstration: a paid batch, one payment that came back, instalments, a hold."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from accounts.models import Organisation
from core import clock
from portal.demo import walk
from portal.demo.people import actor
from subsidies.enums import AwardState
from subsidies.models import Award, Payment, PaymentBatch
from subsidies.services import batches, holds, payments

Row = Mapping[str, Any]
#: Days between a decision and what comes of it.
PAID_AFTER, ANSWERED_AFTER = 10, 14


def load(data: Row, units: Mapping[str, Organisation]) -> int:
    """How much did not fit today's date: nothing is paid before it is decided."""
    desk = walk.zibo(units)
    steps = (_paid, _instalments, _held)
    return sum(walk.tried(partial(step, data, desk)) for step in steps)


def _awards(desk: walk.Desk) -> list[Award]:
    """Decided with an amount, the oldest first."""
    rows = Award.objects.filter(state=AwardState.DECIDED, payments__isnull=False)
    return list(rows.filter(claim__authority=desk.bureau).order_by("decided_on", "pk").distinct())


def _first(award: Award) -> Payment:
    return award.payments.order_by("instalment")[0]


def _day(award: Award, days: int) -> datetime.date:
    return (award.decided_on or clock.today()) + datetime.timedelta(days=days)


def _sent(desk: walk.Desk, rows: Sequence[Payment], day: datetime.date) -> PaymentBatch:
    """Made and sent by finance, approved by the head of the division."""
    finance = actor("finance", desk.bureau)
    with walk.on(day):
        batch = batches.create(actor=finance, chosen=rows)
        batch = batches.submit(actor=finance, batch=batch)
        batch = batches.approve(actor=desk.director, batch=batch)
        return batches.send(actor=finance, batch=batch)


def _paid(data: Row, desk: walk.Desk) -> None:
    """The two oldest awards in one batch: one arrived, the other came back."""
    first, second = _awards(desk)[:2]
    day = max(_day(first, PAID_AFTER), _day(second, PAID_AFTER))
    good, bad = _first(first), _first(second)
    batch = _sent(desk, [good, bad], day)
    answered = max(_day(first, ANSWERED_AFTER), _day(second, ANSWERED_AFTER))
    with walk.on(answered):
        results = [
            batches.Result(
                line.pk,
                "returned" if line.payment_id == bad.pk else "paid",
                clock.today(),
                data["returned"] if line.payment_id == bad.pk else "",
                f"{data['reference']}{line.pk:04d}",
            )
            for line in batch.lines.all()
        ]
        batches.record_results(actor=actor("finance", desk.bureau), batch=batch, results=results)


def _instalments(data: Row, desk: walk.Desk) -> None:
    """The third in two instalments, the first of them in a batch that is being put together."""
    award = _awards(desk)[2]
    finance, today = actor("finance", desk.bureau), clock.today()
    half = (award.amount / 2).quantize(award.amount)
    later = today + datetime.timedelta(days=90)
    rows = payments.plan(
        actor=finance, award=award, instalments=[(half, today), (award.amount - half, later)]
    )
    batches.create(actor=finance, chosen=rows[:1])


def _held(data: Row, desk: walk.Desk) -> None:
    holds.place(actor=actor("finance", desk.bureau), award=_awards(desk)[3], reason=data["hold"])
