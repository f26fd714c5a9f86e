"""What goes out: plain dictionaries, built from instances or rows already read. Their shapes are in `answers`."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from core import clock
from core.actor import Actor
from core.errors import Problem
from filings import programmes
from filings.conditions import Judgement
from filings.content import fingerprint
from filings.models import (
    Attachment,
    CheckResult,
    Correction,
    Decision,
    Filing,
    FilingEvent,
    FilingVersion,
    IssuedDocument,
    Note,
    Objection,
    Participant,
    ReviewAssignment,
    Waiver,
)
from filings.selectors.audience import Audience
from filings.selectors.clock import face
from filings.selectors.reading import judgements, part_to_confirm, waiver_facts
from filings.services.actions import ACTIONS
from filings.workflow import workflow_of

ROW = (
    "pk",
    "programme",
    "action",
    "state",
    "version",
    "title",
    "industry",
    "receipt_number",
    "applicant__credit_code",
    "applicant__name",
    "authority__credit_code",
    "authority__name",
    "district__code",
    "district__label",
    "entity__code",
    "created_at",
    "submitted_at",
    "due_at",
    "period",
)


def moment(value: datetime.datetime | None) -> str | None:
    """ISO 8601 in Asia/Shanghai, to the second."""
    return None if value is None else clock.local(value).replace(microsecond=0).isoformat()


def day(value: datetime.date | None) -> str | None:
    return None if value is None else value.isoformat()


def unit(code: str, name: str) -> dict[str, str]:
    return {"credit_code": code, "name": name}


def problem(found: Problem) -> dict[str, str]:
    return found.as_dict()


def filing_row(row: tuple[Any, ...], *, staff: bool) -> dict[str, Any]:
    """A line of the list from a tuple of `ROW`."""
    return {
        "id": row[0],
        "programme": row[1],
        "action": row[2],
        "state": row[3],
        "state_label": programmes.state_label(row[1], row[2], row[3], staff=staff),
        "version": row[4],
        "title": row[5],
        "industry": row[6],
        "receipt_number": row[7] or "",
        "applicant": unit(row[8], row[9]),
        "authority": unit(row[10], row[11]),
        "district": {"code": row[12], "name": row[13]},
        "entity": row[14],
        "created_at": moment(row[15]),
        "submitted_at": moment(row[16]),
        "due_at": moment(row[17]),
        "period": row[18],
    }


def head(filing: Filing, *, staff: bool) -> dict[str, Any]:
    """The same line from an instance."""
    f = filing
    return filing_row(
        (
            f.pk,
            f.programme,
            f.action,
            f.state,
            f.version,
            f.title,
            f.industry,
            f.receipt_number,
            f.applicant.credit_code,
            f.applicant.name,
            f.authority.credit_code,
            f.authority.name,
            f.district.code,
            f.district.label,
            f.entity.code if f.entity else None,
            f.created_at,
            f.submitted_at,
            f.due_at,
            f.period,
        ),
        staff=staff,
    )


def available_actions(actor: Actor, filing: Filing) -> list[dict[str, Any]]:
    """What this actor may do from here, with what it takes and what still stands in the way."""
    return [
        {
            "name": transition.name,
            "label": filing.label_of(transition),
            "danger": transition.danger,
            "needs_comment": transition.needs_comment,
            "takes": [n for n in ACTIONS[transition.name][1] if n != "award" or filing.spec.hooks.asks],
            "problems": [problem(p) for p in transition.problems(filing, actor)],
        }
        for transition in workflow_of(filing).available(filing, actor)
    ]


def assigned(filing: Filing, since: datetime.datetime | None) -> dict[str, Any]:
    person = filing.assigned_to
    return {"officer": person.username, "name": str(person), "since": moment(since)}


def eligibility(found: Judgement) -> dict[str, Any]:
    return {
        "condition": found.condition,
        "strength": str(found.strength),
        "stage": str(found.stage),
        "met": found.met,
        "message": found.message,
        "clause": found.clause,
        "waiver": dict(found.waiver) if found.waiver is not None else None,
    }


def participant(row: Participant, audience: Audience) -> dict[str, Any]:
    """A unit in the filing; `content` is null for who may not read its own section."""
    return {
        "id": row.pk,
        "organisation": unit(row.organisation.credit_code, row.organisation.name),
        "kind": row.organisation.kind,
        "role": row.role,
        "state": row.standing,
        "version": row.version,
        "content": row.content if audience.reads_section_of(row) else None,
    }


def participant_detail(row: Participant, audience: Audience) -> dict[str, Any]:
    """With exactly what the unit confirms, for the unit itself, and the standing confirmation."""
    confirmation = row.confirmations.filter(voided_at=None).first()
    own = audience.place is not None and audience.place.pk == row.pk
    part = part_to_confirm(row) if own else None
    return participant(row, audience) | {
        "confirmed_at": moment(confirmation.confirmed_at) if confirmation else None,
        "confirmed_sha256": confirmation.sha256 if confirmation else None,
        "declined_reason": row.declined_reason,
        "to_confirm": part,
        "to_confirm_sha256": fingerprint(part) if part is not None else None,
    }


def attachment(row: Attachment) -> dict[str, Any]:
    return {
        "id": row.pk,
        "participant": row.participant_id,
        "section": row.section,
        "field": row.field,
        "name": row.stored.name,
        "size": row.stored.size,
        "sha256": row.stored.sha256,
        "mime": row.stored.mime,
        "url": f"/files/{row.stored_id}/",
    }


def correction(row: Correction) -> dict[str, Any]:
    return {
        "id": row.pk,
        "round": row.round,
        "number": row.number,
        "section": row.section,
        "field": row.field,
        "participant": row.participant_id,
        "message": row.message,
        "state": row.standing,
        "answer": row.answer,
        "created_at": moment(row.created_at),
        "answered_at": moment(row.answered_at),
        "closed_at": moment(row.closed_at),
    }


def check(row: CheckResult) -> dict[str, Any]:
    return {
        "item": row.item,
        "machine": row.machine,
        "machine_note": row.machine_note,
        "result": row.result,
        "verdict": row.verdict,
        "note": row.note,
        "checked_at": moment(row.checked_at),
    }


def decision(row: Decision) -> dict[str, Any]:
    return {
        "months": row.months,
        "opinion": row.opinion,
        "proposed_by": str(row.proposed_by),
        "proposed_at": moment(row.proposed_at),
        "result": row.result,
        "comment": row.comment,
        "decided_by": str(row.decided_by) if row.decided_by else None,
        "decided_at": moment(row.decided_at),
    }


def paper(row: IssuedDocument) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "number": row.number,
        "verification_code": row.verification_code,
        "issued_at": moment(row.issued_at),
        "url": f"/files/{row.stored_id}/" if row.stored_id else None,
    }


def event(row: FilingEvent, *, staff: bool) -> dict[str, Any]:
    """A line of the timeline; names of persons are for staff."""
    return {
        "at": moment(row.at),
        "name": row.name,
        "label": row.label,
        "source": row.source,
        "target": row.target,
        "comment": row.comment,
        "organisation": row.organisation.name if row.organisation else None,
        "person": str(row.actor) if staff and row.actor else None,
    }


def version(row: FilingVersion) -> dict[str, Any]:
    return {"number": row.number, "sha256": row.sha256, "created_at": moment(row.created_at)}


def note(row: Note) -> dict[str, Any]:
    return {"id": row.pk, "text": row.text, "author": str(row.author), "created_at": moment(row.created_at)}


def objection(row: Objection) -> dict[str, Any]:
    return {
        "id": row.pk,
        "notice": row.notice_id,
        "receipt": row.receipt,
        "name": row.name,
        "contact": row.contact,
        "text": row.text,
        "received_at": moment(row.received_at),
        "due_at": moment(row.due_at),
        "outcome": row.outcome,
        "reply": row.reply,
        "answered_at": moment(row.answered_at),
    }


def waiver(row: Waiver) -> dict[str, Any]:
    return waiver_facts(row)


def assignment(row: ReviewAssignment, *, staff: bool) -> dict[str, Any]:
    """One expert's review; who it is, only for staff."""
    return {
        "expert": str(row.expert) if staff else None,
        "state": row.standing,
        "conflict": row.conflict,
        "conflict_note": row.conflict_note,
        "opinion": row.opinion,
        "scored_at": moment(row.scored_at),
        "scores": [
            {"criterion": s.criterion, "value": str(s.value), "rationale": s.rationale}
            for s in row.scores.all()
        ],
    }


def notice_line(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "starts_on": day(row.starts_on),
        "ends_on": day(row.ends_on),
        "closed": row.closed_at is not None,
    }


def _rows(show: Any, rows: Iterable[Any]) -> list[Any]:
    return [show(row) for row in rows]


def filing_detail(actor: Actor, filing: Filing) -> dict[str, Any]:
    """The whole case as this actor reads it."""
    audience = Audience(actor, filing)
    staff, reads = audience.is_staff, audience.reads_answers
    shown = face(filing)
    return head(filing, staff=staff) | {
        "reason": filing.reason if reads else "",
        "clock": {
            "holder": shown.holder,
            "days_left": shown.days_left,
            "paused": shown.paused,
            "late": shown.late,
        },
        "content": filing.content if reads else None,
        "available_actions": available_actions(actor, filing),
        "eligibility": _rows(eligibility, judgements(filing)) if reads else [],
        "participants": [participant(row, audience) for row in audience.participants()],
        "attachments": _rows(attachment, audience.attachments()),
        "corrections": _rows(correction, audience.corrections()),
        "checks": _rows(check, filing.checks.all()) if staff else [],
        "decisions": _rows(decision, filing.decisions.select_related("proposed_by", "decided_by"))
        if staff
        else [],
        "notices": _rows(notice_line, filing.notices.all()),
        "documents": _rows(paper, audience.papers()),
        "award": own(filing, staff) if reads and (own := filing.spec.hooks.api) is not None else None,
    }
