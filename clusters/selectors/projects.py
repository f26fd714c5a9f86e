"""The project reserve as each role reads it: table, board, sums, what waits to be checked. No writes."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from clusters import permissions as may
from clusters.enums import MoveCheck, ProjectStage
from clusters.models import Project, ProjectMove
from clusters.selectors.clusters import visible_to
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings.models import Entity
from policy.law import law_on

RULE, SIZE = "reg_project_reserve", "reg_project_reserve.size"


def projects(actor: Actor) -> QuerySet[Project]:
    """Projects of the clusters this actor reads."""
    return Project.objects.filter(cluster__in=visible_to(actor)).select_related("cluster")


def narrowed(rows: QuerySet[Project], wanted: dict[str, Any]) -> QuerySet[Project]:
    """By words, stage, kind, domain, constraint, cluster; `blocked`: with a problem told; `late`: past a planned day."""
    for word in str(wanted.get("q") or "").split():
        rows = rows.filter(Q(name__icontains=word) | Q(owner_name__icontains=word))
    for key, path in (("stage", "state"), ("kind", "kind"), ("domain", "domain"), ("cluster", "cluster")):
        if wanted.get(key):
            rows = rows.filter(**{path: wanted[key]})
    if wanted.get("constraint"):
        rows = rows.filter(constraints__contains=[wanted["constraint"]])
    if wanted.get("blocked"):
        rows = rows.exclude(blocker="", help_asked="")
    if wanted.get("late"):
        rows = rows.filter(late())
    return rows


def late() -> Q:
    """Past the day the next stage was planned for."""
    today = clock.today()
    return (
        Q(state=ProjectStage.PLANNED, reserve_by__lt=today)
        | Q(state=ProjectStage.RESERVED, start_by__lt=today)
        | Q(state=ProjectStage.STARTED, complete_by__lt=today)
    )


def get_project(actor: Actor, pk: int) -> Project:
    """A project of a cluster this actor reads; the same NotVisible for everybody else."""
    rows = projects(actor).select_related(
        "cluster__lead", "cluster__authority__jurisdiction", "cluster__district__parent", "owner"
    )
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible.one("project", _("没有找到这个项目，或您无权查看。"))
    return found


def by_stage(rows: QuerySet[Project]) -> dict[str, dict[str, Any]]:
    """stage → {count, investment}, investment in yuan. One query."""
    found = rows.order_by().values("state").annotate(n=Count("pk"), total=Sum("investment"))
    return {row["state"]: {"count": row["n"], "investment": row["total"]} for row in found}


def size(cluster: Entity, count: int) -> dict[str, Any]:
    """How many a cluster is to have, about (amb_project_20: shown, not a limit): {count, target, clause, reading}."""
    law = law_on(clock.today(), cluster.spec.place)
    return {
        "count": count,
        "target": law.value(SIZE),
        "clause": law.cite(RULE),
        "reading": str(law.reading("register.project_target")),
    }


def unchecked(actor: Actor) -> QuerySet[ProjectMove]:
    """Moves that wait for this actor's check."""
    rows = ProjectMove.objects.filter(check_result=MoveCheck.WAITING)
    if actor.organisation is None or not actor.has_role(*may.HANDLERS):
        return rows.none()
    mine = visible_to(actor)
    if not actor.has_role(*may.KEEPERS):
        mine = mine.filter(kind=may.STRATEGIC)
    return rows.filter(project__cluster__in=mine).select_related("project__cluster", "by", "organisation")
