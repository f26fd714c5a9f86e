"""省级及以上企业研发平台培育库 (reg_platform_cultivation)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Level
from core import clock
from filings.models.entity import history
from platforms.enums import CultivationOutcome

TARGETS = ((Level.PROVINCIAL.value, Level.PROVINCIAL.label), (Level.NATIONAL.value, Level.NATIONAL.label))


@history
class CultivationEntry(models.Model):
    """One unit, with its platform where there is one, that means to apply for a higher level in a year."""

    authority = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="cultivation_entries"
    )
    entity = models.ForeignKey(
        "filings.Entity", models.PROTECT, null=True, blank=True, related_name="cultivation_entries"
    )
    target_kind = models.CharField(_("拟申报的平台类型"), max_length=40)
    target_level = models.CharField(_("拟申报的级别"), max_length=20, choices=TARGETS)
    apply_year = models.PositiveSmallIntegerField(_("计划申报年度"))
    supports = models.JSONField(_("培育内容"), default=list)
    ground = models.TextField(_("入库理由"))
    next_step = models.CharField(_("下一步"), max_length=200, blank=True)
    next_on = models.DateField(_("下一步日期"), null=True, blank=True)
    entered_on = models.DateField(_("入库日期"))
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    left_on = models.DateField(_("出库日期"), null=True, blank=True)
    outcome = models.CharField(_("出库原因"), max_length=12, choices=CultivationOutcome.choices, blank=True)
    left_reason = models.TextField(_("出库说明"), blank=True)
    achieved = models.ForeignKey(
        "filings.Entity", models.PROTECT, null=True, blank=True, related_name="cultivated_as"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("培育库条目")
        ordering = ["apply_year", "id"]
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "target_kind"],
                condition=Q(left_on__isnull=True),
                name="cultivated_once_for_a_kind",
                violation_error_message=_("该单位已因同类平台在库。"),
            ),
            models.CheckConstraint(
                name="cultivation_leaves_with_reason",
                condition=Q(left_on__isnull=True, outcome="")
                | (Q(left_on__isnull=False) & ~Q(outcome="") & ~Q(left_reason="")),
                violation_error_message=_("出库须写明原因和说明。"),
            ),
            models.CheckConstraint(
                name="cultivation_forward",
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("entered_on")),
                violation_error_message=_("出库日期早于入库日期。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation} {self.target_kind}"


class CultivationStep(models.Model):
    """What was done for an entry."""

    entry = models.ForeignKey(CultivationEntry, models.CASCADE, related_name="steps")
    text = models.TextField(_("进展"))
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("培育进展")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return self.text[:40]
