"""One transition of a filing: the workflow performs it, the timeline and the clock follow in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from core.actor import Actor
from core.workflow import Transition
from filings.models import Filing
from filings.selectors.clock import due_after
from filings.services import assignment, duties, letters, telling
from filings.services.timeline import log
from filings.workflow import workflow_of

# acts after which an entity may owe less, or again: what it had to file has been filed, or came to nothing
CHANGES_WHAT_IS_OWED = ("submit", "withdraw", "not_recommend", "not_accept", "reject")

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
            row.label_of(transition),
            actor=who,
            comment=words,
            source=str(given["source"]),
            target=transition.target,
        )
        if effect is not None:
            effect(row, transition, who, given)
        own = row.spec.hooks.on_act.get(name)
        if own is not None:
            own(row, who, given)
        if _reaches_the_bureau(row, name):
            assignment.assign_automatically(filing=row, actor=who)
        row.due_at = due_after(row)
        row.save(update_fields=["due_at"])
        duties.sync(row)
        if row.entity is not None and name in CHANGES_WHAT_IS_OWED:
            duties.sync(row.entity)
        letters.after_transition(row, name, who, given)
        telling.after_transition(row, name, who)

    return workflow_of(filing).perform(
        filing, name, actor=actor, comment=comment, data=data, effect=after, version=version
    )


def _reaches_the_bureau(row: Filing, name: str) -> bool:
    return name == ("recommend" if row.spec.procedure.recommendation else "submit")


def _reason(given: Mapping[str, Any]) -> str:
    """A return's reason is the list of its items when no other word is given."""
    return "；".join(str(item["message"]) for item in given.get("items") or ())
