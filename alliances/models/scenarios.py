"""应用场景清单 (reg_scenarios, obl_cons_open_scenario)."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliances.enums import ScenarioStatus

USER = settings.AUTH_USER_MODEL


class Scenario(models.Model):
    """A place where something new may be tried out, opened by a unit or by the city. Public once the bureau published it.

    `until` is the last day on which it is open. Its status is read off its dates.
    """

    authority = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    owner = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="scenarios")
    entity = models.ForeignKey(
        "filings.Entity", models.PROTECT, null=True, blank=True, related_name="scenarios"
    )
    title = models.CharField(_("场景名称"), max_length=120)
    field = models.CharField(_("应用领域"), max_length=100, blank=True)
    need = models.TextField(_("场景需求"))
    offer = models.TextField(_("开放的条件"), blank=True)
    contact = models.CharField(_("联系方式"), max_length=120)
    since = models.DateField(_("开放日期"))
    until = models.DateField(_("截止日期"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_reason = models.CharField(_("退回理由"), max_length=500, blank=True)
    outcome = models.TextField(_("对接结果"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("应用场景")
        ordering = ["-since", "-id"]
        indexes = [models.Index(fields=["authority", "since"], name="scenario_by_day")]
        constraints = [
            models.CheckConstraint(
                name="scenario_runs_forward",
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                violation_error_message=_("截止日期不能早于开放日期。"),
            ),
            models.CheckConstraint(
                name="scenario_returned_with_reason",
                condition=Q(returned_at__isnull=True)
                | (~Q(returned_reason="") & Q(published_at__isnull=True)),
                violation_error_message=_("退回须写明理由；已发布的不能退回。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def status_on(self, day: datetime.date) -> ScenarioStatus:
        if self.published_at is None:
            return ScenarioStatus.RETURNED if self.returned_at else ScenarioStatus.WAITING
        if day < self.since:
            return ScenarioStatus.UPCOMING
        return ScenarioStatus.ENDED if self.until and day > self.until else ScenarioStatus.OPEN
