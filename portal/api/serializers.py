"""What the public register is asked and what it answers (shapes for the OpenAPI document)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from accounts.enums import Level
from filings.api.answers_entities import InsideOut

STATUSES = ("valid", "upcoming", "expired", "exited", "merged", "cancelled")


def _n(kind: type[s.Field], **options: Any) -> s.Field:
    return kind(allow_null=True, **options)


class DayIn(s.Serializer):
    on = s.DateField(required=False)


class RegisterIn(DayIn):
    q = s.CharField(required=False, allow_blank=True, max_length=60, default="")
    kind = s.CharField(required=False, allow_blank=True, max_length=40, default="")
    district = s.CharField(required=False, allow_blank=True, max_length=12, default="")
    industry = s.CharField(required=False, allow_blank=True, max_length=60, default="")
    status = s.ChoiceField(required=False, allow_blank=True, choices=STATUSES, default="")
    level = s.ChoiceField(required=False, allow_blank=True, choices=Level.choices, default="")
    after = s.CharField(required=False, allow_blank=True, max_length=1000, default="")


class NoticesIn(s.Serializer):
    current = s.BooleanField(required=False, allow_null=True, default=None)


class ObjectionIn(s.Serializer):
    name = s.CharField(max_length=120)
    contact = s.CharField(max_length=120)
    text = s.CharField(max_length=5000)


class EntityRowOut(s.Serializer):
    code = s.CharField()
    name = s.CharField()
    name_on_day = s.CharField(help_text="What it was called on the day asked for")
    kind = s.CharField()
    kind_label = s.CharField()
    level = s.CharField()
    level_label = s.CharField()
    lead = s.CharField()
    lead_on_day = s.CharField()
    lead_label = s.CharField(help_text="What its leading unit is called, for this kind")
    district = s.CharField()
    industry = s.CharField(allow_blank=True)
    industry_label = s.CharField(allow_blank=True)
    valid_from = s.DateField()
    valid_until = _n(s.DateField, help_text="null: without an end")
    status = s.CharField()
    status_label = s.CharField()
    origin = s.CharField()
    origin_label = s.CharField()
    is_confirmed = s.BooleanField(
        help_text="false: loaded from an older register and not confirmed by the unit"
    )
    is_sample = s.BooleanField()


class RegisterPageOut(s.Serializer):
    """A page of the register. Counting stops at 1,000; `next` goes on to the end all the same."""

    count = s.IntegerField(help_text="How many, or, where `count_is_exact` is false, how many at least")
    count_is_exact = s.BooleanField()
    next = _n(s.URLField)
    previous = _n(s.URLField)
    results = EntityRowOut(many=True)


class LevelOut(s.Serializer):
    level = s.CharField()
    level_label = s.CharField()
    since = s.DateField()
    until = _n(s.DateField)
    document_number = s.CharField(allow_blank=True)
    document_date = _n(s.DateField)
    issued_by = s.CharField(allow_blank=True)


class RoomOut(s.Serializer):
    label = s.CharField()
    url = s.CharField()
    note = s.CharField(allow_blank=True)


class MemberOut(s.Serializer):
    name = s.CharField()
    role = s.CharField()
    role_label = s.CharField()
    district = s.CharField()
    since = s.DateField()


class CertificateOut(s.Serializer):
    number = s.CharField()
    document_number = s.CharField()
    valid_from = s.DateField()
    valid_until = _n(s.DateField)
    status = s.CharField()
    status_label = s.CharField()


class EntityNoticeOut(s.Serializer):
    id = s.IntegerField()
    number = s.CharField()
    title = s.CharField()
    starts_on = s.DateField()
    ends_on = s.DateField()

    is_announcement = s.BooleanField()


class LineOut(s.Serializer):
    """沿革: what happened on a day."""

    on = s.DateField()
    kind = s.CharField()
    label = s.CharField()
    text = s.CharField(allow_blank=True)


class PublicRatingOut(s.Serializer):
    round = s.CharField()
    on = s.DateField()
    grade = s.CharField()
    word = s.CharField()


class LinkOut(s.Serializer):
    label = s.CharField()
    code = s.CharField()
    name = s.CharField()
    since = s.DateField()


class PublicWaiverOut(s.Serializer):
    condition = s.CharField()
    reason = s.CharField()
    clause = s.CharField(allow_blank=True)


class EntityOut(EntityRowOut):
    authority = s.CharField()
    act = s.CharField()
    members_label = s.CharField()
    clause = s.CharField(allow_blank=True)
    levels = LevelOut(many=True)
    rooms = RoomOut(many=True)
    profile = s.ListField(child=s.JSONField())
    members = MemberOut(many=True)
    certificates = CertificateOut(many=True)
    waivers = PublicWaiverOut(many=True)
    history = LineOut(many=True)
    ratings = PublicRatingOut(many=True)
    links = LinkOut(many=True)
    notices = EntityNoticeOut(many=True)
    ended_on = _n(s.DateField)
    end_reason = s.CharField(allow_blank=True)


class OwnEntityOut(EntityOut):
    filings = s.ListField(child=s.IntegerField())
    inside = _n(InsideOut, help_text="For who sees it from the inside; null for others")


class OutcomeOut(s.Serializer):
    outcome = s.CharField()
    reply = s.CharField()


class NoticeOut(s.Serializer):
    id = s.IntegerField()
    number = s.CharField()
    title = s.CharField()
    starts_on = s.DateField()
    ends_on = s.DateField()
    days = s.IntegerField()
    days_left = s.IntegerField()
    is_open = s.BooleanField()
    is_announcement = s.BooleanField()
    withdrawn_reason = s.CharField(allow_blank=True)
    body = s.DictField()
    objections = s.IntegerField()
    answered = s.IntegerField()
    outcomes = OutcomeOut(many=True)


class ReceiptOut(s.Serializer):
    receipt = s.CharField()
    received_at = s.DateTimeField()
    due_at = s.DateTimeField()


class VerificationOut(s.Serializer):
    kind = s.CharField()
    kind_label = s.CharField()
    number = s.CharField()
    status = s.CharField()
    status_label = s.CharField()
    on = s.DateField()
    authority = s.CharField()
    issued_on = s.DateField()
    sha256 = s.CharField(allow_blank=True)
    name = s.CharField(allow_blank=True)
    lead = s.CharField(allow_blank=True)
    valid_from = _n(s.DateField)
    valid_until = _n(s.DateField)
    ended_on = _n(s.DateField)
    document_number = s.CharField(allow_blank=True)
    is_sample = s.BooleanField()
    replaced_by = s.CharField(allow_blank=True)
