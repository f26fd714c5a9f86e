"""The timeline of a filing. Acts that are no transitions write here too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import clock
from core.actor import Actor
from filings.models import Filing, FilingEvent


def log(
    filing: Filing,
    name: str,
    label: str,
    *,
    actor: Actor,
    comment: str = "",
    source: str = "",
    target: str = "",
    detail: Mapping[str, Any] | None = None,
    staff_only: bool = False,
) -> FilingEvent:
    """A line on the timeline."""
    return FilingEvent.objects.create(
        filing=filing,
        at=clock.now(),
        actor=actor.user,
        organisation=actor.organisation,
        name=name,
        label=label,
        source=source,
        target=target,
        comment=comment,
        detail=dict(detail or {}),
        staff_only=staff_only,
    )
