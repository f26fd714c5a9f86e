"""取消备案资格: never without reasons, a hearing that ran its days, and a second person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.workflow import StatefulModel
from filings.enums import OPEN_CANCELLATION, CancellationState

S = CancellationState
_SERVED = (S.HEARING, S.PAUSED, S.HEARD, S.PROPOSED, S.CONFIRMED)
_HEARD = (S.HEARD, S.PROPOSED, S.CONFIRMED)


class Cancellation(StatefulModel):
    """One attempt to end an entity's filing. The database lets no entity be cancelled without a confirmed one.

    `ground` is a ground its programme declares, `clause` the rule it cites; for a failed evaluation `rating`
    says which. `hearing_until` is the last day on which the unit may state its views.
    """

    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="cancellations")
    state = models.CharField(_("状态"), max_length=10, choices=S.choices, default=S.OPENED)
    ground = models.CharField(_("事由"), max_length=40)
    condition = models.CharField(max_length=60, blank=True)
    clause = models.CharField(_("依据"), max_length=200)
    reason = models.TextField(_("事实和理由"))
    rating = models.ForeignKey(
        "filings.Rating", models.PROTECT, null=True, blank=True, related_name="cancellations"
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    served_at = models.DateTimeField(null=True, blank=True)
    hearing_days = models.PositiveSmallIntegerField(null=True, blank=True)
    hearing_until = models.DateField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    weighed = models.TextField(_("对陈述申辩意见的处理"), blank=True)
    proposal = models.TextField(_("拟办意见"), blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    decision = models.TextField(_("审定意见"), blank=True)

    class Meta:
        verbose_name = _("取消备案")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity"], condition=Q(state__in=OPEN_CANCELLATION), name="one_open_cancellation"
            ),
            models.CheckConstraint(condition=Q(state__in=S.values), name="cancellation_state_known"),
            models.CheckConstraint(condition=~Q(reason="") & ~Q(clause=""), name="cancellation_has_reason"),
            models.CheckConstraint(
                condition=~Q(state__in=_SERVED)
                | Q(served_at__isnull=False, hearing_until__isnull=False, hearing_days__isnull=False),
                name="cancellation_served",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_HEARD) | Q(heard_at__isnull=False), name="cancellation_heard"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(S.CONFIRMED, S.DROPPED))
                | (Q(decided_at__isnull=False, decided_on__isnull=False) & ~Q(decision="")),
                name="cancellation_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.CONFIRMED)
                | Q(decided_on__gt=F("hearing_until"), decided_by__isnull=False, proposed_by__isnull=False),
                name="cancellation_after_hearing",
                violation_error_message=_("陈述申辩期届满后才能取消备案资格"),
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(decided_by=F("proposed_by")),
                name="cancellation_two_people",
                violation_error_message=_("拟定与审定须由两人办理"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity} {self.get_state_display()}"

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """What belongs to the state reached; the services hand it over in `data["fields"]`."""
        changed: Mapping[str, Any] = data.get("fields") or {}
        for name, value in changed.items():
            setattr(self, name, value)
        return list(changed)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CANCELLATION


class HearingPause(models.Model):
    """The hearing's clock stood still between two days; working days in between do not count."""

    cancellation = models.ForeignKey(Cancellation, models.PROTECT, related_name="pauses")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    days_left = models.PositiveSmallIntegerField()
    reason = models.TextField(_("暂停原因"))
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("计时暂停")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cancellation"], condition=Q(until__isnull=True), name="one_open_pause"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="pause_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d}"


class HearingStatement(models.Model):
    """陈述申辩: what the unit said, with its files; several are possible while the period runs."""

    cancellation = models.ForeignKey(Cancellation, models.PROTECT, related_name="statements")
    text = models.TextField(_("陈述申辩意见"))
    stored = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("陈述申辩意见")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:40]
