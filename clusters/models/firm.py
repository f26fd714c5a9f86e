"""集群企业: which firms belong to a cluster, from a day to a day."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class FirmKey(Func):
    """Cluster and credit code as one number in a range of its own: what the exclusion below compares.

    A GiST index compares plain numbers only with an extension, which this house does without; ranges it
    compares by itself. Two codes of one cluster with the same 64-bit hash are not to be feared.
    """

    template = "int8range(hashtextextended(%(expressions)s),hashtextextended(%(expressions)s),'[]')"
    arg_joiner = ","
    output_field = BigIntegerRangeField()


class Days(Func):
    """From the first day up to, but without, the day of leaving."""

    function = "DATERANGE"
    output_field = DateRangeField()


class ClusterFirm(models.Model):
    """One stay of a firm in a cluster. `left_on` is the first day on which it no longer belongs.

    A firm registered here is also linked; its code is kept in either case.
    """

    cluster = models.ForeignKey("filings.Entity", models.PROTECT, related_name="firms")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="cluster_places"
    )
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("企业名称"), max_length=120)
    name_key = models.CharField(max_length=240, editable=False)
    joined_on = models.DateField(_("纳入日期"))
    join_reason = models.CharField(_("纳入原因"), max_length=300, blank=True)
    left_on = models.DateField(_("退出日期"), null=True, blank=True)
    leave_reason = models.CharField(_("退出原因"), max_length=300, blank=True)
    products = models.CharField(_("主要产品"), max_length=300, blank=True)
    chain_link = models.CharField(_("所在环节"), max_length=60, blank=True)
    is_key = models.BooleanField(_("重点企业"), default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("集群企业")
        ordering = ["name_key", "id"]
        indexes = [
            models.Index(fields=["cluster", "name_key", "id"], name="firms_by_name"),
            models.Index(fields=["credit_code"], name="firms_by_code"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "credit_code"],
                condition=Q(left_on__isnull=True),
                name="firm_in_cluster_once",
                violation_error_message=_("该企业已在本集群名单中。"),
            ),
            ExclusionConstraint(
                name="firm_counted_once",
                expressions=[
                    (FirmKey(F("credit_code"), F("cluster_id")), RangeOperators.OVERLAPS),
                    (Days("joined_on", "left_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("该企业在这段时间已计入本集群。"),
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | (Q(left_on__gt=F("joined_on")) & ~Q(leave_reason="")),
                name="firm_leaves_after_joining",
                violation_error_message=_("退出日期应晚于纳入日期，并写明原因。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


def firms_on(day: datetime.date) -> Q:
    """Firms that belong on a day."""
    return Q(joined_on__lte=day) & (Q(left_on__isnull=True) | Q(left_on__gt=day))
