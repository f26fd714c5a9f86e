"""`manage.py verify_report FILE.pdf`: was this paper or report issued here, byte for byte? Exit 1 if not."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import clock, signing
from portal.selectors import verification


class Command(BaseCommand):
    help = "Check a PDF against what was issued here; exit 1 if it was not, or was altered"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"cannot read {options['file']}: {error.strerror}") from error
        sha256 = hashlib.sha256(data).hexdigest()
        code = verification.code_of_file(sha256)
        paper = verification.verify(code, clock.today()) if code else None
        if paper is None:
            raise CommandError(f"not issued here, or altered: sha256 {sha256}")
        said = f"{paper.kind_label} {paper.number}, issued {paper.issued_on:%Y-%m-%d}, sha256 {sha256}"
        self.stdout.write(said)
        if paper.replaced_by:
            self.stdout.write(f"replaced by {paper.replaced_by} on {paper.ended_on:%Y-%m-%d}")
        seal = signing.seal_of(data)
        if seal is not None:
            self.stdout.write(f"signed by {seal.subject}: {'intact' if seal.holds else 'NOT INTACT'}")
