"""The year of a platform's records: confirmed by the host, read by the bureau."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.models.entity import history


@history
class RecordsYear(models.Model):
    """台账年度确认: the host confirms that the records of a year are complete; the officer accepts or returns them.

    While it stands, records of that year are locked. `figures` are those of the moment of confirmation.
    """

    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="records_years")
    year = models.PositiveSmallIntegerField(_("年度"))
    figures = models.JSONField(default=dict)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    return_reason = models.CharField(_("退回原因"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("台账年度确认")
        ordering = ["-year"]
        constraints = (
            models.UniqueConstraint(fields=["entity", "year"], name="records_year_once"),
            models.CheckConstraint(
                name="records_accepted_when_confirmed",
                condition=Q(accepted_at__isnull=True) | Q(confirmed_at__isnull=False),
                violation_error_message=_("单位确认后才能核收。"),
            ),
            models.CheckConstraint(
                name="records_returned_with_reason",
                condition=Q(returned_at__isnull=True) | ~Q(return_reason=""),
                violation_error_message=_("退回须写明原因。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.entity_id} {self.year}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None
