"""`verify_ledger` finds what somebody with every right has altered."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from tests.makers import money

pytestmark = pytest.mark.django_db


def altered(statement: str) -> None:
    """What only the owner of the tables can do: triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE subsidies_budget SET spent = spent - 1",
        "UPDATE subsidies_budgetentry"
        " SET to_spent = to_spent + 1, to_reserved = to_reserved - 1, amount = amount + 1 WHERE kind = 'spent'",
        "DELETE FROM subsidies_budgetentry WHERE kind = 'spent'",
        "UPDATE subsidies_commitment SET amount = amount - 1",
    ],
)
def test_what_was_altered_is_named(frozen: Any, statement: str) -> None:
    desk = money.make_desk()
    budget = money.make_budget(desk, amount=1000)
    money.decide(desk, money.make_award(desk, amount=100))
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    assert "1 budgets, 3 entries" in out.getvalue()
    altered(statement)
    complaint = io.StringIO()
    with pytest.raises(CommandError):
        call_command("verify_ledger", stderr=complaint)
    assert budget.name in complaint.getvalue()
