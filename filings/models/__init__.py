"""The spine's tables: proposals (`Filing` and what surrounds it) and the register (`Entity`)."""

from filings.models.accompaniment import Candidate, CandidateStep, Problem, ProblemStep, Visit
from filings.models.assignment import Absence, DistrictOfficer
from filings.models.cancellation import Cancellation, HearingPause, HearingStatement
from filings.models.decision import Decision, Notice, Objection
from filings.models.duty import CalendarFeed, Duty
from filings.models.entity import Certificate, Entity, EntityLevel, EntityLink, EntityMember
from filings.models.examination import CheckResult, Correction, Note, Waiver
from filings.models.filing import Attachment, Filing, FilingEvent, FilingVersion, SectionDraft
from filings.models.history import HistoryLine
from filings.models.load import LoadStage, RegisterLoad
from filings.models.paper import LETTERS, IssuedDocument, LetterTemplate, PaperKind
from filings.models.participant import Confirmation, Participant
from filings.models.rating import Rating
from filings.models.register import PeriodStatus, RegisterPeriod
from filings.models.review import Expert, ExpertTie, ReviewAssignment, ReviewPanel, ReviewScore

__all__ = [
    "LETTERS",
    "Absence",
    "Attachment",
    "CalendarFeed",
    "Cancellation",
    "Candidate",
    "CandidateStep",
    "Certificate",
    "CheckResult",
    "Confirmation",
    "Correction",
    "Decision",
    "DistrictOfficer",
    "Duty",
    "Entity",
    "EntityLevel",
    "EntityLink",
    "EntityMember",
    "Expert",
    "ExpertTie",
    "Filing",
    "FilingEvent",
    "FilingVersion",
    "HearingPause",
    "HearingStatement",
    "HistoryLine",
    "IssuedDocument",
    "LetterTemplate",
    "LoadStage",
    "Note",
    "Notice",
    "Objection",
    "PaperKind",
    "Participant",
    "PeriodStatus",
    "Problem",
    "ProblemStep",
    "Rating",
    "RegisterLoad",
    "RegisterPeriod",
    "ReviewAssignment",
    "ReviewPanel",
    "ReviewScore",
    "SectionDraft",
    "Visit",
    "Waiver",
]
