"""Entities, ratings and cancellations as plain dictionaries. Their shapes are in `answers_entities`."""

from __future__ import annotations

import datetime
from typing import Any

from core.actor import Actor
from filings.api.shown import day, moment, paper, problem
from filings.enums import CancellationState
from filings.models import Cancellation, Duty, Entity, EntityMember, HearingStatement, Rating, Waiver
from filings.presentation import cancellation as cases
from filings.presentation import entity as words
from filings.selectors import cancellations, entity_page
from filings.selectors.entity_page import Sight
from filings.selectors.lifecycle import law_of
from filings.services.cancellation import ACTIONS
from filings.workflow_cancellation import CANCELLATION


def inside(sight: Sight, on: datetime.date) -> dict[str, Any]:
    """An entity as this actor reads it from the inside, members as of a day."""
    entity = sight.entity
    return {
        "lamp": entity.lamp,
        "unmet": entity.unmet,
        "officer": str(entity.officer) if entity.officer else None,
        "members": [member(row, inside=sight.reads_inside) for row in entity_page.members(entity, on)],
        "ratings": [rating(row, sight) for row in entity_page.ratings(sight)],
        "waivers": [waiver(row, sight) for row in entity_page.waivers(sight)],
        "duties": [duty(row) for row in entity_page.open_duties(sight)],
        "documents": [paper(row) for row in entity_page.papers(sight)],
        "cancellations": [
            cancellation_row(row, entity, staff=sight.is_staff) for row in entity_page.cancellations(sight)
        ],
    }


def member(row: EntityMember, *, inside: bool) -> dict[str, Any]:
    return {
        "credit_code": row.organisation.credit_code,
        "name": row.organisation.name,
        "role": row.role,
        "since": day(row.since),
        "until": day(row.until),
        "left_reason": row.left_reason if inside else "",
    }


def rating(row: Rating, sight: Sight) -> dict[str, Any]:
    """Score, summary and report are for the lead and staff; what follows is said while it waits."""
    state, reads = words.rating_state(row), sight.reads_inside
    follows = words.consequence(sight.entity, row.grade) if state == "pending" else None
    return {
        "id": row.pk,
        "round": row.round,
        "rated_on": day(row.rated_on),
        "grade": row.grade,
        "word": words.grade_word(row),
        "state": state,
        "by_whom": row.by_whom,
        "score": str(row.score) if reads and row.score is not None else None,
        "summary": row.summary if reads else "",
        "report": f"/files/{row.report_id}/" if reads and row.report_id else None,
        "consequence": follows["text"] if follows else None,
    }


def waiver(row: Waiver, sight: Sight) -> dict[str, Any]:
    """Why it was asked for is read by the lead and staff; the public reason by the others once it holds."""
    state = (
        "ended"
        if row.ended_on
        else "confirmed"
        if row.confirmed_at
        else "granted"
        if row.granted_at
        else "asked"
    )
    return {
        "condition": row.condition,
        "clause": law_of(sight.entity).cite(row.condition),
        "state": state,
        "applicant_reason": row.applicant_reason if sight.reads_inside else "",
        "public_reason": row.public_reason if sight.is_staff or row.confirmed_at else "",
        "ended_on": day(row.ended_on),
    }


def duty(row: Duty) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "title": row.title,
        "organisation": row.organisation.name,
        "opens_on": day(row.opens_on),
        "due_at": moment(row.due_at),
        "legal": row.legal,
        "clause": row.clause,
    }


def cancellation_row(row: Cancellation, entity: Entity, *, staff: bool) -> dict[str, Any]:
    """A line; a unit does not read how far the office is once its hearing is over."""
    state = CancellationState(row.state)
    if not staff and state == CancellationState.PROPOSED:
        state = CancellationState.HEARD
    return {
        "id": row.pk,
        "entity": entity.code,
        "state": str(state),
        "state_label": str(state.label),
        "version": row.version,
        "ground": row.ground,
        "ground_label": words.ground_label(entity, row.ground),
        "clause": row.clause,
        "served_at": moment(row.served_at),
        "hearing_until": day(row.hearing_until),
        "decided_on": day(row.decided_on),
    }


def cancellation(row: Cancellation, actor: Actor) -> dict[str, Any]:
    """The case as this actor reads it: what is internal stays with staff."""
    staff = cancellations.reads_as_staff(actor, row)
    dropped = row.state == CancellationState.DROPPED
    papers = row.documents.select_related("stored").order_by("pk")
    return cancellation_row(row, row.entity, staff=staff) | {
        "condition": row.condition,
        "reason": row.reason,
        "hearing_open": cases.is_hearing(row),
        "statements": [statement(one) for one in row.statements.all()],
        "available_actions": available_actions(row, actor) if staff else [],
        "weighed": row.weighed if staff or not row.is_open else "",
        "proposal": row.proposal if staff else "",
        "decision": row.decision if staff or dropped else "",
        "documents": [paper(one) for one in papers],
    }


def available_actions(row: Cancellation, actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "name": t.name,
            "label": str(t.label),
            "danger": t.danger,
            "needs_comment": t.needs_comment,
            "takes": list(ACTIONS[t.name][1]),
            "problems": [problem(p) for p in t.problems(row, actor)],
        }
        for t in CANCELLATION.available(row, actor)
    ]


def statement(row: HearingStatement) -> dict[str, Any]:
    return {
        "id": row.pk,
        "text": row.text,
        "stated_at": moment(row.stated_at),
        "file": f"/files/{row.stored_id}/" if row.stored_id else None,
    }
