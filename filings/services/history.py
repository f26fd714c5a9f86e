"""The public history line of an entity: a line for each thing that happened, as data."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from core import clock
from core.actor import Actor
from core.canonical import plain
from filings.models import Entity, Filing, HistoryLine


def add(
    entity: Entity,
    kind: str,
    *,
    actor: Actor,
    on: datetime.date | None = None,
    data: Mapping[str, Any] | None = None,
    filing: Filing | None = None,
    public: bool = True,
) -> HistoryLine:
    """A line in the caller's transaction; `on` is the day it took effect (today)."""
    return HistoryLine.objects.create(
        entity=entity,
        kind=kind,
        on=on or clock.today(),
        data=plain(dict(data or {})),
        filing=filing,
        public=public,
        recorded_at=clock.now(),
        recorded_by=actor.user,
    )
