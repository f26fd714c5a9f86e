"""Shapes of corrections of a confirmed round."""

from __future__ import annotations

from rest_framework import serializers as s

from evaluation.api.shapes_rounds import LARGEST, EntityRefOut
from evaluation.enums import CorrectionGround, CorrectionState


class ResultCorrectionRowOut(s.Serializer):
    number = s.IntegerField()
    version = s.IntegerField()
    ground = s.ChoiceField(choices=CorrectionGround.choices)
    reason = s.CharField()
    state = s.ChoiceField(choices=CorrectionState.choices)
    state_label = s.CharField()
    base = s.IntegerField(help_text="Number of the run that is corrected")
    run = s.IntegerField(allow_null=True, help_text="Number of the run submitted in its place")
    opened_at = s.DateTimeField()
    proposed_at = s.DateTimeField(allow_null=True)
    confirmed_at = s.DateTimeField(allow_null=True)
    applied_at = s.DateTimeField(allow_null=True, help_text="Ratings, reports and proceedings have followed")
    withdrawn_because = s.CharField(allow_blank=True)


class ResultsMovedOut(s.Serializer):
    """How many results the newest finished run of the correction moves."""

    all = s.IntegerField()
    regraded = s.IntegerField()
    scored = s.IntegerField()
    ranked = s.IntegerField(help_text="Only the rank")
    unnamed = s.IntegerField()


class ResultCorrectionOut(ResultCorrectionRowOut):
    document = s.CharField(allow_null=True, help_text="Name of the paper it rests on")
    proposal = s.CharField(allow_blank=True)
    entities = EntityRefOut(many=True, help_text="Whose figures may be corrected")
    runs = s.ListField(child=s.IntegerField(), help_text="Numbers; how far they are: `rounds_runs`")
    moved = ResultsMovedOut(allow_null=True)
    available_actions = s.ListField(child=s.CharField())


class ResultCorrectionIn(s.Serializer):
    """`entities`: codes on the register. Only their figures become correctable."""

    ground = s.ChoiceField(choices=CorrectionGround.choices)
    reason = s.CharField(max_length=5000)
    entities = s.ListField(child=s.CharField(max_length=40), min_length=1, max_length=200)


class ResultCorrectionNameIn(s.Serializer):
    entities = s.ListField(child=s.CharField(max_length=40), min_length=1, max_length=200)


class ResultCorrectionDocumentIn(s.Serializer):
    file = s.FileField(allow_empty_file=True)


class ResultCorrectionActionIn(s.Serializer):
    version = s.IntegerField(required=False, min_value=1, max_value=LARGEST)
    comment = s.CharField(required=False, allow_blank=True, max_length=5000)


class ResultSideOut(s.Serializer):
    total = s.CharField()
    grade = s.CharField(allow_blank=True)
    word = s.CharField(allow_blank=True)
    rank = s.IntegerField()


class ResultChangeOut(s.Serializer):
    entity = EntityRefOut()
    named = s.BooleanField(help_text="False: moved by the correction of another entity")
    before = ResultSideOut()
    after = ResultSideOut()
    follows = s.ListField(child=s.CharField(), help_text="What another grade brings, in sentences")
    rating = s.CharField(allow_null=True, help_text="Round of the rating that replaces the old one")
    report = s.CharField(allow_null=True, help_text="Number of the report that replaces the old one")
    cancellation_stands = s.BooleanField(
        help_text="A cancellation took effect on the old grade and is not undone by the correction"
    )
