"""The facts of a community's filing. The only part that reads the database."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from alliances.community import terms
from alliances.network.facts import found
from filings.models import EntityLink
from filings.selectors import ladder

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def gather(filing: Filing) -> dict[str, Any]:
    """Facts named as in `alliances.community.conditions`."""
    before = found(str(filing.content.get("basic", {}).get("predecessor") or ""), terms.ALLIANCE)
    level = filing.entity.level if filing.entity is not None else "alliance" if before else ""
    rows = filing.content.get("elements", {}).get("elements") or ()
    return {
        "elements": {row.get("kind") for row in rows if row.get("kind")},
        "predecessor_kind": before.kind if before is not None else "",
        "asked_level": ladder.asked(filing),
        "previous_level": level,
    }


def of_entity(entity: Entity, on: datetime.date, *, without: int | None = None) -> dict[str, Any]:
    """The same facts of a community on the register."""
    before = (
        EntityLink.objects.filter(
            kind=EntityLink.Kind.PREDECESSOR, source=entity, target__kind=terms.ALLIANCE
        )
        .select_related("target")
        .first()
    )
    profile = getattr(entity, "community", None)
    kinds = profile.elements.values_list("kind", flat=True) if profile is not None else ()
    return {
        "elements": set(kinds),
        "predecessor_kind": before.target.kind if before is not None else "",
        "asked_level": entity.level,
        "previous_level": "alliance" if before is not None else "",
    }
