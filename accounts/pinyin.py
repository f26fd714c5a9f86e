"""Names in the order of their pinyin: the database has no Chinese collation, so the key is stored."""

from __future__ import annotations

from pypinyin import lazy_pinyin


def sort_key(name: str, length: int = 240) -> str:
    """``"lao shan ming heng"`` for 崂山明衡."""
    return " ".join(lazy_pinyin(name.strip())).lower()[:length]
