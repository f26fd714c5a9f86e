"""Substring search over Chinese without an extension: an array of one- and two-character grams per row."""

from __future__ import annotations

from operator import add

MAX_TEXT = 400


def normal(text: str) -> str:
    """Lower case, no white space."""
    return "".join(text.lower().split())


def grams(*texts: str) -> list[str]:
    """The distinct one- and two-character pieces of the texts, sorted; what a GIN array index is asked for.

    A query of one character asks for that character, a longer one for its pairs and its characters.
    """
    found: set[str] = set()
    for text in texts:
        line = normal(text)[:MAX_TEXT]
        found.update(line)
        found.update(map(add, line, line[1:]))
    return sorted(found)


def asked(word: str) -> list[str]:
    """The fewest grams that cover a word: what an index is asked for.

    A word of one or two characters is answered by them exactly; a longer one still has to be looked for in
    the texts that are found.
    """
    line = normal(word)[:MAX_TEXT]
    if len(line) < 2:
        return [line] if line else []
    return sorted({line[i : i + 2] for i in (*range(0, len(line) - 1, 2), len(line) - 2)})


def is_exact(word: str) -> bool:
    """Whether the grams alone decide."""
    return len(normal(word)) <= 2


def pairs(word: str) -> list[str]:
    """Every pair of a word, or its one character: rarer together than the fewest that cover it."""
    line = normal(word)[:MAX_TEXT]
    return sorted({line[i : i + 2] for i in range(len(line) - 1)}) if len(line) > 1 else asked(line)
