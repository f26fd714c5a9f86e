"""`manage.py seed_scale`: deterministic synthetic data in bulk, for measurements. Demo and test settings only."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.scale import seeding


class Command(BaseCommand):
    help = "Fill the database up to so many synthetic units, filings and entities (demo settings only)"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--organisations", type=int, default=1_000)
        parser.add_argument("--filings", type=int, default=10_000)
        parser.add_argument("--entities", type=int, default=3_000, help="that come from filings")
        parser.add_argument("--recorded", type=int, default=0, help="entities of every kind, without filings")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("seed_scale runs under demo settings only")
        wanted = {
            name: max(options[name], 0) for name in ("organisations", "filings", "entities", "recorded")
        }
        try:
            found = seeding.fill(**wanted, say=self.stdout.write)
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(", ".join(f"{count} {name}" for name, count in found.items()))
