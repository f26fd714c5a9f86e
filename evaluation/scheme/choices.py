"""The words a scheme is written in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Method(models.TextChoices):
    """How a value becomes a score of 0 to 100; the arithmetic stands in ``evaluation.scoring.methods``."""

    EFFICACY = "efficacy", _("功效系数法")
    MINMAX = "minmax", _("极差标准化")
    TARGET = "target", _("目标完成率")
    STEP = "step", _("阶梯计分")
    LEVELS = "levels", _("分档计分")
    RANK = "rank", _("排名百分位")
    COUNT = "count", _("计数满分制")
    BOOLEAN = "boolean", _("是否达标")
    EXPERT = "expert", _("专家评分")
    POINTS = "points", _("得分折算")


class Source(models.TextChoices):
    """Where the value of an indicator comes from."""

    REGISTER = "register", _("登记信息")
    STATISTICS = "statistics", _("统计报表")
    ANNUAL_REPORT = "annual_report", _("年度报告")
    SELF_ASSESSMENT = "self_assessment", _("自评填报")
    OFFICER = "officer", _("主管部门核定")
    EXPERT = "expert", _("专家评分")
    AGENCY = "agency", _("第三方评估机构")


class Direction(models.TextChoices):
    """Whether more is better."""

    UP = "up", _("越高越好")
    DOWN = "down", _("越低越好")


class Missing(models.TextChoices):
    """What happens to an indicator without data."""

    ZERO = "zero", _("计零分")
    REDISTRIBUTE = "redistribute", _("权重在本维度内分摊")


class Within(models.TextChoices):
    """Among whom ranks, extremes and percentiles are taken."""

    ALL = "", _("全体参评对象")
    LEVEL = "level", _("同级别")
    INDUSTRY = "industry", _("同行业")
    DISTRICT = "district", _("同区县")
