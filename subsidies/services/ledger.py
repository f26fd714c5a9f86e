"""The one door to the figures of a budget: a conditional update, and the entry of the ledger that says so."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from core.errors import NotNow
from core.money import shown
from subsidies.enums_money import EntryKind as K
from subsidies.models import Budget, BudgetEntry

NONE = Decimal(0)
#: Number of the entry; amount, reserved and spent after it.
Balance = tuple[int, Decimal, Decimal, Decimal]
# Whether something is left is asked by the statement that takes it: between a question and an act others act.
# Who loads a register may have made every constraint of its transaction immediate: the budget moves before its entry.
TAKE = """
    SET CONSTRAINTS balance_is_ledger DEFERRED;
    UPDATE subsidies_budget
       SET amount = amount + %(to_amount)s, reserved = reserved + %(to_reserved)s, spent = spent + %(to_spent)s,
           entries_made = entries_made + 1
     WHERE id = %(budget)s
       AND amount + %(to_amount)s >= reserved + %(to_reserved)s + spent + %(to_spent)s
       AND reserved + %(to_reserved)s >= 0 AND spent + %(to_spent)s >= 0
 RETURNING entries_made, amount, reserved, spent
"""


def moved(kind: str, amount: Decimal, *, from_spent: bool = False) -> dict[str, Decimal]:
    """What a positive amount does to budget, reserved and spent. `from_spent`: released after it was spent."""
    sizes = {
        K.APPROPRIATED: (amount, NONE, NONE),
        K.ADJUSTED: (amount, NONE, NONE),
        K.RESERVED: (NONE, amount, NONE),
        K.RELEASED: (NONE, NONE, -amount) if from_spent else (NONE, -amount, NONE),
        K.SPENT: (NONE, -amount, amount),
        K.RETURNED: (NONE, amount, -amount),
        K.CLAWED_BACK: (NONE, NONE, -amount),
    }
    return dict(zip(("to_amount", "to_reserved", "to_spent"), sizes[K(kind)], strict=True))


@transaction.atomic
def move(
    kind: str,
    amount: Decimal,
    *,
    actor: Actor,
    budget: Budget,
    from_spent: bool = False,
    reason: str = "",
    **about: Any,
) -> BudgetEntry:
    """Move a budget and write the entry; `about` names the commitment, change, payment or recovery it is for.

    `amount` is positive, but for an adjustment. NotNow, with the budget's name, when it would be overspent.
    """
    balance = take(budget, moved(kind, amount, from_spent=from_spent))
    return write(
        kind, amount, balance, actor=actor, budget=budget, from_spent=from_spent, reason=reason, **about
    )


def write(
    kind: str,
    amount: Decimal,
    balance: Balance,
    *,
    actor: Actor,
    budget: Budget,
    from_spent: bool = False,
    reason: str = "",
    **about: Any,
) -> BudgetEntry:
    """The entry of what `take` did, for who has to store something between the two."""
    number, *after = balance
    return BudgetEntry.objects.create(
        budget=budget,
        number=number,
        kind=kind,
        amount=abs(amount),
        **moved(kind, amount, from_spent=from_spent),
        amount_after=after[0],
        reserved_after=after[1],
        spent_after=after[2],
        reason=reason,
        at=clock.now(),
        by=actor.user,
        **about,
    )


def take(budget: Budget, moves: dict[str, Decimal]) -> Balance:
    """Move the figures if they stay in order: the number of the entry to write and the balance. Raises NotNow."""
    found = _taken(budget, moves)
    if found is None:
        raise _nothing_left(budget, moves)
    return found


def _taken(budget: Budget, moves: dict[str, Decimal]) -> Balance | None:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"budget": budget.pk, **moves})
        return cursor.fetchone()


def _nothing_left(budget: Budget, moves: dict[str, Decimal]) -> NotNow:
    now = Budget.objects.get(pk=budget.pk)
    words = _("预算“%(name)s”（%(year)s 年）余额 %(left)s 元，不足 %(wanted)s 元")
    wanted = moves["to_reserved"] + moves["to_spent"] - moves["to_amount"]
    said = {"name": now.name, "year": now.year, "left": shown(now.left), "wanted": shown(wanted)}
    return NotNow.one("budget", words % said)
