"""`manage.py prove_budget --rounds 1000`: sixty-four at once for the last yuan and for one payment, guard on and off.

Works in a database of its own, made and dropped here; needs the right to create one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.proving import own_database
from subsidies import proving
from subsidies.proving_rows import Rows, make_rows
from subsidies.selectors.ledger import broken

NAME = "portal_prove_budget"


class Command(BaseCommand):
    help = "Show that the guards of budgets and payments hold, and what happens without them"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rounds", type=int, default=1000)
        parser.add_argument("--controls", type=int, default=20, help="rounds with the guard off")
        parser.add_argument("--crowd", type=int, default=64)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "prove_budget takes constraints away and runs under demo or test settings only"
            )
        with own_database(NAME):
            self._prove(options["rounds"], options["controls"], options["crowd"])

    def _prove(self, rounds: int, controls: int, size: int) -> None:
        rows = make_rows(size)
        with proving.crowd(size) as crowd:
            self._line("last yuan, guard on", rounds, size, lambda: self._yuan(crowd, rows))
            self._line("one payment, guard on", rounds, size, lambda: self._payment(crowd, rows))
            found = broken()
            if found:
                raise CommandError("; ".join(map(str, found)))
            with proving.without_budget_guard(size):
                self._line("last yuan, guard off", controls, size, lambda: self._yuan(crowd, rows), off=True)
            with proving.without_payment_guard(size):
                self._line(
                    "one payment, guard off", controls, size, lambda: self._payment(crowd, rows), off=True
                )
        self.stdout.write("every budget is the sum of its ledger")

    def _line(
        self, name: str, rounds: int, size: int, play: Callable[[], proving.Round], *, off: bool = False
    ) -> None:
        """Play the rounds and say what came of them; a fault with the guard on, or none with it off, is an error."""
        began = time.perf_counter()
        played = [play() for _round in range(rounds)]
        took = time.perf_counter() - began
        faults = sum(1 for each in played if each.excess)
        worst = max((each.excess for each in played), default=0)
        won = sum(each.won for each in played)
        self.stdout.write(
            f"{name}: {rounds} rounds of {size} at once, {won} won, {faults} rounds with a fault "
            f"(worst: {worst} too many), {took:.1f} s, {rounds * size / took:.0f} attempts a second"
        )
        if off != bool(faults) or (not off and any(each.won != 1 for each in played)):
            raise CommandError(f"{name}: the trial did not show what it should")

    @staticmethod
    def _yuan(crowd: proving.Crowd, rows: Rows) -> proving.Round:
        for award in rows.awards:
            award.refresh_from_db(fields=["proposal"])
        return proving.last_yuan(crowd, rows.head, rows.budget, rows.awards)

    @staticmethod
    def _payment(crowd: proving.Crowd, rows: Rows) -> proving.Round:
        return proving.one_payment(crowd, rows.finance, rows.batches, rows.payment)
