"""What a unit did not want of what was offered to it without an application."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), append_only=True)
class DeclinedOffer(models.Model):
    """暂不申领: the offer of one measure for one entity was declined, until somebody of the unit takes it up again.

    Offers themselves are derived from the register and kept nowhere (`selectors/offers.py`).
    """

    entity = models.ForeignKey(
        "filings.Entity", models.PROTECT, related_name="declined_offers", verbose_name=_("登记主体")
    )
    measure = models.CharField(_("支持措施"), max_length=80)
    reason = models.CharField(_("原因"), max_length=300, blank=True)
    declined_at = models.DateTimeField(default=clock.now)
    declined_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    resumed_at = models.DateTimeField(null=True, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("暂不申领")
        ordering = ["-declined_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "measure"],
                condition=Q(resumed_at__isnull=True),
                name="offer_declined_once",
                violation_error_message=_("该项已经选择暂不申领。"),
            ),
            models.CheckConstraint(
                condition=Q(resumed_at__isnull=True, resumed_by__isnull=True)
                | Q(resumed_at__isnull=False, resumed_by__isnull=False),
                name="offer_resumed_by_somebody",
                violation_error_message=_("恢复申领须有经办人和时间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.entity_id}"
