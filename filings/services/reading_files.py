"""Who may read the bytes of a filing's files and papers; the download view asks here."""

from __future__ import annotations

from core.actor import Actor
from core.models import StoredFile
from filings import permissions as may
from filings.models import Attachment, IssuedDocument


def may_read_attachment(actor: Actor, stored: StoredFile) -> bool:
    """Whoever may read a section that holds the file."""
    rows = Attachment.objects.filter(stored=stored).select_related(
        "filing__applicant", "filing__panel", "participant"
    )
    return any(may.may_read_file(actor, row) for row in rows)


def may_read_document(actor: Actor, stored: StoredFile) -> bool:
    """A receipt: the applicant's unit and staff. A certificate: every participant too."""
    rows = IssuedDocument.objects.filter(stored=stored).select_related("filing__applicant", "filing__panel")
    return any(may.may_read_paper(actor, row) for row in rows)
