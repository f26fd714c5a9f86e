"""Substring search over Chinese without an extension: an array of one- and two-character grams per row."""

from __future__ import annotations

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
        found.update(line[i : i + 2] for i in range(len(line) - 1))
    return sorted(found)
