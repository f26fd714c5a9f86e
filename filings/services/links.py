"""How entities belong together: a cluster's alliance, an alliance's community, what came before."""

from __future__ import annotations

import datetime

from django.db import transaction

from core import audit, clock
from core.actor import Actor
from filings.enums import HistoryKind
from filings.models import Entity, EntityLink
from filings.services import history


@transaction.atomic
def link(
    *, kind: str, source: Entity, target: Entity, actor: Actor, since: datetime.date | None = None
) -> EntityLink:
    """`source` belongs to `target` from a day on (today). Linking twice is linking once."""
    day = since or clock.today()
    made, new = EntityLink.objects.get_or_create(
        kind=kind, source=source, target=target, until=None, defaults={"since": day}
    )
    if new:
        data = {"name": target.name, "code": target.code, "kind": kind}
        history.add(source, HistoryKind.LINKED, actor=actor, on=day, data=data)
        audit.record("entity.linked", actor=actor, obj=source, detail={"kind": kind, "target": target.code})
    return made


@transaction.atomic
def unlink(
    *, kind: str, source: Entity, actor: Actor, target: Entity | None = None, on: datetime.date | None = None
) -> int:
    """End the links of a kind (to one target, or to all) on a day; returns how many there were."""
    rows = EntityLink.objects.filter(kind=kind, source=source, until=None)
    ended = (rows.filter(target=target) if target is not None else rows).update(until=on or clock.today())
    if ended:
        audit.record("entity.unlinked", actor=actor, obj=source, detail={"kind": kind, "n": ended})
    return ended


@transaction.atomic
def relink(
    *, kind: str, source: Entity, target: Entity | None, actor: Actor, since: datetime.date | None = None
) -> None:
    """The one link of a kind that `source` is to have: to another target, or to none."""
    day = since or clock.today()
    for row in EntityLink.objects.filter(kind=kind, source=source, until=None).select_related("target"):
        if target is None or row.target_id != target.pk:
            unlink(kind=kind, source=source, target=row.target, actor=actor, on=day)
    if target is not None:
        link(kind=kind, source=source, target=target, actor=actor, since=day)
