"""Visits, problems and candidates in the words and keys of the components."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from filings import programmes
from filings.enums import CandidateStage, ProblemState
from filings.models import Candidate, Entity, Problem, ProblemStep, Visit
from filings.permissions_accompany import problem_unit
from filings.presentation.status import due_face
from filings.selectors.accompany import intake_until, visit_state
from filings.selectors.candidates import is_overdue
from filings.workflow_problem import PROBLEM

TONES = {
    "held": "done",
    "planned": "todo",
    "overdue": "bad",
    "called_off": "off",
    ProblemState.RAISED: "todo",
    ProblemState.ASSIGNED: "doing",
    ProblemState.ANSWERED: "wait",
    ProblemState.CLOSED: "done",
    CandidateStage.FOUND: "todo",
    CandidateStage.CULTIVATED: "doing",
    CandidateStage.MATURE: "act",
    CandidateStage.APPLIED: "done",
    CandidateStage.DROPPED: "off",
}
INNER = frozenset({"reassign"})  # acts whose words stay in the office


def visit_word(state: str) -> str:
    return {
        "held": _("已走访"),
        "planned": _("计划中"),
        "overdue": _("逾期未走访"),
        "called_off": _("已取消"),
    }[state]


def visit_line(row: Visit) -> dict[str, Any]:
    """A visit as the lists of the office show it."""
    state = visit_state(row)
    return {
        "pk": row.pk,
        "entity": row.entity,
        "day": row.held_on or row.planned_on,
        "kind": row.get_kind_display(),
        "purpose": row.purpose,
        "visitor": str(row.visitor),
        "tone": TONES[state],
        "word": visit_word(state),
    }


def told_visits(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """`selectors.accompany.visit_rows` with address, word and shape of each."""
    return [
        row
        | {
            "url": reverse("filings:visit", args=[row["visit"].pk]) if row["visit"] else "",
            "tone": TONES[row["state"]],
            "word": visit_word(row["state"]),
        }
        for row in rows
    ]


def problem_line(row: Problem) -> dict[str, Any]:
    """A problem as any list shows it; the clock runs while the office has the ball."""
    return {
        "pk": row.pk,
        "url": reverse("filings:problem", args=[row.pk]),
        "title": row.title,
        "entity": row.entity,
        "unit": row.raised_for.name,
        "owner": str(row.owner) if row.owner else "",
        "raised_at": row.raised_at,
        "tone": TONES[row.state],
        "word": row.get_state_display(),
        "clock": problem_clock(row),
    }


def problem_clock(row: Problem) -> dict[str, Any]:
    if row.state == ProblemState.RAISED:
        return due_face(clock.end_of_day(intake_until(row)))
    if row.state == ProblemState.ASSIGNED and row.due_on is not None:
        return due_face(clock.end_of_day(row.due_on))
    return due_face(None)


def problem_events(steps: Iterable[ProblemStep], *, staff: bool) -> list[dict[str, Any]]:
    """The timeline; why another owner was named stays in the office."""
    labels = {"raise": _("提出困难")} | {t.name: str(t.label) for t in PROBLEM}
    kinds = {"settle": "good", "close": "good", "reopen": "bad"}
    return [
        {
            "at": step.at,
            "label": labels.get(step.name, step.name),
            "actor": f"{step.by} {step.organisation.name}",
            "detail": step.text if staff or step.name not in INNER else "",
            "kind": kinds.get(step.name, ""),
        }
        for step in steps
    ]


def problem_acts(actor: Actor, row: Problem) -> list[dict[str, Any]]:
    """What this actor may do from here, with what still stands in the way."""
    return [
        {
            "name": t.name,
            "label": str(t.label),
            "url": reverse("filings:problem_act", args=[row.pk, t.name]),
            "problems": t.problems(row, actor) if t.name == "close" else [],
        }
        for t in PROBLEM.available(row, actor)
    ]


def awaits(actor: Actor, row: Problem) -> bool:
    """Whether this unit is asked if it is solved."""
    return row.state == ProblemState.ANSWERED and problem_unit(actor, row)


def candidate_card(row: Candidate) -> dict[str, Any]:
    """A candidate as list and board show it."""
    return {
        "pk": row.pk,
        "name": row.name,
        "unit": row.organisation.name if row.organisation else "",
        "district": row.district.label if row.district else "",
        "industry": row_industry(row),
        "officer": str(row.officer),
        "stage": row.get_stage_display(),
        "tone": TONES[row.stage],
        "next_step": row.next_step,
        "next_on": row.next_on,
        "overdue": is_overdue(row),
        "has_applied": bool(getattr(row, "has_applied", False)) and row.stage != CandidateStage.APPLIED,
    }


def row_industry(row: Candidate) -> str:
    return programmes.get(row.programme).industries().get(row.industry, row.industry)


def entity_facts(entity: Entity) -> list[dict[str, Any]]:
    """What stands beside every form about an entity."""
    return [
        {"label": _("登记编号"), "value": entity.code},
        {"label": str(entity.spec.words.lead), "value": entity.lead.name},
        {
            "label": _("有效期至"),
            "value": entity.valid_until.isoformat() if entity.valid_until else str(_("长期")),
        },
    ]
