"""What was proposed and decided on a claim, and what may be granted in all for one matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import pghistory
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.workflow import StatefulModel
from subsidies.enums import AwardState, Unit

ZERO = Decimal("0.00")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class Award(StatefulModel):
    """核定结果 of one claim, with everything it was computed from.

    `asked` holds the payload of the quote and the earlier awards it was stacked against, `result` the answer with its
    lines; `sha256` is over both. They are written when an officer proposes, again only when a proposal was sent back
    and is made anew, and never after the decision. `amount` (yuan) is what this claim pays: the sum of the lines.
    """

    claim = models.OneToOneField(
        "filings.Filing", models.PROTECT, related_name="award", verbose_name=_("申领")
    )
    measure = models.CharField(_("支持措施"), max_length=80)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="awards", verbose_name=_("受益单位")
    )
    entity = models.ForeignKey(
        "filings.Entity",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="awards",
        verbose_name=_("登记主体"),
    )
    on = models.DateField(_("事项日期"))
    year = models.PositiveSmallIntegerField(_("年度"))
    place = models.CharField(_("适用地区"), max_length=6)
    asked: Any = models.JSONField(_("测算依据的事实"))
    result: Any = models.JSONField(_("测算结果"))
    sha256 = models.CharField(_("摘要"), max_length=64)
    amount = models.DecimalField(
        _("核定金额"), max_digits=16, decimal_places=2, validators=[MinValueValidator(ZERO)]
    )
    support = models.TextField(_("支持内容"), blank=True)  # of a measure without a figure, in words
    state = models.CharField(
        _("状态"), max_length=10, choices=AwardState.choices, default=AwardState.PROPOSED
    )
    proposal = models.PositiveSmallIntegerField(_("拟定次数"), default=1)
    proposed_at = models.DateTimeField(_("拟定时间"))
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)
    document_number = models.CharField(_("发文字号"), max_length=60, blank=True)
    revoked_on = models.DateField(_("撤销日期"), null=True, blank=True)
    revoked_reason = models.TextField(_("撤销原因"), blank=True)

    class Meta:
        verbose_name = _("核定结果")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["organisation", "state"], name="award_of_unit"),
            models.Index(fields=["entity", "state"], name="award_of_entity"),
            models.Index(fields=["measure", "year", "state"], name="award_of_measure"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=AwardState.values),
                name="award_state_known",
                violation_error_message=_("没有这种状态"),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="award_not_negative",
                violation_error_message=_("核定金额不能为负数"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(AwardState.DECIDED, AwardState.REVOKED))
                | (Q(decided_on__isnull=False) & ~Q(document_number="")),
                name="award_decided_with_document",
                violation_error_message=_("决定须有发文日期和发文字号"),
            ),
            models.CheckConstraint(
                condition=~Q(state=AwardState.REVOKED)
                | (Q(revoked_on__isnull=False) & ~Q(revoked_reason="")),
                name="award_revoked_with_reason",
                violation_error_message=_("撤销须写明日期和原因"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.amount}"

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """The document of a decision; the day and reason of a revocation."""
        if self.state == AwardState.DECIDED:
            self.decided_on, self.document_number = data["decided_on"], data["document_number"]
            return ["decided_on", "document_number"]
        if self.state == AwardState.REVOKED:
            self.revoked_on, self.revoked_reason = clock.local(moment).date(), data["comment"]
            return ["revoked_on", "revoked_reason"]
        return []


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True)
class Entitlement(models.Model):
    """应享额度: what may be granted in all under one key, whoever decides first.

    `key` names what is not enjoyed twice: `once|measure|matter`, `cap|group|whose`, `group|rule|whose|year`,
    `space|identifier`, `payment|measure|whose|document`. The database refuses what is beyond the ceiling, whatever the code
    above it computed.
    """

    key = models.CharField(_("限额事项"), max_length=300, unique=True)
    unit = models.CharField(_("计量"), max_length=6, choices=Unit.choices, default=Unit.YUAN)
    ceiling = models.DecimalField(_("应享额度"), max_digits=16, decimal_places=2)
    granted = models.DecimalField(_("已核定"), max_digits=16, decimal_places=2, default=ZERO)
    clause = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("应享额度")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(granted__gte=0),
                name="entitlement_not_negative",
                violation_error_message=_("已核定数不能为负数"),
            ),
            models.CheckConstraint(
                condition=Q(granted__lte=F("ceiling")),
                name="entitlement_not_exceeded",
                violation_error_message=_("超过同一事项应享的额度，不重复享受"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.granted}/{self.ceiling}"


class AwardShare(models.Model):
    """What one award takes of one entitlement; taken away again when the award is released."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="shares")
    entitlement = models.ForeignKey(Entitlement, models.PROTECT, related_name="shares")
    amount = models.DecimalField(_("数额"), max_digits=16, decimal_places=2)

    class Meta:
        verbose_name = _("占用额度")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["award", "entitlement"], name="one_share_of_an_entitlement"),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="share_not_negative",
                violation_error_message=_("占用数额不能为负数"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.award_id}/{self.entitlement_id}: {self.amount}"
