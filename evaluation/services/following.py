"""A self-assessment moves, and what is known of its entity in the round follows. In the spine's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core import clock
from core.actor import Actor
from evaluation.models import RoundEntity
from evaluation.self_assessment.reading import COUNTS
from evaluation.services import collecting
from filings.enums import State
from filings.models import Filing
from filings.services import duties

#: Acts of the spine after which something about the round is different.
ACTS = ("submit", "withdraw", "resubmit", "not_accept", "accept", "close_review", "record")
#: States that are reached when an officer has looked at the figures.
CHECKED = (State.ACCEPTED, State.FILED)


def follow(filing: Filing, actor: Actor, given: Mapping[str, Any]) -> None:
    """Tie the filing to its place in the round, or let go of one that came to nothing; gather the figures anew."""
    held = RoundEntity.objects.filter(round__code=filing.period, entity=filing.entity_id, included=True)
    round_id = held.values_list("round", flat=True).first()
    if round_id is None:
        return
    gathers = collecting.holds(round_id)
    rows = RoundEntity.objects.select_for_update(of=("self",)).filter(
        round__code=filing.period, entity=filing.entity_id, included=True
    )
    subject = rows.select_related("round__scheme", "entity__district").first()
    if subject is None:
        return
    if filing.state in COUNTS:
        subject.filing = filing
    elif subject.filing_id == filing.pk:
        subject.filing = None
    changed = ["filing"]
    if filing.state in CHECKED and subject.checked_at is None:
        subject.checked_by, subject.checked_at = actor.user, clock.now()
        changed += ["checked_by", "checked_at"]
    subject.save(update_fields=changed)
    if gathers:
        collecting.collect_one(subject)
    duties.sync(subject)
