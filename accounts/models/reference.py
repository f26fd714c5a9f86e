"""Places and industries: reference data loaded from the policy catalogue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import DistrictKind


class District(models.Model):
    """A province, city, district or functional zone; GB/T 2260 code, or a local one where there is none."""

    code = models.CharField(_("代码"), max_length=6, unique=True)
    label = models.CharField(_("名称"), max_length=60)
    full_label = models.CharField(_("全称"), max_length=120, blank=True)
    kind = models.CharField(_("类别"), max_length=10, choices=DistrictKind.choices)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    # A functional zone without a GB/T 2260 code counts in this district's statistics.
    maps_to = models.ForeignKey(
        "self",
        verbose_name=_("统计归属"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="zones",
    )
    is_local = models.BooleanField(_("本地代码"), default=False)

    class Meta:
        ordering = ("code",)
        verbose_name = _("区划")
        verbose_name_plural = _("区划")
        constraints = (
            models.CheckConstraint(
                name="district_root_is_a_province",
                condition=models.Q(kind=DistrictKind.PROVINCE, parent__isnull=True)
                | (~models.Q(kind=DistrictKind.PROVINCE) & models.Q(parent__isnull=False)),
                violation_error_message=_("只有省没有上级区划，市、区县和功能区必须有上级。"),
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def city(self) -> District | None:
        """The city it lies in, itself for a city, None for a province."""
        if self.kind == DistrictKind.CITY:
            return self
        if self.kind == DistrictKind.PROVINCE:
            return None
        return self.parent

    @property
    def path_label(self) -> str:
        """「青岛市 崂山区」: how a place is shown to people."""
        if self.kind in (DistrictKind.DISTRICT, DistrictKind.ZONE) and self.parent:
            return f"{self.parent.label} {self.label}"
        return self.label


class Industry(models.Model):
    """A line of an industry scheme: a class of GB/T 4754 or an entry of a local list such as 「10+1」."""

    scheme = models.CharField(_("分类体系"), max_length=60)
    code = models.CharField(_("代码"), max_length=60)
    label = models.CharField(_("名称"), max_length=120)
    group = models.CharField(_("分组"), max_length=60, blank=True)
    position = models.PositiveIntegerField(_("顺序"), default=0)

    class Meta:
        ordering = ("scheme", "position", "code")
        verbose_name = _("行业")
        verbose_name_plural = _("行业")
        constraints = (
            models.UniqueConstraint(
                name="industry_code_in_scheme",
                fields=("scheme", "code"),
                violation_error_message=_("该分类体系中已有这个代码。"),
            ),
        )

    def __str__(self) -> str:
        return self.label
