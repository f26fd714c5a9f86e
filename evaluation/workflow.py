"""How a round moves. `core.workflow` performs it; state moves nowhere else."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.workflow import Transition, Workflow
from evaluation import guards
from evaluation import permissions as may
from evaluation.enums import RoundState as S

T = Transition

WORKFLOW = Workflow(
    noun="round",
    transitions=(
        T(
            "open",
            (S.DRAFT,),
            S.OPEN,
            may.round_keeper,
            (
                guards.scheme_published,
                guards.somebody_included,
                guards.calendar_ahead,
                guards.agency_is_free,
            ),
            label=_("启动评价"),
            help=_("启动后指标体系和参评范围不再变动，并通知各参评主体开展自评。"),
        ),
        T(
            "close_reports",
            (S.OPEN,),
            S.CHECKING,
            may.round_officer,
            (guards.reports_over,),
            label=_("结束自评"),
            help=_("未提交自评的主体不能再提交，按已有数据评价。"),
        ),
        T(
            "start_reviews",
            (S.CHECKING,),
            S.REVIEWING,
            may.round_officer,
            (guards.experts_asked,),
            label=_("转入专家评审"),
        ),
        T(
            "accept_run",
            (S.CHECKING, S.REVIEWING),
            S.SCORED,
            may.round_officer,
            (guards.run_is_current, guards.marks_confirmed),
            label=_("采用本次评分"),
            help=_("采用后各主体的数据不再变动。"),
        ),
        T(
            "reopen",
            (S.SCORED,),
            S.CHECKING,
            may.round_officer,
            needs_comment=True,
            label=_("退回数据核验"),
            danger=True,
        ),
        T(
            "propose",
            (S.SCORED,),
            S.PROPOSED,
            may.round_officer,
            needs_comment=True,
            label=_("拟定评价结果"),
        ),
        T("send_back", (S.PROPOSED,), S.SCORED, may.round_head, needs_comment=True, label=_("退回重拟")),
        T(
            "confirm",
            (S.PROPOSED,),
            S.CONFIRMED,
            may.round_head,
            label=_("审定评价结果"),
            help=_("审定后登记各主体的评价等次、出具评价报告；不合格的进入事先告知和陈述申辩程序。"),
        ),
        T(
            "stop",
            (S.DRAFT, S.OPEN, S.CHECKING, S.REVIEWING, S.SCORED),
            S.STOPPED,
            may.round_keeper,
            needs_comment=True,
            label=_("终止评价"),
            danger=True,
        ),
    ),
)
