"""The law a claim was computed under, kept with it: as JSON, and back. Pure.

What was decided is recomputed for ever from what was read then, whatever is published later with an earlier date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from core.canonical import plain
from policy.book import Citation, Figure, ItemInForce, Law, ReadingInForce, freeze, typed
from subsidies.stacking import GENERAL, QUOTA
from subsidies.terms import COUNTIES, STACKED, Terms

SETTINGS = "subsidy."


def frozen(terms: Terms) -> dict[str, Any]:
    """The part of the law that a measure is computed by."""
    law, data = terms.law, terms.data
    wanted = {terms.key, *terms.requires, GENERAL, QUOTA, STACKED, COUNTIES}
    wanted |= {str(data[name]) for name in ("exclusive_group", "lower_level") if data.get(name)}
    items = [law.item(key) for key in sorted(wanted) if law.applies(key)]
    figures = [law[key] for key in sorted(law) if key.partition(".")[0] in wanted]
    named = {key for item in items for key in item.data.get("amb", ())}
    readings = {row.key: row for row in (law.reading_of(key) for key in sorted(named))}
    readings |= {row.key: row for row in _settings(law)}
    return {
        "effective": terms.effective.isoformat(),
        "on": law.on.isoformat(),
        "place": law.place,
        "revision": law.revision,
        "figures": [_figure(row) for row in figures],
        "readings": [_row(readings[key]) for key in sorted(readings)],
        "items": [_item(row) for row in items],
    }


def _settings(law: Law) -> list[ReadingInForce]:
    return [row for row in law.readings() if row.setting.startswith(SETTINGS)]


def _figure(row: Figure) -> dict[str, Any]:
    return _row(row) | {"clause": _citation(row.clause)}


def _item(row: ItemInForce) -> dict[str, Any]:
    found: dict[str, Any] = plain(
        {"key": row.key, "section": row.section, "label": row.label, "data": row.data}
        | {"citations": [_citation(one) for one in row.citations]}
    )
    return found


def _citation(one: Citation | None) -> dict[str, Any] | None:
    return None if one is None else _row(one)


def _row(one: Any) -> dict[str, Any]:
    found: dict[str, Any] = plain(
        {
            field.name: getattr(one, field.name)
            for field in fields(one)
            if not isinstance(getattr(one, field.name), Citation)
        }
    )
    return found


def thawed(kept: Mapping[str, Any]) -> Law:
    """The law again, as far as it was kept."""
    readings = [_reading(row) for row in kept["readings"]]
    return Law(
        on=date.fromisoformat(kept["on"]),
        place=kept["place"],
        revision=kept["revision"],
        figures={row["key"]: _read_figure(row) for row in kept["figures"]},
        readings={row.setting: row for row in readings} | {row.key: row for row in readings},
        lists={},
        items={row["key"]: _read_item(row) for row in kept["items"]},
    )


def _reading(row: Mapping[str, Any]) -> ReadingInForce:
    given = dict(row) | {"value": freeze(row["value"]), "valid_from": date.fromisoformat(row["valid_from"])}
    return ReadingInForce(**given)


def _read_figure(row: Mapping[str, Any]) -> Figure:
    until = row["valid_until"]
    given = dict(row) | {
        "value": typed(row["kind"], row["value"]),
        "clause": _read_citation(row["clause"]),
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_until": date.fromisoformat(until) if until else None,
    }
    return Figure(**given)


def _read_item(row: Mapping[str, Any]) -> ItemInForce:
    citations = tuple(one for one in map(_read_citation, row["citations"]) if one is not None)
    return ItemInForce(row["key"], row["section"], row["label"], freeze(row["data"]), citations)


def _read_citation(row: Mapping[str, Any] | None) -> Citation | None:
    return None if row is None else Citation(**{**row, "sentences": tuple(row["sentences"])})


def number(value: Decimal) -> str:
    """Yuan as a payload writes them."""
    return f"{value:.2f}"
