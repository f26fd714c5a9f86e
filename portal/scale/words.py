"""Names made of the words in fixtures/scale/words.yaml, with their pinyin put together from stored pieces."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

import yaml
from django.conf import settings

from accounts.pinyin import sort_key

SEED = 20260302


@cache
def words() -> dict[str, Any]:
    """The word lists."""
    file = settings.BASE_DIR / "fixtures" / "scale" / "words.yaml"
    return dict(yaml.safe_load(file.read_text("utf-8")))


def dice(kind: int, number: int) -> Random:
    """The random numbers of one record: the same in every run, whatever was made before it."""
    return Random((SEED * 10 + kind) * 10_000_000 + number)  # noqa: S311 - sample data, no secret


@cache
def pinyin(piece: str) -> str:
    return sort_key(piece)


def keyed(*pieces: str, length: int = 240) -> tuple[str, str]:
    """A name of pieces and its sort key."""
    return "".join(pieces), " ".join(pinyin(piece) for piece in pieces)[:length]
