"""预算: what a payer may spend in a year on which measures, and the ledger whose sum is its balance."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.workflow import StatefulModel
from subsidies.enums_money import ChangeState, EntryKind

NONE = Decimal(0)


def yuan(label: Any, **more: Any) -> models.DecimalField[Any, Any]:
    """A column of money: yuan to the fen."""
    return models.DecimalField(label, max_digits=16, decimal_places=2, **more)


class Budget(models.Model):
    """One year's money of one payer (city or district share). Its three figures move with an entry of the ledger only.

    A deferred trigger compares them with the last entry at the end of every transaction.
    """

    name = models.CharField(_("预算名称"), max_length=100)
    year = models.PositiveSmallIntegerField(_("预算年度"))
    payer = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="budgets", verbose_name=_("出资单位")
    )
    amount = yuan(_("预算额"), default=NONE)
    reserved = yuan(_("已预留"), default=NONE)
    spent = yuan(_("已列支"), default=NONE)
    entries_made = models.PositiveIntegerField(default=0)  # the number of the last entry
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("预算")
        ordering = ["-year", "payer_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reserved__gte=0),
                name="budget_reserved_not_negative",
                violation_error_message=_("预留数不能为负数"),
            ),
            models.CheckConstraint(
                condition=Q(spent__gte=0),
                name="budget_spent_not_negative",
                violation_error_message=_("列支数不能为负数"),
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=F("reserved") + F("spent")),
                name="budget_not_overspent",
                violation_error_message=_("预留和列支之和不能超过预算额"),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="budget_year_is_sensible",
                violation_error_message=_("预算年度应在 2000 至 2100 之间"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.name}"

    @property
    def left(self) -> Decimal:
        """What may still be reserved."""
        return self.amount - self.reserved - self.spent


class BudgetMeasure(models.Model):
    """Which measures a budget pays for; an empty id means all that have no budget of their own."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="measures")
    payer = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    measure = models.CharField(_("支持措施"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("预算适用的措施")
        ordering = ["measure"]
        constraints = [
            models.UniqueConstraint(
                fields=["payer", "year", "measure"],
                name="one_budget_of_a_measure",
                violation_error_message=_("该措施本年度已有预算"),
            )
        ]

    def __str__(self) -> str:
        return self.measure or "*"


class BudgetChange(StatefulModel):
    """下达或调整: one person proposes it with a reason, another confirms it; only then does the budget move."""

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="changes")
    state = models.CharField(
        _("状态"), max_length=10, choices=ChangeState.choices, default=ChangeState.PROPOSED
    )
    kind = models.CharField(_("类别"), max_length=12, choices=EntryKind.choices)
    delta = yuan(_("增减额"))
    reason = models.CharField(_("理由"), max_length=500)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    refusal = models.CharField(_("退回理由"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("预算调整")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(delta=0),
                name="budget_change_changes",
                violation_error_message=_("增减额不能为零"),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="budget_change_has_reason",
                violation_error_message=_("请写明理由"),
            ),
            models.CheckConstraint(
                condition=~Q(state=ChangeState.CONFIRMED)
                | (Q(state_changed_by__isnull=False) & ~Q(state_changed_by=F("proposed_by"))),
                name="budget_change_by_two",
                violation_error_message=_("预算调整须由另一人复核"),
            ),
            models.CheckConstraint(
                condition=~Q(state=ChangeState.REFUSED) | ~Q(refusal=""),
                name="budget_refusal_has_reason",
                violation_error_message=_("请写明退回理由"),
            ),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.APPROPRIATED, delta__gt=0) | Q(kind=EntryKind.ADJUSTED),
                name="budget_change_kind",
                violation_error_message=_("下达金额应当大于零"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id} {self.delta:+}"

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """Why it was refused."""
        if self.state == ChangeState.REFUSED:
            self.refusal = data["comment"]
            return ["refusal"]
        return []


def _moves(kind: str, amount: Any, reserved: Any, spent: Any) -> Q:
    return Q(kind=kind, to_amount=amount, to_reserved=reserved, to_spent=spent)


X = F("amount")


class BudgetEntry(models.Model):
    """台账: one movement of a budget, numbered without gaps, with the balance after it. Never rewritten.

    A trigger refuses UPDATE, DELETE and TRUNCATE; another refuses an entry that does not continue the one before.
    """

    budget = models.ForeignKey(Budget, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField(_("序号"))
    kind = models.CharField(_("类别"), max_length=12, choices=EntryKind.choices)
    amount = yuan(_("金额"))
    to_amount = yuan(_("预算额增减"), default=NONE)
    to_reserved = yuan(_("预留增减"), default=NONE)
    to_spent = yuan(_("列支增减"), default=NONE)
    amount_after = yuan(_("预算额"))
    reserved_after = yuan(_("已预留"))
    spent_after = yuan(_("已列支"))
    change = models.OneToOneField(BudgetChange, models.PROTECT, null=True, related_name="entry")
    commitment = models.ForeignKey("subsidies.Commitment", models.PROTECT, null=True, related_name="entries")
    payment = models.ForeignKey("subsidies.Payment", models.PROTECT, null=True, related_name="entries")
    attempt = models.PositiveSmallIntegerField(default=0)  # of the payment: each return is an attempt
    recovery = models.OneToOneField("subsidies.Recovery", models.PROTECT, null=True, related_name="entry")
    reason = models.CharField(_("说明"), max_length=500, blank=True)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("预算台账")
        ordering = ["budget_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["budget", "number"], name="entry_number_once"),
            models.UniqueConstraint(
                fields=["commitment", "kind"],
                condition=Q(payment__isnull=True, recovery__isnull=True),
                name="entry_once_for_a_step",
            ),
            models.UniqueConstraint(
                fields=["payment", "kind", "attempt"],
                condition=Q(payment__isnull=False),
                name="entry_once_for_an_attempt",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="entry_amount_positive",
                violation_error_message=_("台账金额应当大于零"),
            ),
            models.CheckConstraint(
                condition=_moves("appropriated", X, 0, 0)
                | _moves("adjusted", X, 0, 0)
                | _moves("adjusted", -X, 0, 0)
                | _moves("reserved", 0, X, 0)
                | _moves("released", 0, -X, 0)
                | _moves("released", 0, 0, -X)
                | _moves("spent", 0, -X, X)
                | _moves("returned", 0, X, -X)
                | _moves("clawed_back", 0, 0, -X),
                name="entry_moves_as_its_kind",
                violation_error_message=_("台账的增减与类别不符"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.budget_id}/{self.number} {self.kind} {self.amount}"
