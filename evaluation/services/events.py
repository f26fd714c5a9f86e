"""The time line of a round."""

from __future__ import annotations

from core import clock
from core.actor import Actor
from evaluation.models import Round, RoundEvent


def note(
    round: Round, name: str, text: str, *, actor: Actor, comment: str = "", exceptional: bool = False
) -> RoundEvent:
    """One line; `exceptional` is what an auditor asks for: reopened, extended, stopped."""
    return RoundEvent.objects.create(
        round=round,
        name=name,
        text=text[:200],
        comment=comment.strip()[:5000],
        by=actor.user,
        at=clock.now(),
        exceptional=exceptional,
    )
