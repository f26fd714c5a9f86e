"""`manage.py replay_run ID`: score a finished run again from what it stored. Exit 1 names the first difference."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from evaluation.models import Run
from evaluation.services.replay import replay


class Command(BaseCommand):
    help = "Score a run again from its stored inputs; exit 1 if one byte of the result differs"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "run", type=int, help="number of the run (shown in reports and on the page of the round)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        run = Run.objects.select_related("round__scheme").filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"there is no run {options['run']}")
        if run.finished_at is None:
            raise CommandError(f"run {run.pk} has not finished")
        found = replay(run)
        if not found.is_equal:
            raise CommandError(f"run {run.pk} differs: {found.difference}")
        self.stdout.write(
            f"run {run.pk} of {run.round.code}: {found.entities} entities, byte for byte the same\n"
            f"inputs  sha256 {found.inputs_sha256}\noutcome sha256 {found.outcome_sha256}"
        )
