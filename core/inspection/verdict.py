"""What an inspector says: a code, which ``core.files`` turns into a sentence."""

from __future__ import annotations

#: Every code an inspector may answer with.
CODES = frozenset(
    {
        "empty", "mismatch", "damaged", "encrypted", "polyglot", "active", "embedded", "pages", "pixels",
        "macro", "ole", "external", "nested", "entries", "ratio", "total", "duplicate", "names", "entities",
    }
)  # fmt: skip


class Refused(Exception):
    """The file is not accepted for the reason ``code``."""

    def __init__(self, code: str) -> None:
        if code not in CODES:
            raise ValueError(code)
        self.code = code
        super().__init__(code)
