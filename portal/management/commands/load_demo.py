"""`manage.py load_demo`: synthetic units, people, registers, filings in every state, statistics. Demo settings only; once."""

from __future__ import annotations

from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Organisation
from clusters.models import ClusterReturn
from core import audit, clock
from filings.models import Entity, Filing
from portal.demo import (
    alliances,
    claims,
    clusters,
    consortia,
    evaluation,
    lives,
    money,
    people,
    platforms,
    registers,
    statistics,
    whatif,
)

FILES = (
    "people",
    "clusters",
    "alliances",
    "registers",
    "platforms",
    "consortia",
    "statistics",
    "claims",
    "whatif",
    "money",
    "lives",
    "evaluation",
)


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
            left_out = self._load(read)
        audit.seal_pending()
        kinds = {
            "organisations": Organisation,
            "entities": Entity,
            "filings": Filing,
            "returns": ClusterReturn,
        }
        self.stdout.write(", ".join(f"{rows.objects.count()} {name}" for name, rows in kinds.items()))
        if left_out:
            self.stdout.write(f"{left_out} later events do not fit today's date and were left out")

    @staticmethod
    def _load(read: dict[str, Any]) -> int:
        """Everything in its order: who was there first, then the registers, then what became of them."""
        # everybody was there before the first filing
        with clock.freeze(people.BEGAN):
            units = people.load(read["people"])
        with clock.freeze(people.SINCE):
            people.report_figures(read["people"], units)
        lives.arrange(read["lives"], units)
        registers.load(read["registers"], units)
        left_out = 0
        for part in (clusters, alliances, platforms):
            left_out += part.load(read[part.__name__.rpartition(".")[2]], units)
        consortia.load(read["consortia"], units)
        statistics.load(read["statistics"], read["clusters"], units)
        left_out += claims.load(read["claims"], units)
        left_out += money.load(read["money"], units)
        left_out += whatif.load(read["whatif"], units)
        left_out += lives.load(read["lives"], read["consortia"], units)
        return left_out + evaluation.load(read["evaluation"], units)
