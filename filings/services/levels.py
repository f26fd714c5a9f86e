"""级别沿革: the levels an entity has had, each with the document that gave it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from filings.models import Entity, EntityLevel, Filing
from filings.selectors.ladder import Approval, approval

if TYPE_CHECKING:
    from filings.services.applying import Document


def approval_of(row: Filing) -> Approval:
    """The approval document of a filing; it was complete when the filing was submitted."""
    found = approval(row)
    if found is None:
        raise ValueError("a filing without an approval document gives no level")
    return found


def own_document(entity: Entity, document: Document) -> Approval:
    """The document of the authority that decided here."""
    return Approval(document.number, document.dated, entity.authority.name)


def begin(
    entity: Entity, level: str, since: datetime.date, given: Approval, *, ground: Filing | None = None
) -> EntityLevel:
    """A level from a day on; the one before ends there. In the caller's transaction, the entity locked.

    Entered late, a document may be older than the level it follows: that one then lasted no day.
    """
    running = entity.level_steps.filter(until__isnull=True).first()
    if running is not None:
        since = max(since, running.since)
        running.until = since
        running.save(update_fields=["until"])
    step = EntityLevel.objects.create(
        entity=entity,
        level=level,
        since=since,
        document_number=given.number,
        document_date=given.dated,
        issued_by=given.issued_by,
        ground=ground,
    )
    if entity.level != level:
        entity.level = level
        entity.save(update_fields=["level"])
    return step
