"""The law's revision: bumped by whatever changes the law, read by every process before it trusts its cache."""

from __future__ import annotations

import uuid

from core import clock
from policy.models import LawRevision
from policy.selectors.law import revision


def bump() -> LawRevision:
    """A new number and token, inside the caller's transaction. Concurrent publishers queue on the row."""
    row, _created = LawRevision.objects.select_for_update().get_or_create(
        pk=1, defaults={"token": uuid.uuid4().hex, "changed_at": clock.now()}
    )
    row.number += 1
    row.token, row.changed_at = uuid.uuid4().hex, clock.now()
    row.save()
    revision.forget()
    return row
