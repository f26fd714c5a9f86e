"""Duties follow what is owed: opened, moved and closed here, in the transaction of whatever changed it."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core import clock
from filings.enums import DutyStanding
from filings.models import Duty
from filings.owed import Owed, owed_in, scope_of

COPIED = (
    "kind",
    "title",
    "clause",
    "filing_id",
    "entity_id",
    "organisation_id",
    "person_id",
    "authority_id",
    "opens_on",
    "due_at",
    "legal",
)


@transaction.atomic
def sync(matter: Any) -> list[Duty]:
    """Make the table follow what is owed in a matter (a model instance); returns its open duties.

    Running it again changes nothing. Call it at the end of the transaction that changed the matter.
    """
    return sync_scope(scope_of(matter))


@transaction.atomic
def sync_scope(scope: str) -> list[Duty]:
    """As `sync`, by scope."""
    wanted = {owed.key: owed for owed in owed_in(scope)}
    rows = Duty.objects.select_for_update(of=("self",)).filter(scope=scope, standing=DutyStanding.OPEN)
    known = {row.key: row for row in rows}
    now = clock.now()
    for key, row in known.items():
        if key not in wanted:
            row.standing, row.done_at = DutyStanding.DONE, now
            row.save(update_fields=["standing", "done_at"])
    return [_follow(known.get(key), scope, owed) for key, owed in wanted.items()]


def _follow(row: Duty | None, scope: str, owed: Owed) -> Duty:
    values = {name: getattr(owed, name) for name in COPIED}
    if row is None:
        return Duty.objects.create(scope=scope, key=owed.key, created_at=clock.now(), **values)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if "due_at" in changed:
        # a new date is a new occasion to remind and to escalate
        row.reminded_on = row.escalated_at = None
        changed += ["reminded_on", "escalated_at"]
    if changed:
        for name in changed:
            if name in values:
                setattr(row, name, values[name])
        row.save(update_fields=changed)
    return row


def still_owed(duty: Duty) -> bool:
    """Asked again at the source: whether this very duty is owed now, by the same unit and person, until the same moment."""
    for owed in owed_in(duty.scope):
        if owed.key == duty.key:
            return all(
                getattr(owed, n) == getattr(duty, n) for n in ("organisation_id", "person_id", "due_at")
            )
    return False
