"""``manage.py demo_clock +7d | +3h | reset``: move the clock of the demo."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import audit, clock
from core.actor import Actor
from core.errors import NotNow

_SHIFT = re.compile(r"([+-])(\d{1,4})([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


class Command(BaseCommand):
    """Refused where the settings do not let the clock move."""

    help = "Shift the clock of the demo (+7d, +12h, -1d) or reset it. Demo settings only."

    def add_arguments(self, parser: ArgumentParser) -> None:
        # nargs="?" with a default shows the present offset; a leading minus must not look like an option.
        parser.add_argument("shift", nargs="?", default="", help="+7d, +12h, +30m, -1d or reset")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted: str = options["shift"]
        try:
            if wanted == "reset":
                clock.reset()
            elif wanted:
                clock.shift(_parsed(wanted))
        except NotNow as refused:
            raise CommandError(str(refused)) from refused
        if wanted:
            audit.record("clock.shift", actor=Actor.system(), detail={"shift": wanted})
        self.stdout.write(f"offset {clock.offset()}, now {clock.local():%Y-%m-%d %H:%M}")


def _parsed(text: str) -> timedelta:
    match = _SHIFT.fullmatch(text)
    if match is None:
        raise CommandError("expected +7d, +12h, +30m, -1d or reset")
    sign, number, unit = match.groups()
    return timedelta(**{_UNITS[unit]: int(number) * (-1 if sign == "-" else 1)})
