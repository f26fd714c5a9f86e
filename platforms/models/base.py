"""What all records of a platform have in common."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock


class Record(models.Model):
    """台账: one thing that happened at a platform, written by its host.

    Nothing is deleted: what was wrong is struck out with a reason, and counts no longer. `day` is the date that
    says to which year it belongs.
    """

    DAY: ClassVar[str] = ""  # name of the field of that date

    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="%(class)s_records")
    proof = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("证明材料")
    )
    created_at = models.DateTimeField(default=clock.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=clock.now)
    version = models.PositiveIntegerField(default=1)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    struck_reason = models.CharField(_("作废原因"), max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def day(self) -> datetime.date:
        """The date that says to which year it belongs."""
        found: datetime.date = getattr(self, self.DAY)
        return found

    @property
    def years(self) -> tuple[int, ...]:
        """The years whose figures it moves: that of its day."""
        return (self.day.year,)


def struck_with_reason(name: str) -> models.CheckConstraint:
    """A record is struck out with a reason, or not at all."""
    return models.CheckConstraint(
        name=f"{name}_struck_with_reason",
        condition=Q(struck_at__isnull=True) | ~Q(struck_reason=""),
        violation_error_message=_("作废须写明原因。"),
    )


def forward(name: str, first: str, last: str, words: Any) -> models.CheckConstraint:
    """Of two dates the second is not before the first."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": models.F(first)}),
        violation_error_message=words,
    )
