"""A quote from a file: the same JSON in and out as POST /api/v1/subsidies/quote/."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from core.errors import Invalid
from subsidies.selectors.quotes import quote


class Command(BaseCommand):
    """Prints the answer; what is wrong with the payload goes to stderr as JSON, with exit code 1."""

    help = "Read a quote payload from FILE (- for standard input) and print the answer."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            payload = json.loads(_read(options["file"]))
        except (OSError, ValueError) as error:
            raise CommandError(
                _("无法读取 %(file)s：%(error)s") % {"file": options["file"], "error": error}
            ) from error
        try:
            answer = quote(payload).as_dict()
        except Invalid as refused:
            rows = [problem.as_dict() for problem in refused.problems]
            raise CommandError(json.dumps({"errors": rows}, ensure_ascii=False, indent=2)) from refused
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def _read(name: str) -> str:
    return sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
