"""Duties follow what is owed: opened, moved and closed here, in the transaction of whatever changed it."""

from __future__ import annotations

import zlib
from typing import Any

from django.db import connection, transaction

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
    "first_person_id",
    "authority_id",
    "opens_on",
    "due_at",
    "legal",
)
# another date, unit or person is a new occasion to remind
HANDED_ON = frozenset({"due_at", "organisation_id", "person_id"})
LONGEST = 200  # characters of a title or clause that are kept
LOCK = 0x44555459  # the class of our advisory locks; the scope is the other half


@transaction.atomic
def sync(matter: Any) -> list[Duty]:
    """Make the table follow what is owed in a matter (a model instance); returns its open duties.

    Running it again changes nothing. Call it at the end of the transaction that changed the matter.
    """
    return sync_scope(scope_of(matter))


@transaction.atomic
def sync_scope(scope: str) -> list[Duty]:
    """As `sync`, by scope."""
    _wait_for(scope)
    wanted = {owed.key: owed for owed in owed_in(scope)}
    rows = Duty.objects.select_for_update(of=("self",)).filter(scope=scope, standing=DutyStanding.OPEN)
    known = {row.key: row for row in rows}
    now = clock.now()
    for key, row in known.items():
        if key not in wanted:
            row.standing, row.done_at = DutyStanding.DONE, now
            row.save(update_fields=["standing", "done_at"])
    return [_follow(known.get(key), scope, owed) for key, owed in wanted.items()]


def _wait_for(scope: str) -> None:
    """One at a time in a matter: who asked the source before a change must not write after it.

    The lock ends with the transaction; a row to lock need not exist yet.
    """
    half = zlib.crc32(scope.encode()) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, half])


def row_of(owed: Owed) -> dict[str, Any]:
    """The columns of a duty that say what is owed."""
    found = {name: getattr(owed, name) for name in COPIED}
    return found | {name: found[name][:LONGEST] for name in ("title", "clause")}


def _follow(row: Duty | None, scope: str, owed: Owed) -> Duty:
    values = row_of(owed)
    if row is None:
        return Duty.objects.create(scope=scope, key=owed.key, created_at=clock.now(), **values)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if HANDED_ON.intersection(changed):
        row.reminded_on = None  # who has it now was never reminded
        changed.append("reminded_on")
    if "due_at" in changed:
        row.escalated_at = None
        changed.append("escalated_at")
    if changed:
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
