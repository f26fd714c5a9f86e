"""Text on its way into a cell: never a formula, never a character that breaks the file."""

from __future__ import annotations

import re

#: What a cell holds at most; Excel calls a file with more damaged.
MAX_TEXT = 32_767
CUT = "…"
#: Signs that make a spreadsheet calculate, with their full-width twins; blanks before them do not help.
DANGEROUS = "=+\\-@＝＋－＠﹢﹣﹦﹫"  # data
_STARTS_FORMULA = re.compile(rf"\s*[{DANGEROUS}]|[\t\r\n]")
_GUARDED = re.compile(rf"'(?=\s*[{DANGEROUS}]|[\t\r\n])")
#: What XML 1.0 cannot hold.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def safe_text(value: object) -> str:
    """``value`` as text for a cell: illegal characters gone, a leading sign guarded by ``'``, cut to length."""
    text = str(value)
    if not text:
        return ""
    if text.isalnum():
        return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + CUT
    text = _ILLEGAL.sub("", text)
    if "\r" in text:
        # A parser of XML makes a line feed of every carriage return anyway.
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _STARTS_FORMULA.match(text):
        text = f"'{text}"
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + CUT


def unguarded(text: str) -> str:
    """The text that :func:`safe_text` was given, where it put a guard before a sign."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text
