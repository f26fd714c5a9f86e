"""What comes in about entities: shape only. One service each says what it means."""

from __future__ import annotations

from rest_framework import serializers as s

from filings.api.serializers import BIGGEST_INT, LONG
from filings.enums import Grade


class RatingIn(s.Serializer):
    round = s.CharField(max_length=70)
    rated_on = s.DateField()
    grade = s.ChoiceField(choices=Grade.choices)
    word = s.CharField(max_length=20, required=False, allow_blank=True)
    score = s.CharField(max_length=20, required=False, allow_null=True, help_text="0–120, two decimals")
    by_whom = s.CharField(max_length=120, required=False, allow_blank=True)
    summary = s.CharField(max_length=LONG, required=False, allow_blank=True)
    corrects = s.IntegerField(
        required=False, min_value=1, max_value=2**62, help_text="The rating in force it replaces"
    )


class ReasonIn(s.Serializer):
    reason = s.CharField(max_length=2000)


class ExceptionIn(s.Serializer):
    reason = s.CharField(
        max_length=2000, required=False, allow_blank=True, default="", help_text="Not for confirm"
    )


class OpenIn(s.Serializer):
    ground = s.CharField(max_length=40)
    condition = s.CharField(max_length=60, required=False, allow_blank=True)
    reason = s.CharField(max_length=LONG)


class CancellationActionIn(s.Serializer):
    """Each action reads what it needs: see `takes` of `available_actions`."""

    comment = s.CharField(required=False, allow_blank=True, max_length=LONG)
    weighed = s.CharField(required=False, allow_blank=True, max_length=LONG)
    version = s.IntegerField(required=False, min_value=1, max_value=BIGGEST_INT)


class StatementIn(s.Serializer):
    text = s.CharField(max_length=LONG)


class StatementFileIn(StatementIn):
    file = s.FileField(required=False, allow_empty_file=True)
