"""Which parts of a filing an actor reads, once somebody may see it at all."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from accounts.permissions import Rule
from core.actor import Actor
from filings import permissions as may
from filings.enums import ParticipantRole, ParticipantState
from filings.models import Attachment, Correction, Filing, FilingEvent, IssuedDocument, Participant

GONE = (ParticipantState.DECLINED, ParticipantState.REMOVED)
# events whose words are meant for people outside the office: opinions and remarks of the others stay inside
SPOKEN = frozenset(
    {
        "submit", "withdraw", "resubmit", "recommend", "not_recommend", "return_for_correction", "not_accept",
        "reject", "invited", "declined", "removed", "confirmed_by_member", "confirmations_voided",
    }
)  # fmt: skip
INTERNAL = frozenset({"send_back"})


@dataclass
class Audience:
    """One actor before one filing. Each rule is asked once, so that a page costs the same for 1 and 25 rows."""

    actor: Actor
    filing: Filing

    def _holds(self, rule: Rule) -> bool:
        return rule(self.actor, self.filing)

    @cached_property
    def place(self) -> Participant | None:
        return may.own_place(self.actor, self.filing)

    @cached_property
    def is_applicant(self) -> bool:
        return self._holds(may.applicant)

    @cached_property
    def is_staff(self) -> bool:
        return self._holds(may.staff_reader)

    @cached_property
    def reads_case(self) -> bool:
        """Its answers, files and timeline."""
        return self.is_applicant or self.is_staff or self._holds(may.material_reader)

    @cached_property
    def reads_answers(self) -> bool:
        """The applicant's sections: also every participant, never an expert before the declaration."""
        return self.reads_case or self.place is not None

    def reads_section_of(self, owner: Participant | None) -> bool:
        """As `permissions.may_read_section`."""
        if owner is not None and owner.standing in GONE:
            return False
        if self.reads_case:
            return True
        place = self.place
        if place is None:
            return False
        return owner is None or owner.pk == place.pk or place.role == ParticipantRole.LEAD

    def participants(self) -> list[Participant]:
        """Those with a place; the applicant and staff also see who declined or was taken off."""
        rows = self.filing.participants.select_related("organisation")
        if not (self.is_applicant or self.is_staff):
            rows = rows.exclude(standing__in=GONE)
        return sorted(rows, key=lambda p: (p.role != ParticipantRole.LEAD, p.pk))

    def attachments(self) -> list[Attachment]:
        rows = self.filing.attachments.filter(removed_at=None).select_related("stored", "participant")
        return [row for row in rows if self.reads_section_of(row.participant)]

    def corrections(self) -> list[Correction]:
        """The applicant and staff read all; a participant its own and those of shared sections; experts none."""
        rows = list(self.filing.corrections.all())
        if self.is_applicant or self.is_staff:
            return rows
        place = self.place
        if place is None:
            return []
        shared = {section.key for section in self.filing.spec.shared_sections}
        return [
            row
            for row in rows
            if row.participant_id == place.pk or (row.participant_id is None and row.section in shared)
        ]

    def events(self) -> list[FilingEvent]:
        """The timeline; lines and words of the office stay there."""
        if not (self.reads_case or self.place is not None):
            return []
        rows = self.filing.events.select_related("actor", "organisation").order_by("at", "id")
        if self.is_staff:
            return list(rows)
        kept = list(rows.filter(staff_only=False).exclude(name__in=INTERNAL))
        for row in kept:
            row.comment = self._spoken(row)
        return kept

    def _spoken(self, row: FilingEvent) -> str:
        """A return names what every unit was asked to correct: for the lead, not for each member."""
        if row.name not in SPOKEN or (row.name == "return_for_correction" and not self.reads_case):
            return ""
        return str(row.comment)

    def papers(self) -> list[IssuedDocument]:
        """All for the applicant and staff; certificates, acceptance and decision for every participant too."""
        rows = self.filing.documents.select_related("stored", "filing__applicant")
        if self.is_applicant or self.is_staff:
            return list(rows)
        return list(rows.filter(kind__in=may.READ_BY_PARTICIPANTS)) if self.place is not None else []
