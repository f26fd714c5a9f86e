"""The words the portal ships (fixtures/letters.yaml), in force where an authority has published none."""

from __future__ import annotations

from functools import cache

import yaml
from django.conf import settings

from filings.letters.merge import Words


@cache
def shipped() -> dict[str, Words]:
    """Kind to words. Read once; `tests/filings/test_letters.py` checks that every kind is there and sound."""
    text = (settings.BASE_DIR / "fixtures/letters.yaml").read_text(encoding="utf-8")
    rows = yaml.safe_load(text)["letters"]
    return {row["kind"]: Words(title=row["title"], body=row["body"].strip()) for row in rows}
