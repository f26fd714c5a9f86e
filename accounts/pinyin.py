"""Names in the order of their pinyin: the database has no Chinese collation, so the key is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT

_PIECES = re.compile(r"[\u4e00-\u9fff]|[^\u4e00-\u9fff]+")


def sort_key(name: str, length: int = 240) -> str:
    """``"lao shan ming heng"`` for 崂山明衡."""
    return " ".join(lazy_pinyin(name.strip())).lower()[:length]


def sort_keys(names: Iterable[str], length: int = 240) -> list[str]:
    """The same for many names, some twenty times as fast: a character at a time where no phrase says otherwise."""
    return [_quick(name.strip(), length) for name in names]


def _quick(name: str, length: int) -> str:
    odd = _odd_pairs()
    if any(name[place : place + 2] in odd for place in range(len(name) - 1)):
        return sort_key(name, length)
    return " ".join([_reading(piece) for piece in _PIECES.findall(name)]).lower()[:length]


@lru_cache(maxsize=30_000)
def _reading(piece: str) -> str:
    return " ".join(lazy_pinyin(piece))


@lru_cache(maxsize=1)
def _odd_pairs() -> frozenset[str]:
    """Beginnings of the phrases that are read otherwise than their characters one by one. About a second, once."""
    found = set()
    for phrase, readings in PHRASES_DICT.items():
        alone = [_reading(character) for character in phrase]
        if len(phrase) > 1 and alone != [_plain(reading[0]) for reading in readings]:
            found.add(phrase[:2])
    return frozenset(found)


_TONES = str.maketrans("āáǎàēéěèếềōóǒòīíǐìūúǔùǖǘǚǜüńňǹḿê", "aaaaeeeeeeooooiiiiuuuuvvvvvnnnme")


def _plain(reading: str) -> str:
    """A reading without its tone, as ``lazy_pinyin`` writes it."""
    return reading.translate(_TONES).replace("\u0300", "").replace("\u0304", "").replace("\u030c", "")
