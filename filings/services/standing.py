"""The lamp over an entity: judged again whenever something of it changes, and every night."""

from __future__ import annotations

from django.db import transaction

from core import audit, clock
from core.actor import Actor
from filings.enums import EntityState
from filings.models import Entity
from filings.selectors.lifecycle import lamp_of
from filings.services import duties


@transaction.atomic
def refresh(entity: Entity, *, actor: Actor | None = None) -> Entity:
    """Judge the entity as of today, keep the light with what stands in the way, and let its duties follow.

    `lamp_at` is since when it shows what it shows: running it again writes nothing. An entity that has ended
    keeps its last light and owes nothing.
    """
    row = Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=entity.pk)
    if row.standing == EntityState.REGISTERED:
        before = row.lamp
        lamp, found = lamp_of(row, clock.today())
        unmet = [
            {"condition": j.condition, "label": j.label, "message": j.message, "clause": j.clause}
            for j in found
        ]
        if row.lamp_at is None or (lamp.value, unmet) != (row.lamp, row.unmet):
            row.lamp, row.unmet, row.lamp_at = lamp.value, unmet, clock.now()
            row.save(update_fields=["lamp", "lamp_at", "unmet"])
        if row.lamp != before:
            audit.record(
                "entity.lamp",
                actor=actor or Actor.system(),
                obj=row,
                detail={"from": before, "to": row.lamp, "unmet": [j.condition for j in found]},
            )
    duties.sync(row)
    entity.lamp, entity.lamp_at, entity.unmet = row.lamp, row.lamp_at, row.unmet
    return row
