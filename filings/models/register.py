"""What the public register is read from: one row for each period in which an entity kept its level and its status."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Level

FACETS = ("kind", "level", "status", "district", "city", "industry", "since", "until")


class PeriodStatus(models.TextChoices):
    """登记状态 on a day."""

    UPCOMING = "upcoming", _("未生效")
    VALID = "valid", _("有效")
    EXPIRED = "expired", _("已到期")
    EXITED = "exited", _("已退出")
    MERGED = "merged", _("已并入")
    CANCELLED = "cancelled", _("已取消")


def _in_page_order(name: str, *first: str) -> models.Index:
    """An index that gives a filtered page in the order of the list, without touching the table."""
    keys = [*first, "name_key", "entity"]
    return models.Index(fields=keys, include=[f for f in FACETS if f not in keys], name=name)


class RegisterPeriod(models.Model):
    """登记状态区间: derived from entity, levels and certificates by triggers of the database, never written here.

    The periods of an entity follow one another without a gap from the day it came onto the register; `until` is the first day
    of the next, none for the last. Decision 0022. What it refers to is checked where it
    is copied from: on the entity and its district.
    """

    entity = models.ForeignKey(
        "filings.Entity", models.CASCADE, related_name="periods", db_index=False, db_constraint=False
    )
    since = models.DateField()
    until = models.DateField(null=True)
    level = models.CharField(max_length=20, choices=Level.choices)
    status = models.CharField(max_length=12, choices=PeriodStatus.choices)
    kind = models.CharField(max_length=40)
    industry = models.CharField(max_length=60, blank=True)
    district = models.ForeignKey(
        "accounts.District", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    city = models.ForeignKey(
        "accounts.District", models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )
    name_key = models.CharField(max_length=240)

    class Meta:
        verbose_name = _("登记状态区间")
        ordering = ["name_key", "entity_id"]
        indexes = [
            _in_page_order("period_page"),
            _in_page_order("period_kind", "kind"),
            _in_page_order("period_level", "level"),
            _in_page_order("period_status", "status"),
            _in_page_order("period_district", "district"),
            _in_page_order("period_city", "city"),
            _in_page_order("period_industry", "industry"),
            # names begin with their place: in the list of a kind the rows of a district stand close together, far down
            _in_page_order("period_kind_district", "kind", "district"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entity", "since"], name="period_once"),
            models.UniqueConstraint(fields=["entity"], condition=Q(until=None), name="period_last_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="period_forward",
                violation_error_message=_("区间的终点应晚于起点。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.since} {self.get_level_display()} {self.get_status_display()}"
