"""What one filing holds: its people, files, law, judgements, parts to confirm. No writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from core import clock
from filings import content as parts
from filings.conditions import Judgement, judge
from filings.enums import ParticipantState
from filings.models import Attachment, Filing, Participant, Waiver
from filings.programmes import Owner
from policy.law import Law, law_on

GONE = (ParticipantState.DECLINED, ParticipantState.REMOVED)


def active_participants(filing: Filing) -> list[Participant]:
    """Participants that still have a place, the lead first, then in order of invitation."""
    rows = filing.participants.exclude(standing__in=GONE).select_related("organisation__district__parent")
    return sorted(rows, key=lambda p: (p.role != "lead", p.pk))


def live_attachments(filing: Filing) -> list[Attachment]:
    """Attachments not removed, with their stored files."""
    return list(filing.attachments.filter(removed_at=None).select_related("stored", "participant"))


def file_facts(rows: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Files as the content module compares them."""
    return [
        {
            "id": a.pk,
            "section": a.section,
            "field": a.field,
            "name": a.stored.name,
            "size": a.stored.size,
            "sha256": a.stored.sha256,
        }
        for a in rows
    ]


def law_for(filing: Filing) -> Law:
    """The law of the day of the facts: the submission, or today while it is a draft; of the authority's place."""
    return law_on(law_day(filing), filing.spec.place)


def law_day(filing: Filing) -> date:
    return clock.local(filing.submitted_at).date() if filing.submitted_at else clock.today()


def shared_part(filing: Filing, files: list[Attachment] | None = None) -> dict[str, Any]:
    """What every participant confirms."""
    own = [a for a in (live_attachments(filing) if files is None else files) if a.participant_id is None]
    return parts.shared_part(filing.spec, filing.content, file_facts(own))


def part_to_confirm(participant: Participant, files: list[Attachment] | None = None) -> dict[str, Any]:
    """Exactly what this participant confirms now."""
    filing = participant.filing
    rows = live_attachments(filing) if files is None else files
    own = [a for a in rows if a.participant_id == participant.pk]
    return parts.confirmed_part(
        shared_part(filing, rows), participant.role, participant.content, file_facts(own)
    )


def waivers(filing: Filing) -> dict[str, dict[str, Any]]:
    """Waivers by condition, as `judge` reads them."""
    return {
        row.condition: waiver_facts(row)
        for row in filing.waivers.select_related("granted_by", "confirmed_by")
    }


def waiver_facts(row: Waiver) -> dict[str, Any]:
    return {
        "applicant_reason": row.applicant_reason,
        "public_reason": row.public_reason,
        "granted": row.granted_at is not None,
        "confirmed": row.confirmed_at is not None,
    }


def judgements(filing: Filing) -> list[Judgement]:
    """Every condition of the programme, judged now under the law of the filing's day."""
    spec = filing.spec
    return judge(spec.conditions, spec.facts(filing), law_for(filing), waivers(filing))


def snapshot(filing: Filing) -> dict[str, Any]:
    """The whole proposal as a version keeps it."""
    files = live_attachments(filing)
    people = active_participants(filing)
    return {
        "programme": filing.programme,
        "action": filing.action,
        "content": filing.content,
        "participants": {
            p.organisation.credit_code: {
                "name": p.organisation.name,
                "role": p.role,
                "content": p.content,
                "files": file_facts(a for a in files if a.participant_id == p.pk),
            }
            for p in people
        },
        "files": file_facts(a for a in files if a.participant_id is None),
        "reasons": {
            row.condition: row.applicant_reason for row in filing.waivers.all() if row.applicant_reason
        },
    }


def owner_content(filing: Filing, section_key: str, participant: Participant | None) -> dict[str, Any]:
    """The stored answers of a section: the filing's or, for a participant's own section, the participant's."""
    section = filing.spec.section(section_key)
    if section is not None and section.owner is Owner.PARTICIPANT:
        return dict(participant.content.get(section_key, {})) if participant else {}
    return dict(filing.content.get(section_key, {}))
