"""One transition of a filing: the workflow performs it, the timeline and the clock follow in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core import clock
from core.actor import Actor
from core.workflow import Transition
from filings.models import Filing, FilingEvent
from filings.selectors.clock import due_after
from filings.workflow import workflow_of

Effect = Callable[[Filing, Transition, Actor, Mapping[str, Any]], None]


def perform(
    filing: Filing,
    name: str,
    *,
    actor: Actor,
    comment: str = "",
    data: Mapping[str, Any] | None = None,
    effect: Effect | None = None,
    version: int | None = None,
) -> Filing:
    """Perform a transition. Raises NotNow, NotAllowed, Invalid or Stale; nothing is half-written."""

    def after(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        words = str(given.get("comment") or "") or _reason(given)
        log(
            row,
            name,
            str(transition.label),
            actor=who,
            comment=words,
            source=str(given["source"]),
            target=transition.target,
        )
        if effect is not None:
            effect(row, transition, who, given)
        row.due_at = due_after(row)
        row.save(update_fields=["due_at"])

    return workflow_of(filing).perform(
        filing, name, actor=actor, comment=comment, data=data, effect=after, version=version
    )


def _reason(given: Mapping[str, Any]) -> str:
    """A return's reason is the list of its items when no other word is given."""
    return "；".join(str(item["message"]) for item in given.get("items") or ())


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
