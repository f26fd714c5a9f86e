"""Shapes of the API's answers and bodies about platforms."""

from __future__ import annotations

from rest_framework import serializers as s

from filings.api.answers import UnitOut
from platforms.enums import CultivationOutcome, CultivationSupport, OfferKind, ProjectStanding

MOST_TEXT = 2000


class TypeOut(s.Serializer):
    key = s.CharField(help_text="Catalogue id, and key of its programme")
    label = s.CharField()  # type: ignore[assignment]
    stage = s.CharField()
    levels = s.ListField(child=s.CharField(), help_text="From low to high")
    applied_for = s.ListField(child=s.CharField(), help_text="Levels that can be applied for here")
    hosts = s.ListField(child=s.CharField())
    records = s.ListField(child=s.CharField(), help_text="Kinds of records it keeps")
    award = s.BooleanField()


class ChainCountOut(s.Serializer):
    stage = s.CharField()
    kind = s.CharField()
    level = s.CharField()
    count = s.IntegerField()


class OverviewOut(s.Serializer):
    on = s.DateField()
    building = s.IntegerField()
    running = s.IntegerField()
    reserved = s.IntegerField()
    counts = ChainCountOut(many=True)


class KindOut(s.Serializer):
    key = s.CharField()
    label = s.CharField()  # type: ignore[assignment]
    fields = s.ListField(child=s.CharField())  # type: ignore[assignment]
    count = s.IntegerField()


class PlatformRecordOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    struck = s.BooleanField()
    struck_reason = s.CharField(allow_blank=True)
    values = s.DictField()


class PlatformRecordIn(s.Serializer):
    values = s.DictField(help_text="By the field names of the kind; dates ISO, decimals as text")
    version = s.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class StrikeIn(s.Serializer):
    reason = s.CharField(max_length=500)
    version = s.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class FollowIn(s.Serializer):
    on = s.DateField()
    text = s.CharField(max_length=MOST_TEXT)
    standing = s.ChoiceField(choices=ProjectStanding.choices, required=False, allow_blank=True)
    next_on = s.DateField(required=False, allow_null=True)


class FollowOut(s.Serializer):
    on = s.DateField()
    text = s.CharField()
    standing = s.CharField(allow_blank=True)


class FigureOut(s.Serializer):
    key = s.CharField()
    label = s.CharField()  # type: ignore[assignment]
    value = s.CharField(allow_null=True)
    unit = s.CharField(allow_blank=True)


class YearOut(s.Serializer):
    year = s.IntegerField()
    state = s.ChoiceField(choices=["open", "due", "confirmed", "accepted", "returned"])
    due_on = s.DateField()
    return_reason = s.CharField(allow_blank=True)
    figures = FigureOut(many=True)


class YearActIn(s.Serializer):
    reason = s.CharField(max_length=500, required=False, allow_blank=True)


class OfferIn(s.Serializer):
    kind = s.ChoiceField(choices=OfferKind.choices)
    name = s.CharField(max_length=120)
    detail = s.CharField(max_length=1000)
    price = s.CharField(max_length=200)
    hours = s.CharField(max_length=120)
    office = s.CharField(max_length=80)
    phone = s.CharField(max_length=40)


class OfferOut(OfferIn):
    id = s.IntegerField()
    entity = s.CharField()
    entity_name = s.CharField()


class CultivationIn(s.Serializer):
    organisation = s.CharField(max_length=30, help_text="Unified social credit code")
    entity = s.CharField(max_length=40, required=False, allow_blank=True)
    target_kind = s.CharField(max_length=40)
    target_level = s.ChoiceField(choices=["provincial", "national"])
    apply_year = s.IntegerField(min_value=2000, max_value=2200)
    supports = s.ListField(child=s.ChoiceField(choices=CultivationSupport.choices))
    ground = s.CharField(max_length=MOST_TEXT)


class CultivationOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    organisation = UnitOut()
    entity = s.CharField(allow_null=True)
    target_kind = s.CharField()
    target_level = s.CharField()
    apply_year = s.IntegerField()
    supports = s.ListField(child=s.CharField())
    entered_on = s.DateField()
    left_on = s.DateField(allow_null=True)
    outcome = s.CharField(allow_blank=True)
    achieved = s.CharField(allow_null=True)


class StepIn(s.Serializer):
    text = s.CharField(max_length=MOST_TEXT)


class CultivationLeaveIn(s.Serializer):
    outcome = s.ChoiceField(
        choices=[c for c in CultivationOutcome.choices if c[0] != CultivationOutcome.UPGRADED]
    )
    reason = s.CharField(max_length=MOST_TEXT)
