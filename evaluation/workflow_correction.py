"""How the correction of a confirmed round moves. `core.workflow` performs it; state moves nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Problem
from core.workflow import Data, Transition, Workflow
from evaluation import guards
from evaluation import permissions as may
from evaluation.enums import CorrectionState as S
from evaluation.models import Correction, InputChange, Mark

T = Transition


def something_changed(row: Correction, actor: Actor, data: Data) -> Iterator[Problem]:
    """A run with the same figures would give the same result."""
    if not row.changes.exists() and not _counting(row).exists():
        yield Problem("unchanged", _("还没有修正任何数据或者事项"), "changes")


def marks_settled(row: Correction, actor: Actor, data: Data) -> Iterator[Problem]:
    waiting = Mark.objects.filter(correction=row, confirmed_at=None, withdrawn_at=None).count()
    if waiting:
        yield Problem("marks", _("还有 %(n)s 项否决或者加减分事项没有由另一人确认") % {"n": waiting}, "marks")


def evidence_given(row: Correction, actor: Actor, data: Data) -> Iterator[Problem]:
    """A confirmed result moves on paper: one document for all of it, or one for each change."""
    if row.document_id is not None:
        return
    bare = InputChange.objects.filter(correction=row, evidence=None).count()
    bare += _counting(row).filter(evidence=None).count()
    if bare:
        words = _("本次更正没有依据材料，且有 %(n)s 项修正没有附证明材料")
        yield Problem("evidence", words % {"n": bare}, "evidence")


def run_is_current(row: Correction, actor: Actor, data: Data) -> Iterator[Problem]:
    """The newest run of the correction is finished and nothing was corrected since."""
    run = data.get("run")
    if run is None or run.finished_at is None:
        yield Problem("run", _("请先按修正后的数据重新评分"), "run")
    elif not data.get("unchanged", False):
        yield Problem("run", _("评分之后数据又有修正，请重新评分"), "run")


def _counting(row: Correction) -> QuerySet[Mark]:
    return row.marks.filter(confirmed_at__isnull=False, withdrawn_at=None)


CORRECTION = Workflow(
    noun="correction",
    transitions=(
        T(
            "propose",
            (S.OPEN,),
            S.PROPOSED,
            may.correction_officer,
            (something_changed, marks_settled, evidence_given, run_is_current, guards.everybody_graded),
            needs_comment=True,
            label=_("提交审定"),
            help=_("提交后数据不再变动，由未参与本次更正的另一人审定。"),
        ),
        T(
            "confirm",
            (S.PROPOSED,),
            S.CONFIRMED,
            may.correction_head,
            label=_("审定更正"),
            help=_(
                "审定后登记更正后的等次，对结果有变动的主体出具更正报告；不再是不合格的终止取消程序，"
                "新的不合格进入事先告知和陈述申辩程序。原结果和原报告保留备查。"
            ),
        ),
        T(
            "send_back",
            (S.PROPOSED,),
            S.OPEN,
            may.correction_head,
            needs_comment=True,
            label=_("退回"),
            help=_("退回后可以继续修正数据，重新评分后再提交。"),
        ),
        T(
            "withdraw",
            (S.OPEN, S.PROPOSED),
            S.WITHDRAWN,
            may.correction_officer,
            needs_comment=True,
            label=_("撤销更正"),
            help=_("撤销后原评价结果不变，本次修正的数据不再计入。"),
            danger=True,
        ),
    ),
)
