"""Who may read the bytes of a filing's files and papers; the download view asks here."""

from __future__ import annotations

from django.db.models import Q

from core.actor import Actor
from core.models import StoredFile
from filings import permissions as may
from filings import permissions_entity as may_entity
from filings import permissions_load as may_load
from filings.models import Attachment, HearingStatement, IssuedDocument, Rating, RegisterLoad


def may_read_attachment(actor: Actor, stored: StoredFile) -> bool:
    """Whoever may read a section that holds the file."""
    rows = Attachment.objects.filter(stored=stored).select_related(
        "filing__applicant", "filing__panel", "participant"
    )
    return any(may.may_read_file(actor, row) for row in rows)


def may_read_document(actor: Actor, stored: StoredFile) -> bool:
    """As `permissions.may_read_paper`, for each paper that has these bytes."""
    rows = IssuedDocument.objects.filter(stored=stored).select_related(
        "filing__applicant", "filing__panel", "cancellation__entity__lead", "cancellation__entity__district"
    )
    return any(may.may_read_paper(actor, row) for row in rows)


def may_read_statement(actor: Actor, stored: StoredFile) -> bool:
    """What a unit handed in at a hearing: its own people and the bureau's."""
    rows = HearingStatement.objects.filter(stored=stored).select_related("cancellation__entity")
    return any(
        may_entity.entity_lead(actor, row.cancellation.entity)
        or may_entity.entity_staff_reader(actor, row.cancellation.entity)
        for row in rows
    )


def may_read_rating(actor: Actor, stored: StoredFile) -> bool:
    """The report of a rating: staff at once, the lead once it is confirmed."""
    rows = Rating.objects.filter(report=stored).select_related("entity")
    return any(
        may_entity.entity_staff_reader(actor, row.entity)
        or (row.confirmed_at is not None and may_entity.entity_lead(actor, row.entity))
        for row in rows
    )


def may_read_load(actor: Actor, stored: StoredFile) -> bool:
    """A register handed in by an officer, and its marked copy: staff of the bureau."""
    rows = RegisterLoad.objects.filter(Q(file=stored) | Q(marked=stored)).select_related("authority")
    return any(may_load.load_viewer(actor, row) for row in rows)
