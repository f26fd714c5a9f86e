"""Projects, entries of the library and requests in the words and keys of the components."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from clusters.enums import STAGES, Constraint, MoveCheck, ProjectStage, RequestState
from clusters.models import KeyEnterprise, Project, ProjectMove, RequestStep, SupportRequest
from clusters.models.project import PLANNED_FOR, REACHED
from clusters.selectors.enterprises import intake_until
from clusters.workflow_project import ORDER, PROJECT, is_back
from clusters.workflow_request import REQUEST
from core import clock
from core.actor import Actor
from filings.presentation.status import due_face

TONES = {
    ProjectStage.PLANNED: "todo",
    ProjectStage.RESERVED: "wait",
    ProjectStage.STARTED: "doing",
    ProjectStage.COMPLETED: "done",
    ProjectStage.DROPPED: "off",
    MoveCheck.WAITING: "todo",
    MoveCheck.CONFIRMED: "done",
    MoveCheck.QUESTIONED: "bad",
    RequestState.RAISED: "todo",
    RequestState.ASSIGNED: "doing",
    RequestState.ANSWERED: "wait",
    RequestState.CLOSED: "done",
    RequestState.WITHDRAWN: "off",
}
INNER = frozenset({"reassign"})  # acts whose words stay in the offices


def url(name: str, *args: Any) -> str:
    return reverse(f"clusters:{name}", args=args)


def next_stage(row: Project) -> ProjectStage | None:
    """The stage after the present one; none at the end or outside."""
    if row.state == ProjectStage.DROPPED or row.state == ProjectStage.COMPLETED:
        return None
    return STAGES[ORDER[ProjectStage(row.state)] + 1]


def project_line(row: Project, *, writes: bool) -> dict[str, Any]:
    """A project as table and board show it. No query."""
    following = next_stage(row)
    planned = getattr(row, PLANNED_FOR[following]) if following else None
    reached = getattr(row, REACHED[ProjectStage(row.state)]) if row.state in REACHED else None
    return {
        "project": row,
        "url": url("project", row.pk),
        "tone": TONES[ProjectStage(row.state)],
        "stage": row.get_state_display(),
        "kind": row.get_kind_display(),
        "domain": row.get_domain_display(),
        "constraints": "、".join(str(Constraint(c).label) for c in row.constraints),
        "reached": reached,
        "next": following.label if following else "",
        "planned": planned,
        "late": planned is not None and planned < clock.today(),
        "move_url": url("project_move", row.pk, following.value) if following and writes else "",
        "asks": bool(row.help_asked or row.blocker),
    }


def columns(rows: Iterable[Project], *, writes: bool) -> list[dict[str, Any]]:
    """The board: a column a stage, with its number and the sum of its investment in yuan."""
    found: dict[str, list[Project]] = {stage.value: [] for stage in STAGES}
    for row in rows:
        if row.state in found:
            found[row.state].append(row)
    return [
        {
            "stage": stage,
            "cards": [project_line(row, writes=writes) for row in found[stage.value]],
            "number": len(found[stage.value]),
            "investment": sum((row.investment for row in found[stage.value]), Decimal(0)),
        }
        for stage in STAGES
    ]


def project_dates(row: Project) -> list[dict[str, Any]]:
    """Each stage with the day it is planned for and the day it was reached."""
    return [
        {
            "label": str(stage.label),
            "planned": getattr(row, PLANNED_FOR[stage]) if stage in PLANNED_FOR else None,
            "reached": getattr(row, REACHED[stage]),
            "current": row.state == stage,
        }
        for stage in STAGES
    ]


def project_acts(actor: Actor, row: Project) -> list[dict[str, Any]]:
    """Where this actor may move it, forward first."""
    found = [
        {
            "label": str(_("退回%(stage)s") % {"stage": ProjectStage(t.target).label})
            if t.target != ProjectStage.DROPPED and is_back(row.state, t.target)
            else str(t.label),
            "url": url("project_move", row.pk, t.target),
            "back": is_back(row.state, t.target),
        }
        for t in PROJECT.available(row, actor)
    ]
    return sorted(found, key=lambda act: bool(act["back"]))


def move_line(row: ProjectMove, *, may_check: bool) -> dict[str, Any]:
    waits = row.check_result != MoveCheck.CONFIRMED
    source = row.get_source_display() if row.source else ""
    target = row.get_target_display()
    return {
        "move": row,
        "words": f"{source} → {target}" if source else target,
        "tone": TONES[MoveCheck(row.check_result)],
        "word": row.get_check_result_display(),
        "check_url": url("move_check", row.pk) if waits and may_check else "",
    }


# --- the library -----------------------------------------------------------------------------


def entry_line(row: KeyEnterprise) -> dict[str, Any]:
    """An entry as the list shows it."""
    return {
        "entry": row,
        "url": url("enterprise", row.pk),
        "role": row.get_role_display(),
        "size": row.get_size_class_display() if row.size_class else "",
        "requests": getattr(row, "open_requests", None) or 0,
    }


def request_line(row: SupportRequest) -> dict[str, Any]:
    """A request as any list shows it; the clock runs while an office has the ball."""
    return {
        "pk": row.pk,
        "url": url("request", row.pk),
        "title": row.title,
        "kind": row.get_kind_display(),
        "enterprise": row.enterprise.name,
        "cluster": row.enterprise.cluster.name,
        "owner": str(row.owner) if row.owner else "",
        "department": row.department,
        "next_step": row.next_step,
        "raised_at": row.raised_at,
        "tone": TONES[RequestState(row.state)],
        "word": row.get_state_display(),
        "clock": request_clock(row),
    }


def request_clock(row: SupportRequest) -> dict[str, Any]:
    if row.state == RequestState.RAISED:
        return due_face(clock.end_of_day(intake_until(row)))
    if row.state == RequestState.ASSIGNED and row.due_on is not None:
        return due_face(clock.end_of_day(row.due_on))
    return due_face(None)


def request_events(steps: Iterable[RequestStep], *, office: bool) -> list[dict[str, Any]]:
    """The timeline; why another owner was named stays in the offices."""
    labels = {"raise": _("提出诉求")} | {t.name: str(t.label) for t in REQUEST}
    kinds = {"settle": "good", "reopen": "bad"}
    return [
        {
            "at": step.at,
            "label": labels.get(step.name, step.name),
            "actor": f"{step.by} {step.organisation.name}",
            "detail": step.text if office or step.name not in INNER else "",
            "kind": kinds.get(step.name, ""),
        }
        for step in steps
    ]


def request_acts(actor: Actor, row: SupportRequest) -> list[dict[str, Any]]:
    """What this actor may do from here."""
    return [
        {"name": t.name, "label": str(t.label), "url": url("request_act", row.pk, t.name)}
        for t in REQUEST.available(row, actor)
    ]
