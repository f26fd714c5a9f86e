"""The way of a project: 谋划 → 储备 → 开工 → 竣工, one stage at a time; back or out with a reason."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Rule
from clusters import permissions as may
from clusters.enums import STAGES
from clusters.enums import ProjectStage as S
from clusters.models import Project
from clusters.models.project import REACHED
from core import clock
from core.actor import Actor
from core.errors import Problem
from core.workflow import Data, Transition, Workflow
from filings.enums import EntityState

ORDER = {stage: number for number, stage in enumerate(STAGES)}
ACT_OF = {
    S.PLANNED: "to_planned",
    S.RESERVED: "to_reserved",
    S.STARTED: "to_started",
    S.COMPLETED: "to_completed",
    S.DROPPED: "drop",
}


def is_back(source: str, target: str) -> bool:
    """Whether a move leads back, or out: what needs a reason."""
    return S.DROPPED in (source, target) or ORDER[S(target)] < ORDER[S(source)]


def _registered(project: Project, actor: Actor, data: Data) -> Iterator[Problem]:
    if project.cluster.standing != EntityState.REGISTERED:
        yield Problem("ended", _("该集群已不在册，不再维护项目"))


def _day(project: Project, actor: Actor, data: Data) -> Iterator[Problem]:
    day = data.get("moved_on")
    if day is None:
        yield Problem("required", _("请填写日期"), "moved_on")
        return
    if day > clock.today():
        yield Problem("future", _("日期不能晚于今天"), "moved_on")
    last = reached_on(project)
    if last is not None and day < last:
        words = _("日期早于当前阶段的日期 %(day)s")
        yield Problem("order", words % {"day": last.isoformat()}, "moved_on")


def _reason(project: Project, actor: Actor, data: Data) -> Iterator[Problem]:
    if is_back(project.state, str(data.get("target"))) and not data["comment"]:
        yield Problem("comment_required", _("退回或者移出须写明原因"), "comment")


def reached_on(project: Project) -> datetime.date | None:
    """The day of the last stage that was reached."""
    days = [getattr(project, name) for name in REACHED.values()]
    return max((day for day in days if day), default=None)


def fields_of(source: str, target: str, day: Any) -> dict[str, Any]:
    """What a move writes: forward the day of the stage, backward the days of the stages left are emptied."""
    if target == S.DROPPED:
        return {}
    if not is_back(source, target):
        return {REACHED[S(target)]: day}
    return {name: None for stage, name in REACHED.items() if ORDER[stage] > ORDER[S(target)]}


moves: Rule = (may.of("cluster", may.body) | may.of("cluster", may.reviewer)).saying(
    gettext_lazy("此事由集群的管理机构或者主管部门办理。")
)
GUARDS = (_registered, _day, _reason)
T = Transition

PROJECT = Workflow(
    noun="project",
    transitions=(
        T(
            "to_planned",
            (S.RESERVED, S.STARTED, S.COMPLETED, S.DROPPED),
            S.PLANNED,
            moves,
            GUARDS,
            label=gettext_lazy("退回谋划"),
        ),
        T(
            "to_reserved",
            (S.PLANNED, S.STARTED, S.COMPLETED),
            S.RESERVED,
            moves,
            GUARDS,
            label=gettext_lazy("转入储备"),
        ),
        T("to_started", (S.RESERVED, S.COMPLETED), S.STARTED, moves, GUARDS, label=gettext_lazy("开工")),
        T("to_completed", (S.STARTED,), S.COMPLETED, moves, GUARDS, label=gettext_lazy("竣工")),
        T(
            "drop",
            (S.PLANNED, S.RESERVED, S.STARTED),
            S.DROPPED,
            moves,
            GUARDS,
            label=gettext_lazy("移出"),
            danger=True,
        ),
    ),
)
