"""Steps of writing a scheme: each takes the stored document and gives a changed copy, the given one stays as it was.

Rows are named by their codes. An unknown code raises ``LookupError``: the page was about something that is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid

Tree = dict[str, Any]
Row = dict[str, Any]


def dimension(tree: Mapping[str, Any], code: str) -> Row:
    """The dimension of this code."""
    return next((part for part in tree["dimensions"] if part["code"] == code), None) or _gone(code)


def indicator(tree: Mapping[str, Any], code: str) -> tuple[Row, Row]:
    """The dimension and the row of an indicator."""
    for part in tree["dimensions"]:
        for row in part["indicators"]:
            if row["code"] == code:
                return part, row
    return _gone(code)


def _gone(code: str) -> Any:
    raise LookupError(code)


def indicators(tree: Mapping[str, Any]) -> list[Row]:
    """Every row in the order of the table."""
    return [row for part in tree["dimensions"] for row in part["indicators"]]


def _unused(taken: list[str], code: str) -> None:
    if code.lower() in {one.lower() for one in taken}:
        raise Invalid.one("duplicate", _("代码“%(code)s”已经使用") % {"code": code}, "code")


# --- dimensions ---


def with_dimension(tree: Mapping[str, Any], code: str, name: str, *, replacing: str = "") -> Tree:
    """A dimension added at the end, or renamed."""
    made = deepcopy(dict(tree))
    _unused([part["code"] for part in made["dimensions"] if part["code"] != replacing], code)
    if replacing:
        dimension(made, replacing).update(code=code, name=name)
    else:
        made["dimensions"].append({"code": code, "name": name, "indicators": []})
    return made


def without_dimension(tree: Mapping[str, Any], code: str) -> Tree:
    """The dimension and all of its indicators are gone."""
    dimension(tree, code)
    made = deepcopy(dict(tree))
    made["dimensions"] = [part for part in made["dimensions"] if part["code"] != code]
    return made


def dimension_moved(tree: Mapping[str, Any], code: str, by: int) -> Tree:
    """One place up (-1) or down (1); at the end it stays."""
    made = deepcopy(dict(tree))
    _moved(made["dimensions"], made["dimensions"].index(dimension(made, code)), by)
    return made


def _moved(rows: list[Row], place: int, by: int) -> bool:
    """Whether there was room to move."""
    if not 0 <= place + by < len(rows):
        return False
    rows.insert(place + by, rows.pop(place))
    return True


# --- indicators ---


def with_weights(tree: Mapping[str, Any], weights: Mapping[str, str]) -> Tree:
    """New weights for the indicators named; the others keep theirs."""
    made = deepcopy(dict(tree))
    for row in indicators(made):
        row["weight"] = weights.get(row["code"], row["weight"])
    return made


def with_indicator(
    tree: Mapping[str, Any], into: str, given: Mapping[str, Any], *, replacing: str = ""
) -> Tree:
    """An indicator added at the end of a dimension, or put in the place of another."""
    made = deepcopy(dict(tree))
    taken = [row["code"] for row in indicators(made) if row["code"] != replacing]
    _unused(taken, given["code"])
    target = dimension(made, into)
    if not replacing:
        target["indicators"].append(dict(given))
        return made
    part, row = indicator(made, replacing)
    if part is target:
        part["indicators"][part["indicators"].index(row)] = dict(given)
    else:
        part["indicators"].remove(row)
        target["indicators"].append(dict(given))
    return made


def without_indicator(tree: Mapping[str, Any], code: str) -> Tree:
    """The indicator is gone."""
    made = deepcopy(dict(tree))
    part, row = indicator(made, code)
    part["indicators"].remove(row)
    return made


def indicator_moved(tree: Mapping[str, Any], code: str, by: int) -> Tree:
    """One place up or down inside its dimension; at its end into the neighbouring dimension."""
    made = deepcopy(dict(tree))
    part, row = indicator(made, code)
    if _moved(part["indicators"], part["indicators"].index(row), by):
        return made
    beside = made["dimensions"].index(part) + by
    if 0 <= beside < len(made["dimensions"]):
        part["indicators"].remove(row)
        rows = made["dimensions"][beside]["indicators"]
        rows.insert(len(rows) if by < 0 else 0, row)
    return made
