"""Compute every award again from what was kept with it, and say which is not byte for byte as it was."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from subsidies.models import Award
from subsidies.selectors.replay import differences

CHUNK = 500


class Command(BaseCommand):
    """`manage.py verify_awards`: exit 1 and the receipt numbers where an award does not come out as it was kept."""

    help = "Recompute every award from its stored inputs and compare"

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each award that differs, then how many were looked at."""
        count, bad = 0, 0
        for award in Award.objects.select_related("claim").order_by("pk").iterator(chunk_size=CHUNK):
            count += 1
            found = differences(award)
            if found:
                bad += 1
                names = {"number": award.claim.receipt_number, "what": "、".join(found)}
                self.stderr.write(_("%(number)s 与留存不一致：%(what)s") % names)
        self.stdout.write(_("核对 %(count)s 件，不一致 %(bad)s 件。") % {"count": count, "bad": bad})
        if bad:
            raise SystemExit(1)
