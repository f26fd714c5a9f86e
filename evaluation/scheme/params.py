"""The parameters of each method: which there are, and in what form they are stored.

Numbers are stored as text without zeros at the end.  ``low`` and ``high`` of the efficacy method may name a
percentile of the group (``p10``), and then have a fixed value to fall back on in a group of fewer than eight.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from evaluation.scheme.choices import Method
from evaluation.scheme.reader import Reader, text_of

PERCENTILE = re.compile(r"p([1-9][0-9]?)")
MOST_ROWS = 50
NAMES: dict[str, frozenset[str]] = {
    Method.EFFICACY: frozenset({"low", "high", "base", "growth", "fallback_low", "fallback_high"}),
    Method.MINMAX: frozenset(),
    Method.TARGET: frozenset({"cap"}),
    Method.STEP: frozenset({"steps", "full"}),
    Method.LEVELS: frozenset({"table", "full"}),
    Method.RANK: frozenset(),
    Method.COUNT: frozenset({"full"}),
    Method.BOOLEAN: frozenset(),
    Method.EXPERT: frozenset(),
    Method.POINTS: frozenset({"full"}),
}


def read_params(reader: Reader, method: str, given: Any, path: str) -> dict[str, Any]:
    """The parameters in their stored form; an unknown method has none."""
    params = {} if given is None else given
    if not isinstance(params, Mapping):
        reader.say(path, "shape", _("应为一组字段"))
        return {}
    if method not in NAMES:
        return {}
    reader.known(params, NAMES[Method(method)], path)
    if method == Method.EFFICACY:
        return _efficacy(reader, params, path)
    if method == Method.TARGET:
        return {"cap": text_of(reader.number(params, "cap", path, default="1"))}
    if method == Method.STEP:
        return {"steps": _steps(reader, params, path), "full": text_of(reader.number(params, "full", path))}
    if method == Method.LEVELS:
        return {"table": _levels(reader, params, path), "full": text_of(reader.number(params, "full", path))}
    if method in (Method.COUNT, Method.POINTS):
        return {"full": text_of(reader.number(params, "full", path))}
    return {}


def _efficacy(reader: Reader, params: Mapping[str, Any], path: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "low": _bound(reader, params, "low", path),
        "high": _bound(reader, params, "high", path),
        "base": text_of(reader.number(params, "base", path, default="60")),
        "growth": reader.flag(params, "growth", path),
    }
    for name in ("fallback_low", "fallback_high"):
        number = reader.optional(params, name, path, places=4)
        if number is not None:
            found[name] = text_of(number)
    return found


def _bound(reader: Reader, params: Mapping[str, Any], name: str, path: str) -> str:
    value = params.get(name)
    if isinstance(value, str) and PERCENTILE.fullmatch(value.strip()):
        return value.strip()
    return text_of(reader.number(params, name, path))


def _steps(reader: Reader, params: Mapping[str, Any], path: str) -> list[dict[str, str]]:
    """Rows ``from, points`` and, where points go on rising, ``per, increment, cap``."""
    found = []
    for row, at in reader.rows(params, "steps", path, MOST_ROWS):
        reader.known(row, {"from", "points", "per", "increment", "cap"}, at)
        step = {name: text_of(reader.number(row, name, at)) for name in ("from", "points")}
        for name in ("per", "increment", "cap"):
            number = reader.optional(row, name, at, places=4)
            if number is not None:
                step[name] = text_of(number)
        found.append(step)
    return found


def _levels(reader: Reader, params: Mapping[str, Any], path: str) -> list[dict[str, str]]:
    found = []
    for row, at in reader.rows(params, "table", path, MOST_ROWS):
        reader.known(row, {"from", "points"}, at)
        found.append({name: text_of(reader.number(row, name, at)) for name in ("from", "points")})
    return found
