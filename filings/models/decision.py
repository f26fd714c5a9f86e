"""Proposal and second person, public notice and objections."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from filings.enums import Outcome


class Decision(models.Model):
    """A proposal by one officer, decided by another. Sent back, it stays on record and a new one is made."""

    class Result(models.TextChoices):
        OPEN = "open", _("待审定")
        CONFIRMED = "confirmed", _("同意")
        SENT_BACK = "sent_back", _("退回重拟")
        REJECTED = "rejected", _("不予备案")

    filing = models.ForeignKey("filings.Filing", models.PROTECT, related_name="decisions")
    months = models.PositiveSmallIntegerField(_("有效期（月）"), null=True, blank=True)
    opinion = models.TextField(_("拟办意见"), blank=True)
    document_number = models.CharField(_("发文字号"), max_length=60, blank=True)
    document_date = models.DateField(_("发文日期"), null=True, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    result = models.CharField(max_length=10, choices=Result.choices, default=Result.OPEN)
    comment = models.TextField(_("审定意见"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("审定")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["filing"], condition=Q(result="open"), name="one_open_decision"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="decision_two_people",
                violation_error_message=_("拟定与审定须由两人办理"),
            ),
            models.CheckConstraint(
                condition=Q(result="open") | Q(decided_at__isnull=False), name="decision_has_moment"
            ),
            models.CheckConstraint(
                condition=~Q(result__in=["sent_back", "rejected"]) | ~Q(comment=""),
                name="refused_decision_has_comment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id}: {self.result}"


class Notice(models.Model):
    """公示 or 公告: what the public is told, frozen, and for which working days.

    A notice (公示) of a filing takes objections; an announcement (公告) says what was decided of an entity.
    """

    filing = models.ForeignKey(
        "filings.Filing", models.PROTECT, null=True, blank=True, related_name="notices"
    )
    cancellation = models.OneToOneField(
        "filings.Cancellation", models.PROTECT, null=True, blank=True, related_name="announcement"
    )
    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    body = models.JSONField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("公示")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"], condition=Q(closed_at__isnull=True), name="one_open_notice"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="notice_runs_forward"),
            models.CheckConstraint(
                condition=Q(filing__isnull=False, cancellation__isnull=True)
                | Q(filing__isnull=True, cancellation__isnull=False),
                name="notice_of_one_case",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Objection(models.Model):
    """异议: received without login, answered by an officer within its limit."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections")
    receipt = models.CharField(max_length=40, unique=True)
    name = models.CharField(_("姓名或单位名称"), max_length=120)
    contact = models.CharField(_("联系方式"), max_length=120)
    text = models.TextField(_("异议内容和依据"))
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    reply = models.TextField(_("答复"), blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("异议")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | (~Q(reply="") & ~Q(outcome="")),
                name="answered_objection_has_reply",
                violation_error_message=_("答复异议须写明结论和理由"),
            )
        ]

    def __str__(self) -> str:
        return self.receipt
