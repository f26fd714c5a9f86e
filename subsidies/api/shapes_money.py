"""Shapes of budgets, the ledger, payments and batches. Amounts are texts of yuan with two places."""

from __future__ import annotations

from rest_framework import serializers as s

from filings.api.answers import UnitOut
from subsidies.enums_money import BatchState, EntryKind, Outcome, PaymentState


def yuan_of(**more: object) -> s.DecimalField:
    return s.DecimalField(max_digits=16, decimal_places=2, **more)  # type: ignore[arg-type]


class BudgetOut(s.Serializer):
    id = s.IntegerField()
    name = s.CharField()
    year = s.IntegerField()
    payer = UnitOut()
    measures = s.ListField(child=s.CharField(), help_text="Empty: all that have no budget of their own")
    amount = yuan_of()
    reserved = yuan_of()
    spent = yuan_of()
    left = yuan_of()


class QuotaOut(s.Serializer):
    id = s.IntegerField()
    measure = s.CharField()
    year = s.IntegerField()
    allowed = s.IntegerField()
    least = s.IntegerField()
    used = s.IntegerField()
    note = s.CharField(allow_blank=True, help_text="Why fewer than the least")


class QuotaNoteIn(s.Serializer):
    note = s.CharField(max_length=300)


class LedgerEntryOut(s.Serializer):
    number = s.IntegerField()
    kind = s.ChoiceField(choices=EntryKind.choices)
    amount = yuan_of()
    amount_after = yuan_of()
    reserved_after = yuan_of()
    spent_after = yuan_of()
    award = s.IntegerField(allow_null=True)
    reason = s.CharField(allow_blank=True)
    at = s.DateTimeField()


class BudgetIn(s.Serializer):
    year = s.IntegerField(min_value=2000, max_value=2100)
    name = s.CharField(max_length=100)
    measures = s.ListField(child=s.CharField(max_length=80), max_length=60, required=False)
    amount = yuan_of()
    reason = s.CharField(max_length=500)
    document_number = s.CharField(max_length=60, required=False, allow_blank=True)


class BudgetChangeIn(s.Serializer):
    delta = yuan_of(help_text="Negative: a cut")
    reason = s.CharField(max_length=500)
    document_number = s.CharField(max_length=60, required=False, allow_blank=True)


class BudgetChangeOut(s.Serializer):
    id = s.IntegerField()
    budget = s.IntegerField()
    version = s.IntegerField()
    state = s.CharField()
    delta = yuan_of()
    reason = s.CharField()
    available_actions = s.ListField(child=s.CharField())


class MoneyActionIn(s.Serializer):
    """What a step takes: a comment, or the account of `correct`."""

    version = s.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    comment = s.CharField(required=False, allow_blank=True, max_length=500)
    bank = s.CharField(required=False, allow_blank=True, max_length=120)
    account_name = s.CharField(required=False, allow_blank=True, max_length=120)
    account_number = s.CharField(required=False, allow_blank=True, max_length=40)


class PaymentOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    award = s.IntegerField()
    claim = s.IntegerField()
    measure = s.CharField()
    unit = UnitOut()
    payer = UnitOut()
    instalment = s.IntegerField()
    amount = yuan_of()
    capitals = s.CharField()
    due_on = s.DateField()
    paid_on = s.DateField(allow_null=True)
    state = s.ChoiceField(choices=PaymentState.choices)
    state_label = s.CharField()
    account = s.CharField(allow_blank=True, help_text="Whole for finance of the payer and the unit")
    reason = s.CharField(allow_blank=True)
    problems = s.ListField(child=s.CharField(), help_text="What keeps it from being paid")
    available_actions = s.ListField(child=s.CharField())


class BatchLineOut(s.Serializer):
    id = s.IntegerField()
    payment = s.IntegerField()
    unit = UnitOut()
    amount = yuan_of()
    outcome = s.ChoiceField(choices=[("", ""), *Outcome.choices])
    outcome_on = s.DateField(allow_null=True)
    reason = s.CharField(allow_blank=True)
    reference = s.CharField(allow_blank=True)


class BatchRowOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    number = s.CharField()
    payer = UnitOut()
    state = s.ChoiceField(choices=BatchState.choices)
    state_label = s.CharField()
    count = s.IntegerField()
    total = yuan_of()
    capitals = s.CharField()
    available_actions = s.ListField(child=s.CharField())


class BatchOut(BatchRowOut):
    lines = BatchLineOut(many=True)


class BatchIn(s.Serializer):
    payments = s.ListField(child=s.IntegerField(min_value=1), min_length=1, max_length=1000)


class ResultIn(s.Serializer):
    line = s.IntegerField(min_value=1)
    outcome = s.ChoiceField(choices=Outcome.choices)
    on = s.DateField()
    reason = s.CharField(required=False, allow_blank=True, max_length=300)
    reference = s.CharField(required=False, allow_blank=True, max_length=60)


class ResultsIn(s.Serializer):
    results = ResultIn(many=True, allow_empty=False)
