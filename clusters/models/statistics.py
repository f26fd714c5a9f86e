"""Statistics of the clusters: periods, returns with a row for each value, workbooks that came in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clusters.enums_statistics import (
    KIND_LABELS,
    Cadence,
    Origin,
    ReturnState,
    Standing,
)
from clusters.statistics_calendar import Span
from clusters.statistics_checks import Indicator
from core import clock
from core.workflow import StatefulModel
from filings.models.entity import history

S, A, C, L = ReturnState.SUBMITTED, ReturnState.ACCEPTED, ReturnState.CONFIRMED, ReturnState.LOCKED


def person(**options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", **options
    )


class Period(models.Model):
    """报告期: a quarter or month of one kind of cluster. `scheme` is the form as it was law when it opened:
    {"indicators": [...], "change": "0.3", "history": 4}."""

    entity_kind = models.CharField(_("集群类别"), max_length=40)
    cadence = models.CharField(_("周期"), max_length=8, choices=Cadence.choices, default=Cadence.QUARTER)
    year = models.PositiveSmallIntegerField(_("年度"))
    number = models.PositiveSmallIntegerField(_("期次"))
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    opens_on = models.DateField(_("开放填报"))
    due_on = models.DateField(_("报送期限"))
    scheme = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    opened_by = person()

    class Meta:
        verbose_name = _("报告期")
        ordering = ["-ends_on", "entity_kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity_kind", "cadence", "year", "number"],
                name="statistics_period_once",
                violation_error_message=_("这个报告期已经开放。"),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lt=F("ends_on"), due_on__gt=F("ends_on"), due_on__gte=F("opens_on")),
                name="statistics_period_forward",
                violation_error_message=_("报送期限应晚于报告期末和开放填报之日。"),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def span(self) -> Span:
        return Span(self.cadence, self.year, self.number)

    @property
    def label(self) -> str:
        return self.span.label

    @property
    def kind_label(self) -> str:
        return str(KIND_LABELS.get(self.entity_kind, self.entity_kind))

    @property
    def indicators(self) -> list[Indicator]:
        return [Indicator.from_dict(row) for row in self.scheme.get("indicators", ())]

    @property
    def closes_quarter(self) -> bool:
        return self.ends_on.month % 3 == 0

    @property
    def closes_half(self) -> int:
        """1 or 2 where the period ends with a half-year, else 0."""
        return {6: 1, 12: 2}.get(self.ends_on.month, 0)


class ClusterReturn(StatefulModel):
    """统计报表 of one cluster for one period."""

    period = models.ForeignKey(Period, models.PROTECT, related_name="returns")
    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="statistics_returns")
    state = models.CharField(_("状态"), max_length=10, choices=ReturnState.choices, default=ReturnState.DRAFT)
    head = models.CharField(_("单位负责人"), max_length=30, blank=True)
    statistician = models.CharField(_("统计负责人"), max_length=30, blank=True)
    filler = models.CharField(_("填表人"), max_length=30, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    receipt = models.CharField(_("回执编号"), max_length=40, null=True, blank=True, unique=True)
    digest = models.CharField(_("内容摘要"), max_length=64, blank=True)
    first_submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(_("报送时间"), null=True, blank=True)
    submitted_by = person(verbose_name=_("签字人"))
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = person()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = person()
    locked_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("退回或者重新开放的理由"), blank=True)
    reopened = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("集群统计报表")
        ordering = ["-period__ends_on", "entity__name_key"]
        indexes = [models.Index(fields=["entity", "state"], name="statistics_return_entity")]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "entity"],
                name="one_return_a_period",
                violation_error_message=_("每个集群每期只有一份报表。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S, A, C, L])
                | Q(submitted_at__isnull=False, receipt__isnull=False) & ~Q(digest=""),
                name="submitted_return_has_receipt",
                violation_error_message=_("已报送的报表必须有报送时间、回执编号和内容摘要。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[A, C, L]) | Q(accepted_at__isnull=False),
                name="accepted_return_has_moment",
                violation_error_message=_("已审核的报表必须有审核时间。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[C, L]) | Q(confirmed_at__isnull=False),
                name="confirmed_return_has_moment",
                violation_error_message=_("已确认的报表必须有确认时间。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=L) | Q(locked_at__isnull=False),
                name="locked_return_has_moment",
                violation_error_message=_("已锁定的报表必须有锁定时间。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=ReturnState.RETURNED) | ~Q(reason=""),
                name="returned_return_has_reason",
                violation_error_message=_("退回修改必须写明理由。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.period.label}"

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        fields = dict(data.get("stamped") or {})
        if self.state == S:
            fields["submitted_at"] = moment
            fields["first_submitted_at"] = self.first_submitted_at or moment
        elif self.state == A:
            fields["accepted_at"] = moment
        elif self.state == C:
            fields["confirmed_at"] = moment
        elif self.state == L:
            fields["locked_at"] = moment
        elif self.state == ReturnState.RETURNED:
            fields["reason"] = data["comment"]
        for name, value in fields.items():
            setattr(self, name, value)
        return list(fields)

    @property
    def last_day(self) -> date:
        """The day by which it was reported for the first time, or today."""
        return clock.local(self.first_submitted_at).date() if self.first_submitted_at else clock.today()

    @property
    def is_late(self) -> bool:
        """Reported after the date, or still missing after it."""
        return self.last_day > self.period.due_on

    @property
    def is_missing(self) -> bool:
        """Never reported although the date has passed."""
        return self.first_submitted_at is None and self.is_late


@history
class ReturnValue(models.Model):
    """One indicator of a return, with what it was compared with when it was reported."""

    owner = models.ForeignKey(ClusterReturn, models.CASCADE, related_name="values")
    indicator = models.CharField(_("指标"), max_length=40)
    value = models.DecimalField(_("本期数"), max_digits=18, decimal_places=2, null=True, blank=True)
    previous = models.DecimalField(_("上期数"), max_digits=18, decimal_places=2, null=True, blank=True)
    same = models.DecimalField(_("上年同期数"), max_digits=18, decimal_places=2, null=True, blank=True)
    origin = models.CharField(_("来源"), max_length=10, choices=Origin.choices, default=Origin.ENTERED)
    checks = models.JSONField(_("校验结果"), default=list)  # [{code, severity, message}] at the submission
    reason_code = models.CharField(_("原因代码"), max_length=40, blank=True)
    reason_text = models.CharField(_("原因说明"), max_length=300, blank=True)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.PENDING)
    message = models.CharField(_("审核意见"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("指标数据")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "indicator"], name="one_value_an_indicator"),
            models.CheckConstraint(
                condition=~Q(standing=Standing.RETURNED) | ~Q(message=""),
                name="returned_value_has_message",
                violation_error_message=_("退回的数据必须写明意见。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"


class ReturnStep(models.Model):
    """办理记录: what was done with a return, by whom."""

    owner = models.ForeignKey(ClusterReturn, models.CASCADE, related_name="steps")
    name = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = person()
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("报表办理记录")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class ReturnUpload(models.Model):
    """A workbook that came in for a return: read, shown, then written as a whole or not at all."""

    owner = models.ForeignKey(ClusterReturn, models.CASCADE, related_name="uploads")
    stored = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()  # of the return when it was read
    rows = models.JSONField(default=list)  # [{indicator, value, reason_code, reason_text}]
    errors = models.JSONField(default=list)  # [{sheet, row, column, message}]: the first of them
    error_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = person()
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("导入的报表文件")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(error_count=0),
                name="applied_upload_is_clean",
                violation_error_message=_("有错误的文件不能导入。"),
            )
        ]

    def __str__(self) -> str:
        return str(self.stored_id)
