"""撤销核定: what an award may be revoked for, asked by one person and decided by another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from subsidies.enums_money import RevocationState
from subsidies.models.stamped import Stamped, person


class Revocation(Stamped):
    """撤销一项核定. While it waits nothing of the award goes out; once confirmed the award is revoked for good."""

    award = models.ForeignKey("subsidies.Award", models.PROTECT, related_name="revocations")
    state = models.CharField(
        _("状态"), max_length=10, choices=RevocationState.choices, default=RevocationState.PROPOSED
    )
    reason = models.CharField(_("撤销原因"), max_length=500)
    document_number = models.CharField(_("撤销文书"), max_length=60)
    proposed_by = person()
    proposed_at = models.DateTimeField()
    confirmed_by = person(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(_("不予撤销的理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("撤销核定")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["award"],
                condition=~Q(state="refused"),
                name="revocation_once",
                violation_error_message=_("已经有人提出撤销这项核定"),
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(document_number=""),
                name="revocation_has_ground",
                violation_error_message=_("撤销须写明原因和文书"),
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed")
                | (
                    Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                    & ~Q(confirmed_by=F("proposed_by"))
                ),
                name="revocation_by_two",
                violation_error_message=_("撤销须由另一人复核"),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""),
                name="revocation_refusal_has_reason",
                violation_error_message=_("请写明理由"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}: {self.reason[:40]}"
