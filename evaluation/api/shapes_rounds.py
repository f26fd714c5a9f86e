"""Shapes of rounds, their figures, runs and results. Scores are texts of points, as the engine writes them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from evaluation.enums import Exclusion, MarkKind, Occasion, RoundState
from filings.api.answers import UnitOut

LARGEST = 2**31 - 1


class SchemeRefOut(s.Serializer):
    id = s.IntegerField()
    key = s.CharField()
    version = s.IntegerField()
    title = s.CharField()


class RoundRowOut(s.Serializer):
    id = s.IntegerField()
    code = s.CharField()
    name = s.CharField()
    version = s.IntegerField()
    authority = UnitOut()
    scheme = SchemeRefOut()
    occasion = s.ChoiceField(choices=Occasion.choices)
    state = s.ChoiceField(choices=RoundState.choices)
    state_label = s.CharField()
    period_from = s.DateField()
    period_until = s.DateField()
    reports_until = s.DateField()
    checks_until = s.DateField()
    reviews_until = s.DateField()
    run = s.IntegerField(
        allow_null=True, help_text="Number of the run in force: accepted, or corrected since"
    )
    opened_at = s.DateTimeField(allow_null=True)
    confirmed_at = s.DateTimeField(allow_null=True)


class ProgressOut(s.Serializer):
    evaluated = s.IntegerField()
    left_out = s.IntegerField()
    reported = s.IntegerField()
    checked = s.IntegerField()
    reviewed = s.IntegerField()
    rated = s.IntegerField()


class RunOut(s.Serializer):
    number = s.IntegerField()
    trial = s.BooleanField()
    correction = s.IntegerField(allow_null=True, help_text="Number of the correction it belongs to")
    state = s.CharField(help_text="queued, running, done or failed")
    progress = s.IntegerField(help_text="Percent")
    error = s.CharField(allow_blank=True)
    engine = s.CharField()
    entities = s.IntegerField()
    inputs_sha256 = s.CharField(allow_blank=True)
    outcome_sha256 = s.CharField(allow_blank=True)
    grades = s.DictField(child=s.IntegerField(), help_text="Grade to number of entities")
    started_at = s.DateTimeField()
    finished_at = s.DateTimeField(allow_null=True)


class RoundOut(RoundRowOut):
    due_from = s.DateField(allow_null=True)
    due_until = s.DateField(allow_null=True)
    least_months = s.IntegerField()
    agency = UnitOut(allow_null=True)
    document_number = s.CharField(allow_blank=True)
    stopped_because = s.CharField(allow_blank=True)
    progress = ProgressOut()
    runs = RunOut(many=True, help_text="Empty for an agency, which does not read results")
    available_actions = s.ListField(child=s.CharField())


class RoundIn(s.Serializer):
    """`agency` is a credit code; `scheme` the key of a published scheme, of which the newest version applies."""

    name = s.CharField(max_length=60)
    scheme = s.CharField(max_length=60)
    occasion = s.ChoiceField(choices=Occasion.choices)
    period_from = s.DateField()
    period_until = s.DateField()
    due_from = s.DateField(required=False, allow_null=True)
    due_until = s.DateField(required=False, allow_null=True)
    least_months = s.IntegerField(required=False, min_value=0, max_value=36)
    reports_until = s.DateField()
    checks_until = s.DateField()
    reviews_until = s.DateField()
    agency = s.CharField(required=False, allow_blank=True, max_length=30)
    document_number = s.CharField(required=False, allow_blank=True, max_length=80)


class RoundChangeIn(RoundIn):
    """What is absent stays. Only while the round is set up."""

    version = s.IntegerField(required=False, min_value=1, max_value=LARGEST)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False


class CalendarIn(s.Serializer):
    reports_until = s.DateField()
    checks_until = s.DateField()
    reviews_until = s.DateField()
    reason = s.CharField(max_length=5000)
    version = s.IntegerField(required=False, min_value=1, max_value=LARGEST)


class RoundActionIn(s.Serializer):
    """`accept_run` takes the number of a run, by default the newest one that is no trial."""

    version = s.IntegerField(required=False, min_value=1, max_value=LARGEST)
    comment = s.CharField(required=False, allow_blank=True, max_length=5000)
    run = s.IntegerField(required=False, min_value=1, max_value=32767)


class LateOut(s.Serializer):
    confirmed = s.IntegerField()


class RunIn(s.Serializer):
    trial = s.BooleanField(required=False, default=False)


class EntityRefOut(s.Serializer):
    code = s.CharField()
    name = s.CharField()
    kind = s.CharField()
    lead = UnitOut()
    district = s.CharField(help_text="Code")


class ResultOut(s.Serializer):
    rank = s.IntegerField()
    compared_with = s.CharField(help_text="How many it was ranked among")
    entity = EntityRefOut()
    total = s.CharField()
    grade = s.CharField(allow_blank=True)
    word = s.CharField(allow_blank=True)
    base = s.CharField()
    bonus = s.CharField()
    deduction = s.CharField()
    vetoes = s.ListField(child=s.CharField())
    indicators = s.DictField(child=s.JSONField(), help_text="Code to value, score, weight, points, lost")


class RoundMarkOut(s.Serializer):
    id = s.IntegerField()
    kind = s.ChoiceField(choices=MarkKind.choices)
    key = s.CharField()
    reason = s.CharField()
    correction = s.IntegerField(allow_null=True, help_text="Number of the correction it was stated in")
    reverses = s.IntegerField(
        allow_null=True, help_text="The mark of the confirmed result that it takes back"
    )
    state = s.CharField(help_text="waiting, confirmed or withdrawn")
    stated_at = s.DateTimeField()
    confirmed_at = s.DateTimeField(allow_null=True)
    withdrawn_at = s.DateTimeField(allow_null=True)
    withdrawn_because = s.CharField(allow_blank=True)


class RoundSubjectOut(s.Serializer):
    """An entity of the population; `values` as the engine reads them."""

    id = s.IntegerField()
    entity = EntityRefOut()
    included = s.BooleanField()
    exclusion = s.CharField(allow_blank=True, help_text=f"Empty, or one of {', '.join(Exclusion.values)}")
    exclusion_note = s.CharField(allow_blank=True)
    filing = s.IntegerField(allow_null=True, help_text="The self-assessment")
    checked_at = s.DateTimeField(allow_null=True)
    values = s.DictField(
        child=s.JSONField(), help_text="Code to value, source, note; or missing; or not_applicable"
    )
    marks = RoundMarkOut(many=True)


class FigureIn(s.Serializer):
    """A value (and a target where the method compares with one), or that the indicator does not apply."""

    code = s.CharField(max_length=20)
    value = s.CharField(required=False, allow_blank=True, default="", max_length=30)
    target = s.CharField(required=False, allow_blank=True, default="", max_length=30)
    not_applicable = s.BooleanField(required=False, default=False)
    reason = s.CharField(max_length=2000)


class CheckedIn(s.Serializer):
    undo = s.BooleanField(required=False, default=False)


class MarkIn(s.Serializer):
    kind = s.ChoiceField(choices=MarkKind.choices)
    key = s.CharField(max_length=40, help_text="One the scheme names")
    reason = s.CharField(max_length=5000)


class MarkActionIn(s.Serializer):
    """`withdraw` and `reverse` take the reason."""

    reason = s.CharField(required=False, allow_blank=True, default="", max_length=300)


class ReportOut(s.Serializer):
    id = s.IntegerField()
    number = s.CharField()
    kind = s.CharField()
    issue = s.IntegerField()
    round = s.CharField(help_text="Code")
    round_name = s.CharField()
    entity = EntityRefOut(allow_null=True)
    verification_code = s.CharField()
    issued_at = s.DateTimeField()
    sha256 = s.CharField(allow_null=True, help_text="Of the PDF; null while it is being made")
    size = s.IntegerField(allow_null=True)
    signed = s.BooleanField()
    reason = s.CharField(allow_blank=True, help_text="Why it replaces an earlier issue")
    superseded_by = s.CharField(allow_null=True, help_text="Number of the issue that replaces it")
