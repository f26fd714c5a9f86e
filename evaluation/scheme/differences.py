"""What differs between two versions of a scheme: by dimension, indicator and field, in the order of the newer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["added", "removed", "changed"]
NOTES = ("vetoes", "bonuses", "deductions")
OPTIONS = (
    "bonus_cap",
    "deduction_cap",
    "whole_points",
    "excellent_share",
    "excellent_top",
    "compared_within",
)
#: A field that says in which dimension, and where in it, an indicator stands.
PLACE = "place"


@dataclass(frozen=True)
class Difference:
    """One of them. ``part`` is dimension, indicator, vetoes, bonuses, deductions, bands or option.

    ``old`` and ``new`` are stored values; for something added or removed the whole row.
    """

    part: str
    kind: Kind
    code: str
    name: str
    field: str
    old: Any
    new: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """From ``old`` to ``new``; both are stored documents."""
    return list(_all(old, new))


def _all(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _rows("dimension", "code", _dimensions(old), _dimensions(new))
    yield from _rows("indicator", "code", _indicators(old), _indicators(new))
    for name in NOTES:
        yield from _rows(name, "key", _by(old.get(name, ()), "key"), _by(new.get(name, ()), "key"))
    yield from _rows("bands", "grade", _by(old.get("bands", ()), "grade"), _by(new.get("bands", ()), "grade"))
    for name in OPTIONS:
        if old.get(name, "") != new.get(name, ""):
            yield Difference("option", "changed", name, "", name, old.get(name, ""), new.get(name, ""))


def _by(rows: Any, key: str) -> dict[str, Mapping[str, Any]]:
    return {str(row[key]): row for row in rows}


def _dimensions(tree: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    parts = [part["code"] for part in tree["dimensions"]]
    return {
        part["code"]: {"code": part["code"], "name": part["name"], PLACE: parts.index(part["code"]) + 1}
        for part in tree["dimensions"]
    }


def _indicators(tree: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        row["code"]: {**row, PLACE: part["name"]} for part in tree["dimensions"] for row in part["indicators"]
    }


def _rows(
    part: str, key: str, old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Difference]:
    for code, row in new.items():
        before = old.get(code)
        if before is None:
            yield Difference(part, "added", code, _name(row), "", None, row)
            continue
        for field in row:
            if field != key and before.get(field, "") != row[field]:
                yield Difference(part, "changed", code, _name(row), field, before.get(field, ""), row[field])
    for code, row in old.items():
        if code not in new:
            yield Difference(part, "removed", code, _name(row), "", row, None)


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or row.get("label") or row.get("word") or "")
