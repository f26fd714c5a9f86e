"""What of an award stands in which budget, who bears it, and how many awards of a measure a year allows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from subsidies.models.budget import Budget, yuan
from subsidies.models.stamped import person


class Commitment(models.Model):
    """一笔占用: a part of an award in one payer's budget; reserved, then released or spent.

    `turn` counts the proposals of the award: a proposal that was sent back is released and reserved anew.
    """

    award = models.ForeignKey("subsidies.Award", models.PROTECT, related_name="commitments")
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="commitments")
    turn = models.PositiveSmallIntegerField(default=1)
    amount = yuan(_("金额"))
    made_at = models.DateTimeField(_("预留时间"))
    released_at = models.DateTimeField(_("释放时间"), null=True, blank=True)
    spent_at = models.DateTimeField(_("列支时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("预算占用")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["award", "budget"],
                condition=Q(released_at__isnull=True),
                name="one_live_commitment",
                violation_error_message=_("该笔奖补已占用这项预算"),
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="commitment_positive",
                violation_error_message=_("占用金额应当大于零"),
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(spent_at__isnull=True),
                name="commitment_released_or_spent",
                violation_error_message=_("已列支的不能释放"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id} → {self.budget_id}: {self.amount}"


class PayerShare(models.Model):
    """分担比例: where the law does not say who pays (amb_floor_payer), recorded claim by claim."""

    claim = models.ForeignKey("filings.Filing", models.PROTECT, related_name="payer_shares")
    payer = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("出资单位")
    )
    percent = models.DecimalField(_("分担比例"), max_digits=5, decimal_places=2)
    reason = models.CharField(_("依据"), max_length=300)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("分担比例")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "payer"], name="one_share_of_a_payer"),
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100),
                name="share_is_a_percentage",
                violation_error_message=_("分担比例应在 0 至 100 之间"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id} {self.payer_id} {self.percent}%"


class QuotaYear(models.Model):
    """名额: awards of a measure in a year. The database refuses one more than the law allows.

    Fewer than `least` are allowed with a note (reading `subsidy.demo_quota`).
    """

    measure = models.CharField(_("支持措施"), max_length=80)
    place = models.CharField(_("适用地区"), max_length=6)
    year = models.PositiveSmallIntegerField(_("年度"))
    allowed = models.PositiveSmallIntegerField(_("名额"))
    least = models.PositiveSmallIntegerField(_("最少家数"), default=0)
    used = models.PositiveSmallIntegerField(_("已用"), default=0)
    note = models.CharField(_("少于最少家数的说明"), max_length=300, blank=True)
    noted_by = person(null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("年度名额")
        ordering = ["-year", "measure"]
        constraints = [
            models.UniqueConstraint(fields=["measure", "place", "year"], name="one_quota_a_year"),
            models.CheckConstraint(
                condition=Q(used__lte=F("allowed")),
                name="quota_not_exceeded",
                violation_error_message=_("超过年度名额"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.year}: {self.used}/{self.allowed}"

    @property
    def is_short(self) -> bool:
        """Fewer than the law plans for."""
        return self.used < self.least


class QuotaPlace(models.Model):
    """One place of a quota, held by one award."""

    quota = models.ForeignKey(QuotaYear, models.PROTECT, related_name="places")
    award = models.OneToOneField("subsidies.Award", models.PROTECT, related_name="quota_place")

    class Meta:
        verbose_name = _("占用名额")

    def __str__(self) -> str:
        return f"{self.quota_id}: {self.award_id}"
