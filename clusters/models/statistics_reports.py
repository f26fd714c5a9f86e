"""What is told upward: dispatch sheets of a quarter, reports of a half-year."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusters.enums_statistics import KIND_LABELS, DispatchState, ReportState
from clusters.models.statistics import Period, person
from clusters.statistics_calendar import half_year_label
from core.workflow import StatefulModel


class DispatchSheet(StatefulModel):
    """季度调度: how a cluster's projects and key enterprises get on, from the city to the province."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="dispatches")
    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="dispatch_sheets")
    state = models.CharField(
        _("状态"), max_length=10, choices=DispatchState.choices, default=DispatchState.DRAFT
    )
    progress = models.TextField(_("集群发展情况"), blank=True)
    projects = models.TextField(_("重点项目建设情况"), blank=True)
    enterprises = models.TextField(_("入库企业情况"), blank=True)
    problems = models.TextField(_("存在的问题和需要协调的事项"), blank=True)
    references = models.JSONField(default=list)  # [{group, label, url, stage, note}] when it was sent
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = person()
    received_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("退回理由"), blank=True)

    class Meta:
        verbose_name = _("季度调度表")
        ordering = ["-period__ends_on", "entity__name_key"]
        constraints = [
            models.UniqueConstraint(fields=["period", "entity"], name="one_dispatch_a_quarter"),
            models.CheckConstraint(
                condition=Q(state=DispatchState.DRAFT) | Q(submitted_at__isnull=False) & ~Q(progress=""),
                name="submitted_dispatch_says_something",
                violation_error_message=_("报送的调度表必须写明集群发展情况。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=DispatchState.RECEIVED) | Q(received_at__isnull=False),
                name="received_dispatch_has_moment",
                violation_error_message=_("已接收的调度表必须有接收时间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.period.label}"

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        fields = dict(data.get("stamped") or {})
        if self.state == DispatchState.SUBMITTED:
            fields["submitted_at"] = moment
        elif self.state == DispatchState.RECEIVED:
            fields["received_at"] = moment
        elif self.state == DispatchState.DRAFT:
            fields["reason"] = data["comment"]
        for name, value in fields.items():
            setattr(self, name, value)
        return list(fields)


class HalfYearReport(StatefulModel):
    """半年汇总 for the NDRC: what the province vouches for, frozen, then issued by a second person."""

    entity_kind = models.CharField(_("集群类别"), max_length=40)
    bureau = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("年度"))
    half = models.PositiveSmallIntegerField(_("半年"))
    issue = models.PositiveSmallIntegerField(_("版次"), default=1)
    state = models.CharField(_("状态"), max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    overview = models.TextField(_("总体情况"), blank=True)
    problems = models.TextField(_("存在的问题"), blank=True)
    outlook = models.TextField(_("下一步工作和建议"), blank=True)
    head = models.CharField(_("单位负责人"), max_length=30, blank=True)
    statistician = models.CharField(_("统计负责人"), max_length=30, blank=True)
    filler = models.CharField(_("填表人"), max_length=30, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    data = models.JSONField(default=dict)  # the figures as frozen: what both papers print
    digest = models.CharField(max_length=64, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = person()
    number = models.CharField(_("编号"), max_length=60, null=True, blank=True, unique=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = person()
    reason = models.TextField(_("退回理由或者重新签发的理由"), blank=True)
    workbook = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    created_at = models.DateTimeField()
    created_by = person()

    class Meta:
        verbose_name = _("半年汇总")
        ordering = ["-year", "-half", "-issue"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity_kind", "bureau", "year", "half", "issue"], name="half_year_issue_once"
            ),
            models.UniqueConstraint(
                fields=["entity_kind", "bureau", "year", "half"],
                condition=Q(state__in=["draft", "frozen"]),
                name="one_open_half_year_report",
                violation_error_message=_("这个半年已有正在编制的汇总。"),
            ),
            models.CheckConstraint(condition=Q(half__in=[1, 2]), name="half_year_is_a_half"),
            models.CheckConstraint(
                condition=Q(state=ReportState.DRAFT) | Q(frozen_at__isnull=False) & ~Q(digest=""),
                name="frozen_report_has_digest",
                violation_error_message=_("数据冻结后必须有时间和摘要。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ReportState.DRAFT, ReportState.FROZEN])
                | Q(issued_at__isnull=False, number__isnull=False),
                name="issued_report_has_number",
                violation_error_message=_("已签发的汇总必须有时间和编号。"),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(half)s%(kind)s发展情况汇总") % {"half": self.label, "kind": self.kind_label}

    @property
    def label(self) -> str:
        return half_year_label(self.year, self.half)

    @property
    def kind_label(self) -> str:
        return str(KIND_LABELS.get(self.entity_kind, self.entity_kind))

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        fields = dict(data.get("stamped") or {})
        if self.state == ReportState.FROZEN:
            fields["frozen_at"] = moment
        elif self.state == ReportState.ISSUED:
            fields["issued_at"] = moment
        elif self.state == ReportState.DRAFT:
            fields["reason"] = data["comment"]
        for name, value in fields.items():
            setattr(self, name, value)
        return list(fields)
