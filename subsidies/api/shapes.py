"""What a quote is asked and answers (shapes for the OpenAPI document; the quote reads its payload itself)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from accounts.api.describe import ProblemOut
from subsidies.enums import Kind, Need, Status, Topic
from subsidies.selectors.payload import MOST, REF


def _n(kind: type[s.Field], **options: Any) -> s.Field:
    return kind(allow_null=True, **options)


class ClaimIn(s.Serializer):
    ref = s.CharField(required=False, max_length=REF, help_text="What the answer calls the claim")
    measure = s.CharField(max_length=80)
    organisation = s.CharField(required=False, allow_null=True, max_length=REF, help_text="Credit code")
    district = s.CharField(
        required=False, allow_null=True, max_length=6, help_text="GB/T 2260, or a zone's code"
    )
    entity = s.CharField(required=False, allow_null=True, max_length=REF, help_text="Code on the register")
    facts = s.DictField(required=False, child=s.JSONField(), help_text="By name, see the measure")


class QuoteIn(s.Serializer):
    date = s.DateField()
    claims = s.ListField(child=ClaimIn(), min_length=1, max_length=MOST)


class QuoteLineOut(s.Serializer):
    code = s.CharField()
    label = s.CharField()
    amount = _n(s.CharField, help_text="Yuan, two decimals; the lines add up to the amount")
    clause = s.CharField(allow_blank=True)
    reading = s.CharField(required=False, help_text="The amb_* id that was read")


class QuoteReadingOut(s.Serializer):
    id = s.CharField()
    label = s.CharField()
    text = s.CharField()


class QuoteResultOut(s.Serializer):
    ref = s.CharField()
    measure = s.CharField()
    label = s.CharField()
    kind = s.ChoiceField(choices=Kind.choices)
    status = s.ChoiceField(choices=Status.choices)
    status_label = s.CharField()
    amount = _n(s.CharField)
    upper_bound = _n(s.CharField)
    lower_bound = _n(s.CharField)
    lines = QuoteLineOut(many=True)
    assumptions = s.ListField(child=s.CharField())
    excluded_by = _n(s.CharField)
    errors = ProblemOut(many=True)
    readings = QuoteReadingOut(many=True)


class QuoteOut(s.Serializer):
    date = s.DateField()
    law_revision = s.IntegerField()
    results = QuoteResultOut(many=True)
    total = s.CharField()


class MeasureFactOut(s.Serializer):
    name = s.CharField()
    label = s.CharField()
    kind = s.CharField()
    unit = s.CharField(allow_blank=True)
    need = s.ChoiceField(choices=Need.choices)
    choices = s.ListField(child=s.CharField())


class MeasureFigureOut(s.Serializer):
    name = s.CharField()
    label = s.CharField()
    value = s.CharField()
    unit = s.CharField(allow_blank=True)
    clause = s.CharField(allow_blank=True)
    valid_from = s.DateField()
    valid_until = _n(s.DateField)


class MeasureRowOut(s.Serializer):
    id = s.CharField()
    label = s.CharField()
    kind = s.ChoiceField(choices=Kind.choices)
    topic = s.ChoiceField(choices=Topic.choices)
    rule = s.CharField()
    place = s.CharField()
    clause = s.CharField()
    in_force = s.BooleanField()


class MeasureOut(MeasureRowOut):
    facts = MeasureFactOut(many=True)
    figures = MeasureFigureOut(many=True)
    requires = s.ListField(child=s.CharField())
    readings = QuoteReadingOut(many=True)
    beneficiary = s.ListField(child=s.CharField())
    entity = s.ListField(child=s.CharField())
    departments = s.ListField(child=s.CharField())
    once_per = s.CharField(allow_blank=True)
    exclusive_group = s.CharField(allow_blank=True)
