"""Reference data of the fixtures: places and industries, written through the services of accounts."""

from __future__ import annotations

from accounts.models import District, Industry
from accounts.services import reference
from core.actor import Actor
from policy.services.fixtures import Fixtures, Row


def load_places(fixtures: Fixtures, actor: Actor) -> int:
    """Provinces, cities, districts and zones; parents stand before their children in the files."""
    held = {
        row["code"]: row
        for row in District.objects.values(
            "code", "label", "full_label", "kind", "is_local", "parent__code", "maps_to__code"
        )
    }
    written = 0
    for row in fixtures.places:
        wanted = {
            "code": row["code"],
            "label": row["label"],
            "full_label": row.get("full_label", ""),
            "kind": row["kind"],
            "is_local": row.get("is_local", False),
            "parent__code": row.get("parent"),
            "maps_to__code": row.get("maps_to"),
        }
        if held.get(row["code"]) != wanted:
            parent, maps_to = wanted.pop("parent__code"), wanted.pop("maps_to__code")
            reference.upsert_district(actor=actor, parent=parent, maps_to=maps_to, **wanted)
            written += 1
    return written


def _industries(fixtures: Fixtures) -> list[Row]:
    """GB/T 4754 divisions, and the members of every list as a scheme of its own."""
    schemes = [(fixtures.industries[0]["scheme"], "code", fixtures.industries)] if fixtures.industries else []
    schemes += [(row["id"], "id", row["items"]) for row in fixtures.lists]
    return [
        {
            "scheme": scheme,
            "code": row[code],
            "label": row["label"],
            "group": row.get("group", ""),
            "position": position,
        }
        for scheme, code, rows in schemes
        for position, row in enumerate(rows, start=1)
    ]


def load_industries(fixtures: Fixtures, actor: Actor) -> int:
    """Lines of the industry schemes that are missing or differ."""
    fields = ("scheme", "code", "label", "group", "position")
    held = {(row["scheme"], row["code"]): row for row in Industry.objects.values(*fields)}
    differing = [row for row in _industries(fixtures) if held.get((row["scheme"], row["code"])) != row]
    for row in differing:
        reference.upsert_industry(actor=actor, **row)
    return len(differing)
