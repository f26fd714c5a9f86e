"""`manage.py verify_report FILE.pdf`: was this paper issued here, byte for byte? Exit 1 if not."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from filings.models import IssuedDocument


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
        paper = IssuedDocument.objects.filter(stored__sha256=sha256).select_related("stored").first()
        if paper is None:
            raise CommandError(f"not issued here, or altered: sha256 {sha256}")
        self.stdout.write(
            f"{paper.kind_label} {paper.number}, issued {paper.issued_at:%Y-%m-%d}, sha256 {sha256}"
        )
