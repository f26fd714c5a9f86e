"""Shapes of holds, instalments, revocations, claw-backs and payer shares."""

from __future__ import annotations

from rest_framework import serializers as s

from filings.api.answers import UnitOut
from subsidies.api.shapes_money import PaymentOut, yuan_of
from subsidies.enums import AwardState
from subsidies.enums_money import ClawBackState, RevocationState


class StepIn(s.Serializer):
    version = s.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class CommentIn(s.Serializer):
    comment = s.CharField(max_length=500)


class ReasonedStepIn(StepIn, CommentIn):
    pass


class InstalmentIn(s.Serializer):
    amount = yuan_of()
    due_on = s.DateField()


class InstalmentsIn(s.Serializer):
    instalments = InstalmentIn(many=True, allow_empty=False)


class InstalmentsOut(s.Serializer):
    payments = PaymentOut(many=True)


class HoldIn(s.Serializer):
    reason = s.CharField(max_length=500)


class HoldOut(s.Serializer):
    id = s.IntegerField()
    award = s.IntegerField()
    reason = s.CharField()
    placed_at = s.DateTimeField()
    released_at = s.DateTimeField(allow_null=True)
    release_reason = s.CharField(allow_blank=True)


class RevocationIn(s.Serializer):
    document_number = s.CharField(max_length=60)
    reason = s.CharField(max_length=500)


class RevocationActionIn(StepIn):
    """A comment for `refuse`."""

    comment = s.CharField(required=False, max_length=500)


class RevocationOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    award = s.IntegerField()
    reason = s.CharField()
    document_number = s.CharField()
    state = s.ChoiceField(choices=RevocationState.choices)
    award_state = s.ChoiceField(choices=AwardState.choices)
    refusal = s.CharField(allow_blank=True)
    available_actions = s.ListField(child=s.CharField())


class DemandIn(s.Serializer):
    amount = yuan_of()
    due_on = s.DateField()
    document_number = s.CharField(max_length=60)
    reason = s.CharField(max_length=500)


class RecoveryIn(StepIn):
    amount = yuan_of()
    received_on = s.DateField()
    reference = s.CharField(max_length=60)


class ClawBackActionIn(StepIn):
    """A comment for `refuse`; amount, day and voucher for `recover`."""

    comment = s.CharField(required=False, max_length=500)
    amount = yuan_of(required=False)
    received_on = s.DateField(required=False)
    reference = s.CharField(required=False, max_length=60)


class ClawBackOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    award = s.IntegerField()
    unit = UnitOut()
    amount = yuan_of()
    recovered = yuan_of()
    due_on = s.DateField()
    reason = s.CharField()
    document_number = s.CharField()
    state = s.ChoiceField(choices=ClawBackState.choices)
    available_actions = s.ListField(child=s.CharField())


class ShareIn(s.Serializer):
    payer = s.CharField(max_length=18, help_text="Credit code of the bureau")
    percent = s.DecimalField(max_digits=5, decimal_places=2)


class SharesIn(s.Serializer):
    shares = ShareIn(many=True, allow_empty=False)
    reason = s.CharField(max_length=300)


class SharesOut(s.Serializer):
    shares = ShareIn(many=True)
