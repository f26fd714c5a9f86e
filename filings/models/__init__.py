"""The spine's tables: proposals (`Filing` and what surrounds it) and the register (`Entity`)."""

from filings.models.decision import Decision, Notice, Objection
from filings.models.entity import Certificate, Entity, EntityLink, EntityMember, IssuedDocument
from filings.models.examination import CheckResult, Correction, Note, Waiver
from filings.models.filing import Attachment, Filing, FilingEvent, FilingVersion, SectionDraft
from filings.models.participant import Confirmation, Participant
from filings.models.review import Expert, ExpertTie, ReviewAssignment, ReviewPanel, ReviewScore

__all__ = [
    "Attachment",
    "Certificate",
    "CheckResult",
    "Confirmation",
    "Correction",
    "Decision",
    "Entity",
    "EntityLink",
    "EntityMember",
    "Expert",
    "ExpertTie",
    "Filing",
    "FilingEvent",
    "FilingVersion",
    "IssuedDocument",
    "Note",
    "Notice",
    "Objection",
    "Participant",
    "ReviewAssignment",
    "ReviewPanel",
    "ReviewScore",
    "SectionDraft",
    "Waiver",
]
