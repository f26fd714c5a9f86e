"""Shapes of what is answered about entities, ratings and cancellations, for the OpenAPI document only."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from accounts.api.describe import ProblemOut
from filings.enums import Grade, Lamp


def _n(kind: type[s.Field], **options: Any) -> s.Field:
    return kind(allow_null=True, **options)


class UnmetOut(s.Serializer):
    condition = s.CharField()
    label = s.CharField()
    message = s.CharField()
    clause = s.CharField(allow_blank=True)


class RosterOut(s.Serializer):
    credit_code = s.CharField()
    name = s.CharField()
    role = s.CharField()
    since = s.DateField()
    until = _n(s.DateField)
    left_reason = s.CharField(allow_blank=True, help_text="For the lead and staff")


class RatingOut(s.Serializer):
    id = s.IntegerField()
    round = s.CharField()
    rated_on = s.DateField()
    grade = s.ChoiceField(choices=Grade.choices)
    word = s.CharField()
    state = s.CharField(help_text="pending, refused, corrected or in_force")
    by_whom = s.CharField(allow_blank=True)
    score = _n(s.CharField, help_text="For the lead and staff")
    summary = s.CharField(allow_blank=True, help_text="For the lead and staff")
    report = _n(s.CharField, help_text="Address of the report, for the lead and staff")
    consequence = _n(s.CharField, help_text="What confirming it leads to")


class ExceptionOut(s.Serializer):
    condition = s.CharField()
    clause = s.CharField(allow_blank=True)
    state = s.CharField(help_text="asked, granted, confirmed or ended")
    applicant_reason = s.CharField(allow_blank=True)
    public_reason = s.CharField(allow_blank=True)
    ended_on = _n(s.DateField)


class EntityDutyOut(s.Serializer):
    kind = s.CharField()
    title = s.CharField()
    organisation = s.CharField()
    opens_on = s.DateField()
    due_at = s.DateTimeField()
    legal = s.BooleanField()
    clause = s.CharField(allow_blank=True)


class EntityPaperOut(s.Serializer):
    kind = s.CharField()
    number = s.CharField()
    verification_code = s.CharField()
    issued_at = s.DateTimeField()
    url = _n(s.CharField)


class CancellationRowOut(s.Serializer):
    id = s.IntegerField()
    entity = s.CharField()
    state = s.CharField(help_text="One of opened, hearing, paused, heard, proposed, confirmed, dropped")
    state_label = s.CharField()
    version = s.IntegerField()
    ground = s.CharField()
    ground_label = s.CharField()
    clause = s.CharField()
    served_at = _n(s.DateTimeField)
    hearing_until = _n(s.DateField)
    decided_on = _n(s.DateField)


class StatementOut(s.Serializer):
    id = s.IntegerField()
    text = s.CharField()
    stated_at = s.DateTimeField()
    file = _n(s.CharField)


class CancellationActionOut(s.Serializer):
    name = s.CharField()
    label = s.CharField()
    danger = s.BooleanField()
    needs_comment = s.BooleanField()
    takes = s.ListField(child=s.CharField())
    problems = ProblemOut(many=True)


class CancellationOut(CancellationRowOut):
    condition = s.CharField(allow_blank=True)
    reason = s.CharField()
    hearing_open = s.BooleanField()
    statements = StatementOut(many=True)
    available_actions = CancellationActionOut(many=True)
    weighed = s.CharField(allow_blank=True, help_text="For the lead once it is decided")
    proposal = s.CharField(allow_blank=True, help_text="For staff")
    decision = s.CharField(allow_blank=True, help_text="For the lead where nothing was cancelled")
    documents = EntityPaperOut(many=True)


class InsideOut(s.Serializer):
    """What is read from the inside: by the bureau, the district, the lead and the members, each its part."""

    lamp = s.ChoiceField(choices=Lamp.choices)
    unmet = UnmetOut(many=True)
    officer = _n(s.CharField)
    members = RosterOut(many=True)
    ratings = RatingOut(many=True)
    waivers = ExceptionOut(many=True)
    duties = EntityDutyOut(many=True)
    documents = EntityPaperOut(many=True)
    cancellations = CancellationRowOut(many=True)
