"""Whether every balance is the sum of its ledger. No writes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

# read once more from the entries themselves, not from the balances they carry
_SUMS = """
    SELECT b.id, b.name, b.amount, b.reserved, b.spent, b.entries_made,
           COALESCE(sum(e.to_amount), 0), COALESCE(sum(e.to_reserved), 0), COALESCE(sum(e.to_spent), 0),
           count(e.id), COALESCE(max(e.number), 0)
      FROM subsidies_budget b LEFT JOIN subsidies_budgetentry e ON e.budget_id = b.id
     GROUP BY b.id ORDER BY b.id
"""
_BOUND = """
    SELECT b.id, b.name, b.reserved + b.spent,
           COALESCE((SELECT sum(c.amount) FROM subsidies_commitment c
                      WHERE c.budget_id = b.id AND c.released_at IS NULL), 0)
           - COALESCE((SELECT sum(p.amount) FROM subsidies_payment p JOIN subsidies_commitment c
                         ON c.id = p.commitment_id
                        WHERE c.budget_id = b.id AND p.state = 'cancelled'), 0)
           - COALESCE((SELECT sum(r.amount) FROM subsidies_recovery r
                         JOIN subsidies_clawback w ON w.id = r.clawback_id
                         JOIN subsidies_commitment c ON c.id = w.commitment_id
                        WHERE c.budget_id = b.id), 0)
      FROM subsidies_budget b ORDER BY b.id
"""


@dataclass(frozen=True)
class Broken:
    """A budget whose figures do not hold, and how."""

    budget: int
    name: str
    reason: str

    def __str__(self) -> str:
        return f"budget {self.budget} ({self.name}): {self.reason}"


def broken() -> list[Broken]:
    """Budgets that are not the sum of their ledger, or of what awards, payments and refunds say is bound."""
    found: list[Broken] = []
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        for pk, name, *held in cursor.fetchall():
            amount, reserved, spent, made, *said = held
            if [amount, reserved, spent] != said[:3]:
                found.append(Broken(pk, name, f"the entries add up to {said[:3]}"))
            if made != said[3] or made != said[4]:
                found.append(Broken(pk, name, f"{made} entries were made, {said[3]} are there"))
        cursor.execute(_BOUND)
        for pk, name, bound, said in cursor.fetchall():
            if bound != said:
                found.append(Broken(pk, name, f"{bound} is bound, the awards say {said}"))
    return found
