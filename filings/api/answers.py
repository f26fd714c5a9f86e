"""Shapes of the answers, for the OpenAPI document only: the answers themselves are plain dictionaries."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from accounts.api.describe import ProblemOut
from core.calendar_days import DayKind, Origin
from filings.enums import AssignmentState, Check, CorrectionState, ParticipantState, Stage, State, Strength


def _n(kind: type[s.Field], **options: Any) -> s.Field:
    return kind(allow_null=True, **options)


class UnitOut(s.Serializer):
    credit_code = s.CharField()
    name = s.CharField()


class PlaceOut(s.Serializer):
    code = s.CharField()
    name = s.CharField()


class WordsOut(s.Serializer):
    lead = s.CharField(help_text="What the unit that leads is called")
    members = s.CharField()
    act = s.CharField(help_text="What the authority does, as a noun")
    founding = s.CharField()
    renewal = s.CharField()
    thing = s.CharField(help_text="What stands on the register")


class FoundingOut(s.Serializer):
    action = s.CharField(
        help_text="establish, or record_approval: put on the register from an approval document"
    )
    label = s.CharField()


class ProgrammeRowOut(s.Serializer):
    key = s.CharField()
    label = s.CharField()
    summary = s.CharField(allow_blank=True)
    actions = s.ListField(child=s.CharField())
    family = s.CharField()
    family_label = s.CharField()
    group = s.CharField(allow_blank=True)
    place = s.CharField()
    entity_kind = s.CharField()
    levels = s.ListField(child=s.CharField())
    applied_for = s.BooleanField()


class RuleOut(s.Serializer):
    condition = s.CharField()
    label = s.CharField()
    strength = s.ChoiceField(choices=Strength.choices)
    stage = s.ChoiceField(choices=Stage.choices)
    check = s.ChoiceField(choices=Check.choices)
    clause = s.CharField(allow_blank=True)


class StepOut(s.Serializer):
    name = s.CharField()
    label = s.CharField()
    sources = s.ListField(child=s.CharField())
    target = s.CharField()
    who = s.CharField(allow_blank=True)


class LimitOut(s.Serializer):
    state = s.CharField()
    working_days = _n(s.IntegerField)
    clause = s.CharField(allow_blank=True)


class CriterionOut(s.Serializer):
    key = s.CharField()
    label = s.CharField()
    weight = s.IntegerField()
    guide = s.CharField(allow_blank=True)


class ProcedureOut(s.Serializer):
    recommendation = s.BooleanField()
    review = s.BooleanField()
    notice = s.BooleanField()
    decision = s.BooleanField()
    steps = StepOut(many=True)
    limits = LimitOut(many=True)
    criteria = CriterionOut(many=True)
    longest_validity_months = s.IntegerField()


class VariantOut(s.Serializer):
    action = s.CharField()
    label = s.CharField()
    summary = s.CharField(allow_blank=True)
    prepare = s.ListField(child=s.CharField())
    clause = s.CharField(allow_blank=True)
    judged = s.BooleanField(help_text="Whether the conditions are judged again")
    applies = s.BooleanField(help_text="Without a decision: what is recorded takes effect at once")
    carries = s.ListField(child=s.CharField(), help_text="content, members, confirmations")
    sections = s.DictField(help_text="JSON Schema of each section's content")
    procedure = ProcedureOut()


class ProgrammeOut(ProgrammeRowOut):
    words = WordsOut()
    foundings = FoundingOut(many=True)
    roles = s.ListField(child=s.CharField())
    role_labels = s.DictField(child=s.CharField(), help_text="Role to what it is called here")
    prepare = s.ListField(child=s.CharField())
    sections = s.DictField(help_text="JSON Schema of each section's content")
    rules = RuleOut(many=True)
    procedure = ProcedureOut()
    variants = VariantOut(many=True)


class FilingRowOut(s.Serializer):
    id = s.IntegerField()
    programme = s.CharField()
    action = s.CharField()
    state = s.ChoiceField(choices=State.choices)
    state_label = s.CharField()
    version = s.IntegerField()
    title = s.CharField(allow_blank=True)
    industry = s.CharField(allow_blank=True)
    receipt_number = s.CharField(allow_blank=True)
    applicant = UnitOut()
    authority = UnitOut()
    district = PlaceOut()
    entity = _n(s.CharField)
    period = s.CharField(allow_blank=True, help_text="The year of an annual report, or the code of a round")
    created_at = s.DateTimeField()
    submitted_at = _n(s.DateTimeField)
    due_at = _n(s.DateTimeField)


class ClockOut(s.Serializer):
    holder = s.CharField(allow_blank=True)
    days_left = _n(s.IntegerField)
    paused = s.BooleanField()
    late = s.BooleanField()


class ActionOut(s.Serializer):
    name = s.CharField()
    label = s.CharField()
    danger = s.BooleanField()
    needs_comment = s.BooleanField()
    takes = s.ListField(child=s.CharField())
    problems = ProblemOut(many=True)


class WaiverOut(s.Serializer):
    applicant_reason = s.CharField(allow_blank=True)
    public_reason = s.CharField(allow_blank=True)
    granted = s.BooleanField()
    confirmed = s.BooleanField()


class EligibilityOut(s.Serializer):
    condition = s.CharField()
    strength = s.ChoiceField(choices=Strength.choices)
    stage = s.ChoiceField(choices=Stage.choices)
    met = _n(s.BooleanField)
    message = s.CharField(allow_blank=True)
    clause = s.CharField(allow_blank=True)
    waiver = WaiverOut(allow_null=True)


class ParticipantOut(s.Serializer):
    id = s.IntegerField()
    organisation = UnitOut()
    kind = s.CharField()
    role = s.CharField()
    state = s.CharField(help_text=", ".join(ParticipantState.values))
    version = s.IntegerField()
    content = _n(s.DictField)


class ParticipantDetailOut(ParticipantOut):
    confirmed_at = _n(s.DateTimeField)
    confirmed_sha256 = _n(s.CharField)
    declined_reason = s.CharField(allow_blank=True)
    to_confirm = _n(s.DictField)
    to_confirm_sha256 = _n(s.CharField)


class AttachmentOut(s.Serializer):
    id = s.IntegerField()
    participant = _n(s.IntegerField)
    section = s.CharField()
    field = s.CharField()
    name = s.CharField()
    size = s.IntegerField()
    sha256 = s.CharField()
    mime = s.CharField()
    url = s.CharField()


class CorrectionOut(s.Serializer):
    id = s.IntegerField()
    round = s.IntegerField()
    number = s.IntegerField()
    section = s.CharField()
    field = s.CharField(allow_blank=True)
    participant = _n(s.IntegerField)
    message = s.CharField()
    state = s.CharField(help_text=", ".join(CorrectionState.values))
    answer = s.CharField(allow_blank=True)
    created_at = s.DateTimeField()
    answered_at = _n(s.DateTimeField)
    closed_at = _n(s.DateTimeField)


class CheckOut(s.Serializer):
    item = s.CharField()
    machine = s.CharField(allow_blank=True)
    machine_note = s.CharField(allow_blank=True)
    result = s.CharField(allow_blank=True)
    verdict = s.CharField(allow_blank=True)
    note = s.CharField(allow_blank=True)
    checked_at = _n(s.DateTimeField)


class DecisionOut(s.Serializer):
    months = _n(s.IntegerField)
    opinion = s.CharField(allow_blank=True)
    proposed_by = s.CharField()
    proposed_at = s.DateTimeField()
    result = s.CharField()
    comment = s.CharField(allow_blank=True)
    decided_by = _n(s.CharField)
    decided_at = _n(s.DateTimeField)


class NoticeLineOut(s.Serializer):
    id = s.IntegerField()
    number = s.CharField()
    starts_on = s.DateField()
    ends_on = s.DateField()
    closed = s.BooleanField()


class PaperOut(s.Serializer):
    kind = s.CharField()
    number = s.CharField()
    verification_code = s.CharField()
    issued_at = s.DateTimeField()
    url = _n(s.CharField)


class FilingOut(FilingRowOut):
    reason = s.CharField(allow_blank=True)
    clock = ClockOut()
    content = _n(s.DictField)
    available_actions = ActionOut(many=True)
    eligibility = EligibilityOut(many=True)
    participants = ParticipantOut(many=True)
    attachments = AttachmentOut(many=True)
    corrections = CorrectionOut(many=True)
    checks = CheckOut(many=True)
    decisions = DecisionOut(many=True)
    notices = NoticeLineOut(many=True)
    documents = PaperOut(many=True)
    award = _n(s.DictField, help_text="Of a claim: what was computed, set and decided")


class ScoreOut(s.Serializer):
    criterion = s.CharField()
    value = s.CharField()
    rationale = s.CharField()


class AssignmentOut(s.Serializer):
    expert = _n(s.CharField, help_text="Only staff read who it is")
    state = s.CharField(help_text=", ".join(AssignmentState.values))
    conflict = _n(s.BooleanField)
    conflict_note = s.CharField(allow_blank=True)
    opinion = s.CharField(allow_blank=True)
    scored_at = _n(s.DateTimeField)
    scores = ScoreOut(many=True)


class ReviewsOut(s.Serializer):
    criteria = CriterionOut(many=True)
    seed = s.CharField(allow_blank=True)
    opened_at = _n(s.DateTimeField)
    closed_at = _n(s.DateTimeField)
    result = s.DictField()
    reviews = AssignmentOut(many=True)


class VersionOut(s.Serializer):
    number = s.IntegerField()
    sha256 = s.CharField()
    created_at = s.DateTimeField()


class VersionDetailOut(VersionOut):
    snapshot = s.DictField()


class ChangeOut(s.Serializer):
    path = s.ListField(child=s.CharField())
    label = s.CharField(allow_blank=True)
    section = s.CharField(allow_blank=True)
    field = s.CharField(allow_blank=True)
    kind = s.CharField()
    old = _n(s.JSONField)
    new = _n(s.JSONField)


class EventOut(s.Serializer):
    at = s.DateTimeField()
    name = s.CharField()
    label = s.CharField()
    source = s.CharField(allow_blank=True)
    target = s.CharField(allow_blank=True)
    comment = s.CharField(allow_blank=True)
    organisation = _n(s.CharField)
    person = _n(s.CharField)


class AssignedOut(s.Serializer):
    officer = s.CharField(help_text="User name")
    name = s.CharField()
    since = _n(s.DateTimeField)


class NoteOut(s.Serializer):
    id = s.IntegerField()
    text = s.CharField()
    author = s.CharField()
    created_at = s.DateTimeField()


class ObjectionOut(s.Serializer):
    id = s.IntegerField()
    notice = s.IntegerField()
    receipt = s.CharField()
    name = s.CharField()
    contact = s.CharField()
    text = s.CharField()
    received_at = s.DateTimeField()
    due_at = s.DateTimeField()
    outcome = s.CharField(allow_blank=True)
    reply = s.CharField(allow_blank=True)
    answered_at = _n(s.DateTimeField)


class CalendarDayOut(s.Serializer):
    date = s.DateField()
    kind = s.ChoiceField(choices=DayKind.choices)
    worked = s.BooleanField()
    origin = s.ChoiceField(choices=Origin.choices)
    note = s.CharField(allow_blank=True)


class CalendarYearOut(s.Serializer):
    year = s.IntegerField()
    certain = s.BooleanField(help_text="False: this year is counted by weekday only")
    source = s.CharField(allow_blank=True)
    days = CalendarDayOut(many=True)
