"""Texts as long as paper can bear: what is longer is cut with an ellipsis; the whole stands in the attached data.

A word of thousands of signs in a narrow column costs a layout engine seconds, and nobody reads it there.
"""

from __future__ import annotations

from typing import Any

SHORT, LONG = 200, 2000
#: Names of fields that hold sentences.
SENTENCES = frozenset({"reason", "text", "opinion", "remarks", "note", "missing", "not_applicable"})
CUT = "…"


def bounded(data: Any, name: str = "") -> Any:
    """A copy of JSON data with every text cut to what its field may have."""
    if isinstance(data, dict):
        return {key: bounded(value, str(key)) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [bounded(value, name) for value in data]
    if isinstance(data, str):
        most = LONG if name in SENTENCES else SHORT
        return data if len(data) <= most else data[: most - 1] + CUT
    return data
