"""拨付: instalments of an award, the batches in which they go to the treasury, and what holds them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from subsidies.enums_money import BatchState, Outcome, PaymentState
from subsidies.models.budget import NONE, yuan
from subsidies.models.commitment import Commitment
from subsidies.models.stamped import Stamped, person

ACCOUNT = ("bank", "account_name", "account_number")


class Payment(Stamped):
    """一期拨款: one instalment out of one payer's share, with the account it goes to.

    A trigger refuses more than the commitment in all its instalments, and another amount or account once it is in a
    batch or paid.
    """

    award = models.ForeignKey("subsidies.Award", models.PROTECT, related_name="payments")
    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="payments")
    state = models.CharField(
        _("状态"), max_length=10, choices=PaymentState.choices, default=PaymentState.PLANNED
    )
    instalment = models.PositiveSmallIntegerField(_("期次"), default=1)
    amount = yuan(_("金额"))
    due_on = models.DateField(_("应拨日期"))
    bank = models.CharField(_("开户银行"), max_length=120, blank=True)
    account_name = models.CharField(_("账户名称"), max_length=120, blank=True)
    account_number = models.CharField(_("银行账号"), max_length=40, blank=True)
    attempt = models.PositiveSmallIntegerField(_("被退回次数"), default=0)
    # the account to pay to after a return: given by one person, confirmed by another
    new_bank = models.CharField(_("更正后的开户银行"), max_length=120, blank=True)
    new_account_name = models.CharField(_("更正后的账户名称"), max_length=120, blank=True)
    new_account_number = models.CharField(_("更正后的银行账号"), max_length=40, blank=True)
    corrected_by = person(null=True, blank=True)
    corrected_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("退回、暂缓或者取消的原因"), max_length=500, blank=True)
    paid_on = models.DateField(_("到账日期"), null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("拨款")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="payment_due"),
            models.Index(fields=["account_number"], name="payment_account"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "instalment"],
                condition=~Q(state=PaymentState.CANCELLED),
                name="instalment_once",
                violation_error_message=_("该期拨款已经存在"),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payment_positive",
                violation_error_message=_("拨款金额应当大于零"),
            ),
            models.CheckConstraint(
                condition=~Q(state=PaymentState.PAID) | Q(paid_on__isnull=False),
                name="paid_payment_has_day",
                violation_error_message=_("已拨付的须有到账日期"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("returned", "held", "cancelled")) | ~Q(reason=""),
                name="payment_stops_with_reason",
                violation_error_message=_("退回、暂缓和取消须写明原因"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("in_batch", "paid"))
                | (~Q(bank="") & ~Q(account_name="") & ~Q(account_number="")),
                name="payment_has_account",
                violation_error_message=_("收款账户不完整"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}/{self.instalment}: {self.amount}"


class PaymentBatch(Stamped):
    """拨付批次: what one payer sends to the treasury at once; approved by somebody who neither made nor submitted it."""

    number = models.CharField(_("批次号"), max_length=40, unique=True)
    payer = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="batches", verbose_name=_("出资单位")
    )
    state = models.CharField(_("状态"), max_length=10, choices=BatchState.choices, default=BatchState.DRAFT)
    total = yuan(_("合计"), default=NONE)
    count = models.PositiveIntegerField(_("笔数"), default=0)
    created_by = person()
    created_at = models.DateTimeField()
    submitted_by = person(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = person(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    sent_by = person(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    file = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    file_sha256 = models.CharField(max_length=64, blank=True)
    downloads = models.PositiveIntegerField(_("导出次数"), default=0)
    reason = models.CharField(_("退回或者作废的原因"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("拨付批次")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("draft", "discarded"))
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="batch_submitted_by_somebody",
                violation_error_message=_("批次须有提交人"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "sent", "settled"))
                | (
                    Q(approved_by__isnull=False, approved_at__isnull=False)
                    & ~Q(approved_by=F("submitted_by"))
                    & ~Q(approved_by=F("created_by"))
                ),
                name="batch_approved_by_another",
                violation_error_message=_("批次须由编制人、提交人以外的人审批"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("sent", "settled"))
                | (Q(file__isnull=False, sent_at__isnull=False) & ~Q(file_sha256="")),
                name="sent_batch_has_file",
                violation_error_message=_("已送国库的批次须有拨付清单"),
            ),
            models.CheckConstraint(
                condition=~Q(state="settled") | Q(settled_at__isnull=False),
                name="settled_batch_has_moment",
                violation_error_message=_("已对账的批次须有对账时间"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class BatchLine(models.Model):
    """A payment in a batch, with the account as it was then. `live` until the money came back: one live line at most."""

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="lines")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="lines")
    amount = yuan(_("金额"))
    bank = models.CharField(_("开户银行"), max_length=120)
    account_name = models.CharField(_("账户名称"), max_length=120)
    account_number = models.CharField(_("银行账号"), max_length=40)
    live = models.BooleanField(default=True)
    added_by = person(null=True, verbose_name=_("列入人"))
    outcome = models.CharField(_("国库结果"), max_length=10, choices=Outcome.choices, blank=True)
    outcome_on = models.DateField(_("结果日期"), null=True, blank=True)
    reason = models.CharField(_("退回原因"), max_length=300, blank=True)
    reference = models.CharField(_("国库流水号"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("批次明细")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(live=True),
                name="payment_in_one_live_batch",
                violation_error_message=_("该期拨款已在另一批次中"),
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome_on__isnull=False),
                name="outcome_has_day",
                violation_error_message=_("国库结果须有日期"),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="returned") | (~Q(reason="") & Q(live=False)),
                name="returned_line_has_reason",
                violation_error_message=_("退回须写明原因"),
            ),
            models.CheckConstraint(
                condition=~Q(outcome="paid") | Q(live=True),
                name="paid_line_lives",
                violation_error_message=_("已到账的明细不能撤下"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.payment_id}"


class PaymentHold(models.Model):
    """暂缓拨付: nothing of an award goes out until a second person releases it."""

    award = models.ForeignKey("subsidies.Award", models.PROTECT, related_name="holds")
    reason = models.CharField(_("暂缓原因"), max_length=500)
    placed_by = person()
    placed_at = models.DateTimeField()
    released_by = person(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    release_reason = models.CharField(_("解除理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("暂缓拨付")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(released_at__isnull=True),
                name="one_open_hold",
                violation_error_message=_("该笔奖补已暂缓拨付"),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="hold_has_reason",
                violation_error_message=_("请写明暂缓原因"),
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True)
                | (Q(released_by__isnull=False) & ~Q(released_by=F("placed_by")) & ~Q(release_reason="")),
                name="hold_released_by_another",
                violation_error_message=_("解除暂缓须由另一人写明理由"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}: {self.reason}"
