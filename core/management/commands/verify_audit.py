"""``manage.py verify_audit``: exit 1 and the first broken entry, if the audit chain does not hold."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import anchors, audit


class Command(BaseCommand):
    """Seal what is pending, walk the chain, compare it with the newest anchor."""

    help = "Seal pending audit entries, then verify the whole chain. Exit 1 names the first broken entry."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = audit.verify(anchors.last())
        if broken is not None:
            raise CommandError(f"audit chain broken at {broken}")
        head = audit.head()
        self.stdout.write(f"audit chain intact: {head.position} entries, head {head.digest}")
