"""What a search for support is asked and answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from accounts.enums import Level
from filings.enums import Grade
from subsidies.api.shapes import QuoteLineOut
from subsidies.enums import SizeClass, Status
from subsidies.forms_finder import UNITS
from subsidies.needs import LackKind


def _n(kind: type[s.Field], **options: Any) -> s.Field:
    return kind(required=False, allow_null=True, **options)


def _number(places: int = 2) -> s.Field:
    return _n(s.DecimalField, max_digits=14, decimal_places=places, min_value=0)


class FinderIn(s.Serializer):
    """A credit code, or what kind of unit it is and where; the rest is about its platform, alliance or community."""

    code = s.CharField(required=False, allow_blank=True, max_length=40, help_text="Credit code")
    kind = s.ChoiceField(required=False, choices=UNITS)
    size_class = s.ChoiceField(required=False, choices=SizeClass.choices)
    district = s.CharField(required=False, max_length=6)
    platform = s.CharField(required=False, max_length=60, help_text="Entity type of the catalogue")
    level = s.ChoiceField(required=False, choices=Level.choices)
    approved_on = _n(s.DateField)
    grade = s.ChoiceField(required=False, choices=Grade.choices)
    from_alliance = s.BooleanField(required=False)
    selected = s.BooleanField(required=False)
    area_new = _number()
    area_renovation = _number()
    area_extension = _number()
    service_total = _number()
    provincial_subsidy = _number()
    actual_cost = _number()


class FoundFactOut(s.Serializer):
    name = s.CharField()
    label = s.CharField()
    value = s.CharField(help_text="As a quote takes it")
    source = s.CharField(allow_blank=True)


class MatchOut(s.Serializer):
    measure = s.CharField()
    label = s.CharField()
    entity = s.CharField(allow_blank=True, help_text="Code on the register; empty for the unit itself")
    facts = FoundFactOut(many=True)
    status = s.ChoiceField(choices=Status.choices)
    amount = s.CharField(allow_null=True, help_text="Yuan; null where the authority decides")
    upper_bound = s.CharField(allow_null=True)
    deadline = s.DateField(allow_null=True)
    clause = s.CharField()
    lines = QuoteLineOut(many=True)
    assumptions = s.ListField(child=s.CharField())
    claim_free = s.BooleanField()


class LackOut(s.Serializer):
    kind = s.ChoiceField(choices=[kind.value for kind in LackKind])
    condition = s.CharField()
    said = s.CharField()
    remedy = s.CharField()
    clause = s.CharField()


class NearOut(s.Serializer):
    measure = s.CharField()
    label = s.CharField()
    entity = s.CharField(allow_blank=True)
    lack = LackOut(help_text="The one condition that is missing")
    clause = s.CharField()


class SupportFoundOut(s.Serializer):
    date = s.DateField()
    unit = s.CharField(allow_blank=True)
    matches = MatchOut(many=True)
    near = NearOut(many=True)
