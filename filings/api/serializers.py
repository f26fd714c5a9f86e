"""What comes in: shape only. One service each says what it means."""

from __future__ import annotations

from rest_framework import serializers

from filings.enums import Action, CheckValue, Outcome, ParticipantRole

LONG = 5000
BIGGEST_INT = 2**31 - 1


def _comment(**options: object) -> serializers.CharField:
    return serializers.CharField(
        required=False, allow_blank=True, max_length=LONG, trim_whitespace=True, **options
    )


def _version(required: bool = False) -> serializers.IntegerField:
    return serializers.IntegerField(required=required, min_value=1, max_value=BIGGEST_INT)


class StartIn(serializers.Serializer):
    programme = serializers.CharField(max_length=40)
    action = serializers.ChoiceField(choices=Action.choices, default=Action.ESTABLISH)
    entity = serializers.CharField(max_length=40, required=False, allow_null=True, allow_blank=True)
    period = serializers.RegexField(
        r"^[0-9A-Za-z._-]{1,40}$",
        required=False,
        allow_blank=True,
        help_text="The year of an annual report; the code of the round of a self-assessment",
    )
    content = serializers.DictField(required=False)


class ContentIn(serializers.Serializer):
    content = serializers.DictField(allow_empty=False, help_text="{section: {field: value}}")
    version = _version(required=True)


class InviteIn(serializers.Serializer):
    organisation = serializers.CharField(max_length=40, help_text="Unified social credit code")
    role = serializers.ChoiceField(choices=[c for c in ParticipantRole.choices if c[0] != "lead"])


class SignIn(serializers.Serializer):
    sha256 = serializers.RegexField(
        r"^[0-9a-f]{64}$", required=False, help_text="What was seen; 409 if it has changed since"
    )
    capacity = serializers.CharField(required=False, allow_blank=True, max_length=60)


class DeclineIn(serializers.Serializer):
    reason = _comment()


class AttachmentIn(serializers.Serializer):
    section = serializers.CharField(max_length=40)
    field = serializers.CharField(max_length=40)
    file = serializers.FileField(allow_empty_file=True)


class ItemIn(serializers.Serializer):
    section = serializers.CharField(max_length=40)
    field = serializers.CharField(max_length=40, required=False, allow_blank=True)
    message = serializers.CharField(max_length=LONG)
    participant = serializers.IntegerField(required=False, min_value=1, max_value=2**62)


class ExpertKey(serializers.CharField):
    """An expert by id or user name."""

    def to_internal_value(self, data: object) -> str:
        return super().to_internal_value(str(data) if type(data) is int else data)


class ActionIn(serializers.Serializer):
    """Each action reads what it needs: see `takes` of `available_actions`."""

    comment = _comment()
    version = _version()
    items = ItemIn(many=True, required=False, max_length=200)
    experts = serializers.ListField(child=ExpertKey(max_length=150), required=False, max_length=50)
    seed = serializers.CharField(required=False, max_length=64)
    months = serializers.IntegerField(required=False, min_value=-1000, max_value=100_000)
    award = serializers.DictField(required=False, help_text="What is set at the proposal of a claim")
    document_number = serializers.CharField(required=False, max_length=60)
    document_date = serializers.DateField(required=False)


class CheckIn(serializers.Serializer):
    item = serializers.CharField(max_length=60)
    result = serializers.ChoiceField(choices=CheckValue.choices)
    note = _comment()


class AnswerIn(serializers.Serializer):
    text = serializers.CharField(max_length=LONG)
    value = serializers.JSONField(required=False, help_text="The new value of the pinned field")


class WaiverIn(serializers.Serializer):
    condition = serializers.CharField(max_length=60)
    reason = serializers.CharField(max_length=LONG)


class ScoreIn(serializers.Serializer):
    criterion = serializers.CharField(max_length=40)
    value = serializers.CharField(max_length=20, help_text="0–100, at most two decimals")
    rationale = serializers.CharField(max_length=LONG, allow_blank=True)


class ReviewIn(serializers.Serializer):
    """Either the declaration on conflicts, or the scores."""

    conflict = serializers.BooleanField(required=False)
    note = _comment()
    scores = ScoreIn(many=True, required=False, max_length=50)
    opinion = _comment()


class AssignIn(serializers.Serializer):
    officer = serializers.CharField(max_length=150, help_text="User name; the own one takes the case over")
    reason = serializers.CharField(max_length=500)


class NoteIn(serializers.Serializer):
    text = serializers.CharField(max_length=LONG)


class ObjectionAnswerIn(serializers.Serializer):
    outcome = serializers.ChoiceField(choices=Outcome.choices)
    reply = serializers.CharField(max_length=LONG)


class ObjectionIn(serializers.Serializer):
    name = serializers.CharField(max_length=120)
    contact = serializers.CharField(max_length=120)
    text = serializers.CharField(max_length=LONG)
