"""追回: what a unit has to give back, and what came back in instalments."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from subsidies.enums_money import ClawBackState
from subsidies.models.budget import NONE, yuan
from subsidies.models.commitment import Commitment
from subsidies.models.stamped import Stamped, person


class ClawBack(Stamped):
    """追回一笔: demanded with a document, confirmed by a second person, settled when all of it is back.

    A trigger refuses to demand more than was paid out of the commitment.
    """

    award = models.ForeignKey("subsidies.Award", models.PROTECT, related_name="clawbacks")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="clawbacks")
    state = models.CharField(
        _("状态"), max_length=10, choices=ClawBackState.choices, default=ClawBackState.PROPOSED
    )
    amount = yuan(_("应追回金额"))
    recovered = yuan(_("已追回"), default=NONE)
    reason = models.CharField(_("追回原因"), max_length=500)
    document_number = models.CharField(_("追回文书"), max_length=60)
    due_on = models.DateField(_("退款期限"))
    proposed_by = person()
    proposed_at = models.DateTimeField()
    confirmed_by = person(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(_("不予追回的理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("追回资金")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, recovered__gte=0, recovered__lte=F("amount")),
                name="clawback_within_amount",
                violation_error_message=_("已追回数不能超过应追回数"),
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(document_number=""),
                name="clawback_has_ground",
                violation_error_message=_("追回须写明原因和文书"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "settled"))
                | (
                    Q(confirmed_by__isnull=False, confirmed_at__isnull=False)
                    & ~Q(confirmed_by=F("proposed_by"))
                ),
                name="clawback_by_two",
                violation_error_message=_("追回须由另一人复核"),
            ),
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(recovered=F("amount")),
                name="settled_clawback_is_whole",
                violation_error_message=_("尚未全部追回"),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""),
                name="clawback_refusal_has_reason",
                violation_error_message=_("请写明理由"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}: {self.amount}"

    @property
    def open_amount(self) -> Decimal:
        """What is still to come back."""
        return self.amount - self.recovered


class Recovery(models.Model):
    """An instalment that came back. Never rewritten: a trigger refuses it."""

    clawback = models.ForeignKey(ClawBack, models.PROTECT, related_name="recoveries")
    number = models.PositiveSmallIntegerField(_("期次"))
    amount = yuan(_("金额"))
    received_on = models.DateField(_("到账日期"))
    reference = models.CharField(_("缴款凭证号"), max_length=60)
    recorded_by = person()
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("退款")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["clawback", "number"], name="recovery_number_once"),
            models.UniqueConstraint(
                fields=["clawback", "reference"],
                name="recovery_voucher_once",
                violation_error_message=_("该缴款凭证已经登记"),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="recovery_positive",
                violation_error_message=_("退款金额应当大于零"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clawback_id}/{self.number}: {self.amount}"
