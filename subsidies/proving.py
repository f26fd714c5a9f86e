"""The guards of the money, tried out: many at once for the last yuan, for the last place, for one payment.

Each trial is run with the guard on and off. Off, the fault shows; otherwise the trial would prove nothing. It writes
rows and takes constraints away, so it runs in a database of its own (`prove_budget`, or that of the tests).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from core.actor import Actor
from core.errors import PortalError
from core.workflow import Workflow
from subsidies.models import Award, BatchLine, Budget, Payment, PaymentBatch
from subsidies.services import budgets, ledger, payments

YUAN = Decimal(1)
_lock = threading.Lock()


@dataclass
class Round:
    """What one round came to: who got something, who was told no, and by how much the limit was passed."""

    won: int
    refused: int
    excess: int


class Crowd:
    """Threads with connections of their own, kept for all rounds."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool = ThreadPoolExecutor(size)

    def together(self, works: Sequence[Callable[[], Any]]) -> list[Any]:
        """All at once; a refusal in place of a result."""
        barrier = threading.Barrier(len(works))

        def run(work: Callable[[], Any]) -> Any:
            barrier.wait(60)
            try:
                return work()
            except PortalError as refusal:
                return refusal

        return list(self._pool.map(run, works))

    def close(self) -> None:
        """Connections first, then the threads."""
        barrier = threading.Barrier(self.size)

        def leave() -> None:
            barrier.wait(60)
            connection.close()

        for waiting in [self._pool.submit(leave) for _number in range(self.size)]:
            waiting.result()
        self._pool.shutdown()


@contextmanager
def crowd(size: int) -> Iterator[Crowd]:
    """As many people at once, until the block ends."""
    made = Crowd(size)
    try:
        yield made
    finally:
        made.close()


# --- the last yuan ---------------------------------------------------------------------------


def last_yuan(people: Crowd, actor: Actor, budget: Budget, awards: Sequence[Award]) -> Round:
    """Everybody proposes one yuan, one yuan is left. The winner lets it go again for the next round."""
    calls = [_reserving(actor, award) for award in awards]
    outcome = people.together(calls)
    budget.refresh_from_db()
    won = [
        award for award, result in zip(awards, outcome, strict=True) if not isinstance(result, PortalError)
    ]
    found = Round(
        len(won), len(awards) - len(won), max(0, int(budget.reserved + budget.spent - budget.amount))
    )
    for award in won:
        budgets.release(actor=actor, award=award)
        Award.objects.filter(pk=award.pk).update(proposal=award.proposal + 1)
    return found


def _reserving(actor: Actor, award: Award) -> Callable[[], Any]:
    return lambda: budgets.reserve(actor=actor, award=award)


UNGUARDED = """
    UPDATE subsidies_budget
       SET amount = amount + %(to_amount)s, reserved = reserved + %(to_reserved)s, spent = spent + %(to_spent)s,
           entries_made = entries_made + 1
     WHERE id = %(budget)s
 RETURNING entries_made, amount, reserved, spent
"""


@contextmanager
def without_budget_guard(size: int) -> Iterator[None]:
    """Ask first, act afterwards, as one would without thinking of others; and no constraint behind it."""
    barrier = threading.Barrier(size)

    def ask_then_act(budget: Budget, moves: dict[str, Decimal]) -> Any:
        now = Budget.objects.get(pk=budget.pk)
        if moves["to_reserved"] > 0:
            if now.left < moves["to_reserved"]:
                barrier.abort()
                return None
            barrier.wait(60)
        with connection.cursor() as cursor:
            cursor.execute(UNGUARDED, {"budget": budget.pk, **moves})
            return cursor.fetchone()

    with (
        _constraint_away("subsidies_budget", "budget_not_overspent"),
        _replaced(ledger, "_taken", ask_then_act),
    ):
        yield


# --- one payment ------------------------------------------------------------------------------


def one_payment(people: Crowd, actor: Actor, batches: Sequence[PaymentBatch], payment: Payment) -> Round:
    """Everybody puts the same payment into a batch of their own. Afterwards it is taken out of all."""
    outcome = people.together([_putting(actor, payment, batch) for batch in batches])
    live = BatchLine.objects.filter(payment=payment, live=True).count()
    won = sum(not isinstance(result, PortalError) for result in outcome)
    lines = BatchLine.objects.filter(payment=payment, live=True)
    with transaction.atomic():
        for place, line in enumerate(lines.select_related("payment")):
            if place:
                BatchLine.objects.filter(pk=line.pk).update(live=False)
            else:
                payments.take_out(actor=actor, line=line)
    return Round(won, len(batches) - won, max(0, live - 1))


def _putting(actor: Actor, payment: Payment, batch: PaymentBatch) -> Callable[[], Any]:
    return lambda: payments.put_in(actor=actor, payment=payment, batch=batch)


@contextmanager
def without_payment_guard(size: int) -> Iterator[None]:
    """The row read without a lock, everybody past the check before anybody writes; and no unique index behind it."""
    checked = Workflow._check
    barrier = threading.Barrier(size)

    def unlocked(self: Workflow, row: Any) -> Any:
        return type(row)._default_manager.get(pk=row.pk)

    def check_then_wait(self: Workflow, transition: Any, *rest: Any) -> None:
        checked(self, transition, *rest)
        if transition.name == "take":
            barrier.wait(60)

    with (
        _index_away("payment_in_one_live_batch", "subsidies_batchline (payment_id) WHERE live"),
        _replaced(Workflow, "_locked", unlocked),
        _replaced(Workflow, "_check", check_then_wait),
    ):
        yield


# --- taking guards away -----------------------------------------------------------------------


@contextmanager
def _replaced(holder: Any, name: str, other: Any) -> Iterator[None]:
    kept = getattr(holder, name)
    with _lock:
        setattr(holder, name, other)
    try:
        yield
    finally:
        setattr(holder, name, kept)


@contextmanager
def _constraint_away(table: str, name: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        definition = cursor.fetchone()[0]
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@contextmanager
def _index_away(name: str, on: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE UNIQUE INDEX {name} ON {on}")
