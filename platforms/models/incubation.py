"""Incubation: space by construction kind, tenants with their dates."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from filings.models.entity import history
from platforms.enums import ChainStep, Construction, TenantKind
from platforms.models.base import Record, forward, struck_with_reason


@history
class Space(Record):
    """孵化用房: one accepted part of a building. Areas in square metres with two places.

    Which of the areas counts is a reading of the law (amb_space_area): by default the dedicated one.
    """

    DAY = "accepted_on"

    construction = models.CharField(_("建设类型"), max_length=10, choices=Construction.choices)
    name = models.CharField(_("楼宇或者区域"), max_length=120)
    built_area = models.DecimalField(_("建筑面积（平方米）"), max_digits=12, decimal_places=2)
    usable_area = models.DecimalField(_("使用面积（平方米）"), max_digits=12, decimal_places=2)
    dedicated_area = models.DecimalField(
        _("专用于孵化的面积（平方米）"),
        max_digits=12,
        decimal_places=2,
        help_text=_("以验收或者测绘报告为准，不含食堂、停车场和自用办公"),
    )
    accepted_on = models.DateField(_("验收日期"))
    document_number = models.CharField(_("验收或者测绘文件编号"), max_length=80)

    class Meta:
        verbose_name = _("孵化用房")
        ordering = ["-accepted_on", "-id"]
        constraints = (
            struck_with_reason("space"),
            models.CheckConstraint(
                name="space_areas_within_each_other",
                condition=Q(dedicated_area__gt=0)
                & Q(dedicated_area__lte=F("usable_area"))
                & Q(usable_area__lte=F("built_area")),
                violation_error_message=_(
                    "专用于孵化的面积须大于 0 且不大于使用面积，使用面积不大于建筑面积。"
                ),
            ),
        )

    def __str__(self) -> str:
        return self.name


@history
class Tenant(Record):
    """在孵企业（团队）: since when, until when, whether it graduated and what became of it.

    `came_from` is the step of the chain it was on before; `before` is its row there, where the code is the same.
    """

    DAY = "entered_on"

    kind = models.CharField(_("类别"), max_length=12, choices=TenantKind.choices)
    name = models.CharField(_("名称"), max_length=120)
    credit_code = models.CharField(
        _("统一社会信用代码"), max_length=18, blank=True, help_text=_("团队尚未注册的不填")
    )
    field = models.CharField(_("技术领域"), max_length=100, blank=True)
    area = models.DecimalField(
        _("使用面积（平方米）"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    entered_on = models.DateField(_("入驻日期"))
    graduated_on = models.DateField(_("毕业日期"), null=True, blank=True)
    left_on = models.DateField(_("迁出日期"), null=True, blank=True)
    high_tech_on = models.DateField(_("高新技术企业认定日期"), null=True, blank=True)
    came_from = models.CharField(
        _("来自孵化链条的环节"), max_length=20, choices=ChainStep.choices, blank=True
    )
    before = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="after", editable=False
    )

    class Meta:
        verbose_name = _("在孵企业（团队）")
        ordering = ["-entered_on", "-id"]
        constraints = (
            struck_with_reason("tenant"),
            forward("tenant_leaves_after_entering", "entered_on", "left_on", _("迁出日期早于入驻日期。")),
            forward(
                "tenant_graduates_after_entering", "entered_on", "graduated_on", _("毕业日期早于入驻日期。")
            ),
            models.UniqueConstraint(
                fields=["entity", "credit_code"],
                condition=Q(struck_at__isnull=True, left_on__isnull=True) & ~Q(credit_code=""),
                name="tenant_once_at_a_time",
                violation_error_message=_("该单位已在驻，不能重复登记。"),
            ),
        )
        indexes = (models.Index(fields=["credit_code"], name="tenant_code"),)

    def __str__(self) -> str:
        return self.name

    @property
    def years(self) -> tuple[int, ...]:
        """The years of every date it has."""
        days = (self.entered_on, self.graduated_on, self.left_on, self.high_tech_on)
        return tuple(sorted({day.year for day in days if day}))
