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
            help=_("转入后由专家对自评打分；数据仍可以修正。"),
        ),
        T(
            "accept_run",
            (S.CHECKING, S.REVIEWING),
            S.SCORED,
            may.round_officer,
            (guards.run_is_current, guards.everybody_graded, guards.experts_heard, guards.marks_confirmed),
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
            help=_("撤销已采用的评分，重新开放数据修正；修正后须再次评分。"),
            danger=True,
        ),
        T(
            "propose",
            (S.SCORED,),
            S.PROPOSED,
            may.round_officer,
            needs_comment=True,
            label=_("拟定评价结果"),
            help=_("报请审定；须由处室负责人中的另一人审定后生效。"),
        ),
        T(
            "send_back",
            (S.PROPOSED,),
            S.SCORED,
            may.round_head,
            needs_comment=True,
            label=_("退回重拟"),
            help=_("退回拟定人，评分和等次不变；重新拟定后再审定。"),
        ),
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
            help=_("终止后不再继续，也不登记任何等次；已有的数据和记录保留。需要评价的，另建轮次。"),
            danger=True,
        ),
    ),
)
