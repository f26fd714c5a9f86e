"""重点企业库: entries of leading and backbone firms, and one policy package a firm (一企一策)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import SizeClass
from clusters.enums import FirmRole, RequestKind, RequestState
from core.workflow import StatefulModel


class KeyEnterprise(models.Model):
    """入库企业: since when and why; until when and why. Revenue in yuan, of the year named."""

    cluster = models.ForeignKey("filings.Entity", models.PROTECT, related_name="key_enterprises")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="key_entries"
    )
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18)
    name = models.CharField(_("企业名称"), max_length=120)
    name_key = models.CharField(max_length=240, editable=False)
    role = models.CharField(_("企业类型"), max_length=16, choices=FirmRole.choices)
    size_class = models.CharField(_("规模"), max_length=10, choices=SizeClass.choices, blank=True)
    revenue = models.DecimalField(
        _("主营业务收入（元）"), max_digits=16, decimal_places=2, null=True, blank=True
    )
    revenue_year = models.PositiveSmallIntegerField(_("收入所属年度"), null=True, blank=True)
    products = models.CharField(_("主要产品"), max_length=300, blank=True)
    since = models.DateField(_("入库日期"))
    reason = models.CharField(_("入库理由"), max_length=500)
    until = models.DateField(_("出库日期"), null=True, blank=True)
    end_reason = models.CharField(_("出库原因"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("入库企业")
        ordering = ["name_key", "id"]
        indexes = [models.Index(fields=["cluster", "name_key", "id"], name="key_firms_by_name")]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=Q(until__isnull=True),
                name="key_enterprise_once",
                violation_error_message=_("该企业已在重点企业库中。"),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | (Q(until__gte=F("since")) & ~Q(end_reason="")),
                name="key_enterprise_end_has_reason",
                violation_error_message=_("出库须写明原因，且不早于入库日期。"),
            ),
            models.CheckConstraint(
                condition=Q(revenue__isnull=True) | (Q(revenue__gte=0) & Q(revenue_year__isnull=False)),
                name="key_enterprise_revenue",
                violation_error_message=_("主营业务收入不能为负数，并须写明所属年度。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SupportRequest(StatefulModel):
    """一企一策 request: asked for a firm of the library, taken up by an owner with a date, answered, settled."""

    enterprise = models.ForeignKey(KeyEnterprise, models.PROTECT, related_name="requests")
    state = models.CharField(
        _("状态"), max_length=10, choices=RequestState.choices, default=RequestState.RAISED
    )
    kind = models.CharField(_("诉求类别"), max_length=10, choices=RequestKind.choices)
    title = models.CharField(_("诉求"), max_length=100)
    text = models.TextField(_("具体情况"))
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_for = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    bureau = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="owned_requests"
    )
    department = models.CharField(_("责任部门"), max_length=80, blank=True)
    due_on = models.DateField(_("办理期限"), null=True, blank=True)
    next_step = models.CharField(_("下一步"), max_length=200, blank=True)
    outcome = models.TextField(_("办理结果"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("一企一策诉求")
        ordering = ["-raised_at", "-id"]
        indexes = [models.Index(fields=["enterprise", "state"], name="requests_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=(RequestState.ASSIGNED, RequestState.ANSWERED))
                | Q(owner__isnull=False, bureau__isnull=False, due_on__isnull=False),
                name="request_taken_up_has_owner",
                violation_error_message=_("受理的诉求须有责任人和期限。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(RequestState.ANSWERED, RequestState.CLOSED))
                | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="request_answer_has_outcome",
                violation_error_message=_("答复须写明办理结果。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(RequestState.CLOSED, RequestState.WITHDRAWN))
                | Q(closed_at__isnull=False),
                name="request_end_has_moment",
                violation_error_message=_("办结须有时间。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """What belongs to the state reached; the services hand it over in `data["fields"]`."""
        changed: Mapping[str, Any] = data.get("fields") or {}
        for name, value in changed.items():
            setattr(self, name, value)
        return list(changed)


class RequestStep(models.Model):
    """One step of a request: what was done, when and by whom."""

    request = models.ForeignKey(SupportRequest, models.PROTECT, related_name="steps")
    name = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("一企一策办理记录")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.name
