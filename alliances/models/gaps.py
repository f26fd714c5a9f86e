"""产业链短板缺项清单 (reg_chain_gaps)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliances.enums import GapKind, GapStatus

USER = settings.AUTH_USER_MODEL


class ChainGap(models.Model):
    """What a chain lacks, and who closes it. Its status is read off its dates.

    `keeper` is the bureau that keeps the line; without one the lead of the alliance `entity` does.
    """

    authority = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    keeper = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    entity = models.ForeignKey(
        "filings.Entity", models.PROTECT, null=True, blank=True, related_name="chain_gaps"
    )
    chain = models.CharField(_("产业链"), max_length=100)
    kind = models.CharField(_("类别"), max_length=12, choices=GapKind.choices)
    title = models.CharField(_("短板名称"), max_length=120)
    detail = models.TextField(_("现状和需求"), blank=True)
    closer = models.CharField(_("补链单位"), max_length=120, blank=True)
    closer_code = models.CharField(_("补链单位的信用代码或者登记编号"), max_length=40, blank=True)
    project = models.CharField(_("联合项目"), max_length=120, blank=True)
    due_on = models.DateField(_("计划完成"), null=True, blank=True)
    started_on = models.DateField(_("开始补链"), null=True, blank=True)
    closed_on = models.DateField(_("补齐日期"), null=True, blank=True)
    result = models.TextField(_("补链成效"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("产业链短板")
        ordering = ["chain", "kind", "id"]
        indexes = [models.Index(fields=["authority", "chain"], name="gap_by_chain")]
        constraints = [
            models.CheckConstraint(
                name="gap_has_keeper",
                condition=Q(keeper__isnull=False) | Q(entity__isnull=False),
                violation_error_message=_("短板须有维护单位。"),
            ),
            models.CheckConstraint(
                name="gap_started_by_somebody",
                condition=Q(started_on__isnull=True) | ~Q(closer=""),
                violation_error_message=_("开始补链须写明补链单位。"),
            ),
            models.CheckConstraint(
                name="gap_closed_with_result",
                condition=Q(closed_on__isnull=True)
                | (Q(started_on__isnull=False, closed_on__gte=models.F("started_on")) & ~Q(result="")),
                violation_error_message=_("补齐须先开始补链，并写明日期和成效。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def status(self) -> GapStatus:
        if self.closed_on:
            return GapStatus.CLOSED
        return GapStatus.CLOSING if self.started_on else GapStatus.OPEN
