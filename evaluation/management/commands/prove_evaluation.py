"""`manage.py prove_evaluation --kills 50`: workers killed at moments of chance while ratings and reports are made.

`--gone 60` instead: the broker killed and emptied in the middle, away for so many seconds, under two schedulers.

Works in a database of its own, made and dropped here; needs the right to create one.
"""

from __future__ import annotations

import random
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.proving import own_database
from evaluation import proving, proving_broker
from evaluation.proving_rows import make_people, make_round

NAME = "portal_prove_evaluation"


class Command(BaseCommand):
    help = "Kill workers while a confirmed round is carried out and count what was lost, doubled or torn"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kills", type=int, default=50)
        parser.add_argument("--each", type=int, default=5, help="kills in one round")
        parser.add_argument("--entities", type=int, default=8, help="entities in one round")
        parser.add_argument(
            "--gone", type=float, default=0, help="seconds without a broker, instead of kills"
        )
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("prove_evaluation kills workers and runs under demo or test settings only")
        if options["gone"]:
            self._without_broker(options["entities"], options["gone"])
        else:
            self._with_kills(options)

    def _with_kills(self, options: dict[str, Any]) -> None:
        chance = random.Random(options["seed"])  # noqa: S311 - a trial that can be repeated
        total = proving.Verdict()
        with own_database(NAME):
            who = make_people()
            for number in range(-(-options["kills"] // options["each"])):
                row = make_round(who, number, options["entities"])
                retried = proving.harass(options["each"], chance, proving.start_worker)
                total += proving.judge(row) + proving.Verdict(kills=options["each"], retried=retried)
                self.stdout.write(str(total))
        if total.faults:
            raise CommandError(f"{total.faults} faults")

    def _without_broker(self, size: int, gone: float) -> None:
        with own_database(NAME):
            found = proving_broker.prove(make_people(), size, gone)
        self.stdout.write(str(found))
        if found.verdict.faults or found.planned != 1:
            raise CommandError(f"{found.verdict.faults} faults, {found.planned} planned rounds")
