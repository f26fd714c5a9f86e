"""The way of a problem: raised, taken up by an owner, answered, closed by who raised it (协调困难问题)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors import people_with_role
from core import clock
from core.actor import Actor
from core.errors import Problem as Reason
from core.workflow import Data, Transition, Workflow
from filings import permissions_accompany as may
from filings.enums import ProblemState as S
from filings.models import Problem
from policy.law import law_on

LONGEST_DAYS = 366  # a problem that takes longer than a year is a plan


def silence_until(problem: Problem) -> Any:
    """The last day of waiting for the unit; None before an answer."""
    if problem.answered_at is None:
        return None
    days = int(law_on(clock.today(), problem.entity.spec.place).value("procedure.problem_silence"))
    return clock.local(problem.answered_at).date() + timedelta(days=days)


def _owner_and_date(problem: Problem, actor: Actor, data: Data) -> Iterator[Reason]:
    owner, due = data.get("owner"), data.get("due_on")
    bureau = problem.entity.authority
    if owner is None or not people_with_role(bureau, *may.KEEPERS).filter(pk=owner.pk).exists():
        yield Reason("owner", _("责任人应为登记机关的经办人或者处室负责人"), "owner")
    if due is None or due < clock.today():
        yield Reason("due_on", _("答复期限不能早于今天"), "due_on")
    elif due > clock.today() + timedelta(days=LONGEST_DAYS):
        yield Reason("due_on", _("答复期限应在一年以内"), "due_on")


def _texts_right(problem: Problem, actor: Actor, data: Data) -> Iterable[Reason]:
    """What the service found wrong with the texts: said after whether one may at all."""
    found: Iterable[Reason] = data.get("found") or ()
    return found


def _silence_over(problem: Problem, actor: Actor, data: Data) -> Iterator[Reason]:
    last = silence_until(problem)
    if last is not None and clock.today() <= last:
        yield Reason("silence", _("答复后等待单位反馈，至 %(day)s 止") % {"day": last.isoformat()})


T = Transition

PROBLEM = Workflow(
    noun="problem",
    transitions=(
        T(
            "assign",
            (S.RAISED,),
            S.ASSIGNED,
            may.matter_officer,
            (_owner_and_date, _texts_right),
            label=gettext_lazy("受理并确定责任人"),
        ),
        T(
            "answer",
            (S.ASSIGNED,),
            S.ANSWERED,
            may.problem_owner,
            (_texts_right,),
            label=gettext_lazy("答复"),
        ),
        T("settle", (S.ANSWERED,), S.CLOSED, may.problem_unit, label=gettext_lazy("已解决")),
        T(
            "reopen",
            (S.ANSWERED,),
            S.ASSIGNED,
            may.problem_unit,
            (_texts_right,),
            needs_comment=True,
            label=gettext_lazy("未解决"),
        ),
        T(
            "close",
            (S.ANSWERED,),
            S.CLOSED,
            may.matter_officer,
            (_silence_over,),
            label=gettext_lazy("逾期未反馈，办结"),
        ),
        T(
            "reassign",
            (S.ASSIGNED,),
            S.ASSIGNED,
            may.matter_officer,
            (_owner_and_date, _texts_right),
            needs_comment=True,
            label=gettext_lazy("改派或者改期"),
        ),
    ),
)
