"""Load the policy library from its fixtures."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.actor import Actor
from policy.services.fixtures import FixtureError
from policy.services.load import load


class Command(BaseCommand):
    """Idempotent: the second run writes nothing. Refuses fixtures that break a rule of the catalogue."""

    help = "Load documents, clauses, items, parameters, readings, lists and reference data from fixtures/."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fixtures",
            type=Path,
            default=settings.BASE_DIR / "fixtures",
            help="directory with policy/ and reference/",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load(directory=options["fixtures"], actor=Actor.system("load_policy"))
        except FixtureError as error:
            raise CommandError("\n".join(error.problems)) from error
        if options["verbosity"]:
            self.stdout.write(_("政策库：%(report)s。") % {"report": report})
