"""Differences between two versions of a nested content document: by field, by table row, by file.

Content is dicts, lists and scalars.  A list of dicts is a table: its rows are paired by ``_id`` where they
have one and by position otherwise.  A dict with ``sha256`` is a file and is compared as a whole by that hash.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["added", "removed", "changed"]
What = Literal["field", "row", "file"]

ROW_ID = "_id"
FILE_KEY = "sha256"


@dataclass(frozen=True)
class Change:
    """One difference; ``path`` is section, field, row key, column …; an absent side is ``None``."""

    path: tuple[str, ...]
    kind: Kind
    old: Any
    new: Any
    what: What = "field"

    @property
    def dotted(self) -> str:
        return ".".join(self.path)


def diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """All changes from ``old`` to ``new``, in the order of ``new`` with removals at their old place last."""
    return list(_dicts((), old, new))


def is_empty(value: Any) -> bool:
    """Whether a form would show nothing: absent, blank text, empty list; zero and ``False`` are values."""
    return value is None or value == "" or value == [] or value == {}


def _is_file(value: Any) -> bool:
    return isinstance(value, Mapping) and FILE_KEY in value


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _dicts(path: tuple[str, ...], old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    keys = [*new, *(key for key in old if key not in new)]
    for key in keys:
        if key != ROW_ID:
            yield from _values((*path, str(key)), old.get(key), new.get(key))


def _values(path: tuple[str, ...], old: Any, new: Any) -> Iterator[Change]:
    if old == new or (is_empty(old) and is_empty(new)):
        return
    if _is_file(old) or _is_file(new):
        yield from _files(path, old, new)
    elif (_is_table(old) or is_empty(old)) and (_is_table(new) or is_empty(new)):
        yield from _tables(path, old or [], new or [])
    elif (isinstance(old, Mapping) or old is None) and (isinstance(new, Mapping) or new is None):
        yield from _dicts(path, old or {}, new or {})
    else:
        yield Change(path, _kind(old, new), old, new)


def _kind(old: Any, new: Any) -> Kind:
    if is_empty(old):
        return "added"
    return "removed" if is_empty(new) else "changed"


def _files(path: tuple[str, ...], old: Any, new: Any) -> Iterator[Change]:
    if _is_file(old) and _is_file(new) and old[FILE_KEY] == new[FILE_KEY]:
        return
    yield Change(path, _kind(old, new), old, new, "file")


def _keyed(rows: list[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    keyed: dict[str, Mapping[str, Any]] = {}
    for position, row in enumerate(rows, start=1):
        key = str(row.get(ROW_ID) or position)
        # Two rows with one id can only come from a hand-made request; keep both visible.
        keyed[key if key not in keyed else f"{key}#{position}"] = row
    return keyed


def _tables(path: tuple[str, ...], old: list[Any], new: list[Any]) -> Iterator[Change]:
    before, after = _keyed(old), _keyed(new)
    for key, row in after.items():
        if key in before:
            yield from _row(path, key, before[key], row)
        else:
            yield Change((*path, key), "added", None, row, "row")
    for key, row in before.items():
        if key not in after:
            yield Change((*path, key), "removed", row, None, "row")


def _row(path: tuple[str, ...], key: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    if _is_file(old) or _is_file(new):
        yield from _files((*path, key), old, new)
    else:
        yield from _dicts((*path, key), old, new)
