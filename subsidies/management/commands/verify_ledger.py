"""`manage.py verify_ledger`: every balance is the sum of its entries, and what is bound is what awards say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from subsidies.models import Budget, BudgetEntry
from subsidies.selectors.ledger import broken


class Command(BaseCommand):
    help = "Verify that every budget is the sum of its ledger; exit code 1 and the budgets that are not"

    def handle(self, *args: Any, **options: Any) -> None:
        found = broken()
        for each in found:
            self.stderr.write(str(each))
        if found:
            raise CommandError(f"{len(found)} budgets do not hold")
        self.stdout.write(
            f"{Budget.objects.count()} budgets, {BudgetEntry.objects.count()} entries: they hold"
        )
