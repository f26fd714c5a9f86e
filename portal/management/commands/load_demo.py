"""`manage.py load_demo`: synthetic units, people and filings in every state. Demo settings only; once."""

from __future__ import annotations

from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core import audit, clock
from portal.demo import alliances, consortia, lives, people

FILES = ("people", "consortia", "alliances", "lives")


class Command(BaseCommand):
    help = "Load the demonstration's data (demo settings only)"

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("load_demo runs under demo settings only")
        if consortia.is_loaded():
            self.stdout.write("demo data is there already")
            return
        folder = settings.BASE_DIR / "fixtures" / "demo"
        read = {name: yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in FILES}
        with transaction.atomic():
            # everybody was there before the first filing
            with clock.freeze(people.BEGAN):
                units = people.load(read["people"])
            with clock.freeze(people.SINCE):
                people.report_figures(read["people"], units)
            lives.arrange(read["lives"], units)
            filings = consortia.load(read["consortia"], units)
            networks = alliances.load(read["alliances"], units)
            left_out = lives.load(read["lives"], read["consortia"], units)
        audit.seal_pending()
        self.stdout.write(
            f"{len(units)} organisations, {len(filings)} filings of consortia, {networks} alliances and communities"
        )
        if left_out:
            self.stdout.write(f"{left_out} later events do not fit today's date and were left out")
