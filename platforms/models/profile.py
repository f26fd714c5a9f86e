"""The typed profile of a platform on the register."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlatformProfile(models.Model):
    """What a platform is and has, as last approved. Amounts in yuan, area in square metres."""

    entity = models.OneToOneField("filings.Entity", models.PROTECT, related_name="platform")
    field = models.CharField(_("主要研究方向或者服务领域"), max_length=300, blank=True)
    line = models.CharField(_("所属系统"), max_length=20, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    opened_on = models.DateField(_("开始运行日期"), null=True, blank=True)
    built_with = models.JSONField(_("共建单位"), default=list, blank=True)
    staff = models.PositiveIntegerField(_("专职人员"), default=0)
    researchers = models.PositiveIntegerField(_("研发或者服务人员"), default=0)
    equipment_count = models.PositiveIntegerField(_("仪器设备（台套）"), default=0)
    equipment_value = models.DecimalField(_("仪器设备原值（元）"), max_digits=14, decimal_places=2, default=0)
    area = models.DecimalField(_("场地面积（平方米）"), max_digits=12, decimal_places=2, default=0)
    features = models.JSONField(_("类型专项"), default=dict, blank=True)
    mechanisms = models.JSONField(_("运行机制"), default=dict, blank=True)

    class Meta:
        verbose_name = _("平台档案")
        constraints = (
            models.CheckConstraint(
                name="platform_researchers_among_staff",
                condition=models.Q(researchers__lte=models.F("staff")),
                violation_error_message=_("研发或者服务人员不能多于专职人员。"),
            ),
        )

    def __str__(self) -> str:
        return str(self.entity)
