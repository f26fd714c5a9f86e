"""重大项目储备库: a cluster's projects, their moves from stage to stage, and their investment by year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clusters.enums import Constraint, MoveCheck, ProjectDomain, ProjectKind, ProjectStage
from core.workflow import StatefulModel

#: stage -> the field that holds the day on which it was reached, and the day it is planned for
REACHED = {
    ProjectStage.PLANNED: "entered_on",
    ProjectStage.RESERVED: "reserved_on",
    ProjectStage.STARTED: "started_on",
    ProjectStage.COMPLETED: "completed_on",
}
PLANNED_FOR = {
    ProjectStage.RESERVED: "reserve_by",
    ProjectStage.STARTED: "start_by",
    ProjectStage.COMPLETED: "complete_by",
}


class Project(StatefulModel):
    """One project; `state` is its stage. Investment in yuan. A day of a stage is empty until it is reached."""

    cluster = models.ForeignKey("filings.Entity", models.PROTECT, related_name="projects")
    state = models.CharField(
        _("阶段"), max_length=10, choices=ProjectStage.choices, default=ProjectStage.PLANNED
    )
    name = models.CharField(_("项目名称"), max_length=120)
    kind = models.CharField(_("项目类别"), max_length=16, choices=ProjectKind.choices)
    domain = models.CharField(_("建设领域"), max_length=16, choices=ProjectDomain.choices)
    content = models.TextField(_("建设内容"), blank=True)
    location = models.CharField(_("建设地点"), max_length=120, blank=True)
    owner = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="cluster_projects"
    )
    owner_code = models.CharField(_("建设单位信用代码"), max_length=18, blank=True)
    owner_name = models.CharField(_("建设单位"), max_length=120)
    constraints = ArrayField(
        models.CharField(max_length=12, choices=Constraint.choices),
        verbose_name=_("要素制约"),
        default=list,
        blank=True,
    )
    constraint_note = models.CharField(_("要素需求"), max_length=300, blank=True)
    investment = models.DecimalField(_("总投资（元）"), max_digits=16, decimal_places=2)
    parallel_approval = models.BooleanField(_("并联审批"), default=False)
    entered_on = models.DateField(_("谋划入库日期"))
    reserve_by = models.DateField(_("计划转入储备"), null=True, blank=True)
    reserved_on = models.DateField(_("转入储备日期"), null=True, blank=True)
    start_by = models.DateField(_("计划开工"), null=True, blank=True)
    started_on = models.DateField(_("实际开工"), null=True, blank=True)
    complete_by = models.DateField(_("计划竣工"), null=True, blank=True)
    completed_on = models.DateField(_("实际竣工"), null=True, blank=True)
    blocker = models.TextField(_("存在问题"), blank=True)
    help_asked = models.TextField(_("需要协调的事项"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("集群项目")
        ordering = ["-updated_at", "-id"]
        indexes = [models.Index(fields=["cluster", "state"], name="projects_by_stage")]
        constraints = [
            models.CheckConstraint(
                condition=Q(investment__gte=0),
                name="project_investment_positive",
                violation_error_message=_("总投资不能为负数。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=ProjectStage.RESERVED) | Q(reserved_on__isnull=False),
                name="project_reserved_has_day",
                violation_error_message=_("转入储备须有日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(ProjectStage.STARTED, ProjectStage.COMPLETED))
                | Q(started_on__isnull=False),
                name="project_started_has_day",
                violation_error_message=_("开工须有日期。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=ProjectStage.COMPLETED) | Q(completed_on__gte=F("started_on")),
                name="project_completed_has_day",
                violation_error_message=_("竣工须有日期，且不早于开工。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """The day of the stage reached; on the way back, the days of the stages left are emptied."""
        fields: Mapping[str, Any] = data.get("fields") or {}
        for name, value in fields.items():
            setattr(self, name, value)
        self.updated_at = moment
        return [*fields, "updated_at"]


class ProjectInvestment(models.Model):
    """年度投资: planned and made in a year, in yuan."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="investments")
    year = models.PositiveSmallIntegerField(_("年度"))
    planned = models.DecimalField(_("计划投资（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    made = models.DecimalField(_("完成投资（元）"), max_digits=16, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("项目年度投资")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year"],
                name="investment_year_once",
                violation_error_message=_("该年度的投资已经登记。"),
            ),
            models.CheckConstraint(
                condition=(Q(planned__isnull=True) | Q(planned__gte=0))
                & (Q(made__isnull=True) | Q(made__gte=0)),
                name="investment_positive",
                violation_error_message=_("投资额不能为负数。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class ProjectMove(models.Model):
    """阶段变动: from which stage to which, on which day and why; and what its reviewer said of it."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="moves")
    source = models.CharField(max_length=10, choices=ProjectStage.choices, blank=True)
    target = models.CharField(max_length=10, choices=ProjectStage.choices)
    moved_on = models.DateField(_("日期"))
    reason = models.TextField(_("原因"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    check_result = models.CharField(
        _("核对"), max_length=10, choices=MoveCheck.choices, default=MoveCheck.WAITING
    )
    check_note = models.TextField(_("核对意见"), blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("项目阶段变动")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(check_result=MoveCheck.WAITING)
                | Q(checked_by__isnull=False, checked_at__isnull=False),
                name="move_checked_by_somebody",
                violation_error_message=_("核对须有核对人和时间。"),
            ),
            models.CheckConstraint(
                condition=~Q(check_result=MoveCheck.QUESTIONED) | ~Q(check_note=""),
                name="move_question_has_words",
                violation_error_message=_("有疑问的，须写明意见。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} → {self.get_target_display()}"
