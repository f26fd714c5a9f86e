"""沿革: one public line for everything that has happened to an entity; append-only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from filings.enums import HistoryKind


class HistoryLine(models.Model):
    """What happened on a day, as data; `presentation.history` puts it into words."""

    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="history")
    kind = models.CharField(max_length=16, choices=HistoryKind.choices)
    on = models.DateField()
    data = models.JSONField(default=dict)
    filing = models.ForeignKey(
        "filings.Filing", models.PROTECT, null=True, blank=True, related_name="history"
    )
    public = models.BooleanField(default=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("沿革")
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["entity", "on"], name="history_of_entity")]

    def __str__(self) -> str:
        return f"{self.on:%Y-%m-%d} {self.get_kind_display()}"
