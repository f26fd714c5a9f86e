"""Words of evaluations that are stored."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SchemeState(models.TextChoices):
    """指标体系: written by one person, published by another, then frozen."""

    DRAFT = "draft", _("编制中")
    PROPOSED = "proposed", _("待发布")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已停用")


class Occasion(models.TextChoices):
    """Why a round is held."""

    YEARLY = "yearly", _("年度评价")
    MIDTERM = "midterm", _("中期评价")
    EXPIRY = "expiry", _("期满评价")
    AD_HOC = "ad_hoc", _("专项评价")


class RoundState(models.TextChoices):
    """评价轮次."""

    DRAFT = "draft", _("编制中")
    OPEN = "open", _("自评中")
    CHECKING = "checking", _("数据核验")
    REVIEWING = "reviewing", _("专家评审")
    SCORED = "scored", _("已评分")
    PROPOSED = "proposed", _("待审定")
    CONFIRMED = "confirmed", _("已审定")
    STOPPED = "stopped", _("已终止")


#: Rounds in which figures of an entity may still move.
GATHERING = (RoundState.OPEN, RoundState.CHECKING, RoundState.REVIEWING)
#: Rounds that are not over.
RUNNING = (*GATHERING, RoundState.SCORED, RoundState.PROPOSED)


class Exclusion(models.TextChoices):
    """Why an entity of the kind is not evaluated in a round."""

    NOT_YET = "not_yet", _("登记不满最短期限")
    NOT_VALID = "not_valid", _("评价期内不在有效期")
    ENDED = "ended", _("已退出、合并或者取消")
    NOT_DUE = "not_due", _("本次不到评价时点")
    ENDING = "ending", _("正在办理取消或者退出")
    BY_OFFICER = "by_officer", _("经办人决定不纳入")


class MarkKind(models.TextChoices):
    """What is stated about an entity beside the indicators, each with its evidence and a second person."""

    VETO = "veto", _("一票否决")
    BONUS = "bonus", _("加分")
    DEDUCTION = "deduction", _("扣分")


class ReportKind(models.TextChoices):
    ENTITY = "entity", _("绩效评价报告")
    ROUND = "round", _("评价总报告")


#: How a scheme names the deduction for a self-assessment handed in late; one without it takes nothing for that.
LATE = "late_filing"


class CorrectionState(models.TextChoices):
    """更正评价结果: opened by one person on a confirmed round, confirmed by another."""

    OPEN = "open", _("更正中")
    PROPOSED = "proposed", _("待审定")
    CONFIRMED = "confirmed", _("已更正")
    WITHDRAWN = "withdrawn", _("已撤销")


#: Corrections that are not over; a round has one at a time.
CORRECTING = (CorrectionState.OPEN, CorrectionState.PROPOSED)


class CorrectionGround(models.TextChoices):
    """Why a confirmed result is corrected."""

    OBJECTION = "objection", _("异议成立")
    FIGURE = "figure", _("数据有误")
    RULING = "ruling", _("复议决定或者法院裁判")
    SUPERVISION = "supervision", _("审计或者监督检查意见")
