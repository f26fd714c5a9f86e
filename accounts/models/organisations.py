from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import (
    FigureKind,
    FigureOrigin,
    Level,
    OrganisationKind,
    OrganisationState,
    SizeClass,
    Title,
)
from accounts.models.reference import District
from core import clock
from core.workflow import StatefulModel


def no_titles() -> list[str]:
    return []


class Organisation(StatefulModel):
    """A unit (单位): an applicant, a member, or a bureau in which staff hold their roles."""

    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("单位名称"), max_length=120)
    sort_key = models.CharField(_("拼音排序键"), max_length=240, editable=False, db_index=True)
    kind = models.CharField(_("单位类别"), max_length=20, choices=OrganisationKind.choices)
    size_class = models.CharField(_("规模"), max_length=10, choices=SizeClass.choices, blank=True)
    district = models.ForeignKey(
        District, verbose_name=_("注册地"), on_delete=models.PROTECT, related_name="organisations"
    )
    industry_code = models.CharField(_("国民经济行业代码"), max_length=5, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    titles = models.JSONField(_("资质称号"), default=no_titles, blank=True)

    # A bureau decides for this place; everybody else has none.
    jurisdiction = models.ForeignKey(
        District,
        verbose_name=_("管辖范围"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bureaus",
    )
    level = models.CharField(_("层级"), max_length=12, choices=Level.choices, blank=True)
    # What a bureau is there for, e.g. science_technology (`kind` of a department in the policy catalogue).
    department = models.CharField(_("部门职能"), max_length=40, blank=True)

    contact_name = models.CharField(_("联系人"), max_length=60, blank=True)
    contact_phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    contact_email = models.EmailField(_("联系邮箱"), blank=True)

    # Who decided a registration is `state_changed_by`.
    state = models.CharField(
        _("登记状态"),
        max_length=10,
        choices=OrganisationState.choices,
        default=OrganisationState.PENDING,
    )
    decision_reason = models.TextField(_("审核意见"), blank=True)
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)
    registered_at = models.DateTimeField(_("登记时间"), default=clock.now)
    updated_at = models.DateTimeField(_("更新时间"), default=clock.now)
    is_sample = models.BooleanField(_("演示数据"), default=False)

    class Meta:
        ordering = ("sort_key", "id")
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        indexes = (
            models.Index(name="organisation_queue", fields=("state", "registered_at")),
            GinIndex(name="organisation_titles", fields=("titles",), opclasses=("jsonb_path_ops",)),
        )
        constraints = (
            models.CheckConstraint(
                name="organisation_code_has_18_characters",
                condition=Q(credit_code__regex=r"^[0-9A-Z]{18}$"),
                violation_error_message=_("统一社会信用代码为 18 位数字或大写字母。"),
            ),
            models.CheckConstraint(
                name="bureau_has_a_jurisdiction",
                condition=Q(kind=OrganisationKind.BUREAU, jurisdiction__isnull=False)
                | (~Q(kind=OrganisationKind.BUREAU) & Q(jurisdiction__isnull=True)),
                violation_error_message=_("政府部门必须有管辖范围，其他单位不能有管辖范围。"),
            ),
            models.CheckConstraint(
                name="organisation_decision_has_a_time",
                condition=Q(state=OrganisationState.PENDING, decided_at__isnull=True)
                | (~Q(state=OrganisationState.PENDING) & Q(decided_at__isnull=False)),
                violation_error_message=_("已审核的登记必须有审核时间，待审核的不能有。"),
            ),
            models.CheckConstraint(
                name="organisation_refusal_has_a_reason",
                condition=~Q(state=OrganisationState.REJECTED) | ~Q(decision_reason=""),
                violation_error_message=_("不予通过必须写明原因。"),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """The moment and the reason of a decision belong to the new state."""
        decided = self.state != OrganisationState.PENDING
        self.decided_at = moment if decided else None
        self.decision_reason = str(data.get("comment", "")) if decided else ""
        self.updated_at = moment
        return ["decided_at", "decision_reason", "updated_at"]

    @property
    def is_bureau(self) -> bool:
        return self.kind == OrganisationKind.BUREAU

    @property
    def is_approved(self) -> bool:
        return self.state == OrganisationState.APPROVED

    @property
    def is_unclaimed(self) -> bool:
        """Brought in by an officer, approved, and nobody has ever belonged to it. One query."""
        return self.is_approved and not self.is_bureau and not self.memberships.exists()

    @property
    def title_labels(self) -> list[str]:
        """The names of its titles, in the order of the list."""
        return [str(title.label) for title in Title if title.value in self.titles]


class OrganisationFigure(models.Model):
    """One figure of one year, with where it came from. Money in yuan, people in heads."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("单位"), on_delete=models.CASCADE, related_name="figures"
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    kind = models.CharField(_("指标"), max_length=20, choices=FigureKind.choices)
    value = models.DecimalField(_("数值"), max_digits=18, decimal_places=2)
    origin = models.CharField(_("数据来源"), max_length=20, choices=FigureOrigin.choices)
    note = models.CharField(_("来源说明"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        "accounts.User",
        verbose_name=_("填写人"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    recorded_at = models.DateTimeField(_("填写时间"), default=clock.now)

    class Meta:
        ordering = ("-year", "kind")
        verbose_name = _("单位年度数据")
        verbose_name_plural = _("单位年度数据")
        constraints = (
            models.UniqueConstraint(
                name="figure_once_a_year",
                fields=("organisation", "year", "kind"),
                violation_error_message=_("该年度的这项数据已经填写。"),
            ),
            models.CheckConstraint(
                name="figure_not_negative",
                condition=Q(value__gte=0),
                violation_error_message=_("数值不能为负。"),
            ),
            models.CheckConstraint(
                name="figure_year_is_sensible",
                condition=Q(year__gte=1990, year__lte=2100),
                violation_error_message=_("年度应在 1990 至 2100 之间。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.year} {self.kind}"
