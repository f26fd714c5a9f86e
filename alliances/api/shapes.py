"""What calls of the alliances app take and give."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from alliances.alliance.intensity import Intensity
from alliances.alliance.yearly import Span, Task
from alliances.enums import GapKind, GapStatus, RecordKind, ScenarioStatus
from alliances.models import AllianceRecord, ChainGap, Scenario
from alliances.services import gaps, records, scenarios
from core import clock
from filings.api.shown import day, moment


class VersionIn(s.Serializer):
    version = s.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class RecordIn(VersionIn):
    kind = s.ChoiceField(choices=RecordKind.choices)
    title = s.CharField(max_length=records.LIMITS["title"])
    held_on = s.DateField()
    partner = s.CharField(required=False, allow_blank=True, max_length=records.LIMITS["partner"])
    until = s.DateField(required=False, allow_null=True)
    number = s.CharField(required=False, allow_blank=True, max_length=records.LIMITS["number"])
    amount = s.DecimalField(
        required=False, allow_null=True, max_digits=14, decimal_places=2, help_text="Yuan"
    )
    summary = s.CharField(required=False, allow_blank=True, max_length=records.LIMITS["summary"])
    is_public = s.BooleanField(required=False, default=True)


class EvidenceIn(s.Serializer):
    file = s.FileField()


class WithdrawIn(VersionIn):
    reason = s.CharField(max_length=records.LIMITS["reason"])


class JudgeIn(VersionIn):
    counts = s.BooleanField()
    basis = s.CharField(max_length=records.LIMITS["basis"])


class RecordOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    entity = s.CharField()
    kind = s.ChoiceField(choices=RecordKind.choices)
    kind_label = s.CharField()
    title = s.CharField()
    partner = s.CharField(allow_blank=True)
    held_on = s.DateField()
    until = s.DateField(allow_null=True)
    number = s.CharField(allow_blank=True)
    amount = s.CharField(allow_null=True)
    summary = s.CharField(allow_blank=True)
    is_public = s.BooleanField()
    has_evidence = s.BooleanField()
    counts = s.BooleanField(
        allow_null=True, help_text="Null until an officer has said so; results are not judged"
    )
    basis = s.CharField(allow_blank=True)
    withdrawn_at = s.DateTimeField(allow_null=True)


class TaskOut(s.Serializer):
    obligation = s.CharField()
    task = s.CharField()
    annual = s.BooleanField()
    exempt = s.BooleanField()
    wanted = s.IntegerField()
    held = s.IntegerField()
    counted = s.IntegerField()
    missing = s.IntegerField()
    clause = s.CharField()


class TasksOut(s.Serializer):
    first = s.DateField()
    last = s.DateField()
    tasks = TaskOut(many=True)


class MemberIntensityOut(s.Serializer):
    name = s.CharField()
    rd_expenditure = s.CharField(allow_null=True)
    main_revenue = s.CharField(allow_null=True)
    counts = s.BooleanField()
    left_out_because = s.CharField(allow_blank=True)


class IntensityOut(s.Serializer):
    year = s.IntegerField()
    weighted = s.CharField(allow_null=True)
    simple = s.CharField(allow_null=True)
    basis = s.ChoiceField(choices=["weighted", "simple"])
    sme_dominated = s.BooleanField()
    threshold = s.CharField()
    met = s.BooleanField(allow_null=True)
    strength = s.CharField()
    clause = s.CharField()
    members = MemberIntensityOut(many=True)


class GapIn(VersionIn):
    kind = s.ChoiceField(choices=GapKind.choices)
    title = s.CharField(max_length=gaps.LIMITS["title"])
    chain = s.CharField(max_length=gaps.LIMITS["chain"])
    detail = s.CharField(required=False, allow_blank=True, max_length=gaps.LIMITS["detail"])


class GapNewIn(GapIn):
    entity = s.CharField(required=False, allow_blank=True, max_length=40, help_text="Code of an alliance")


class TakeOnIn(VersionIn):
    closer = s.CharField(max_length=gaps.LIMITS["closer"])
    closer_code = s.CharField(required=False, allow_blank=True, max_length=gaps.LIMITS["closer_code"])
    project = s.CharField(required=False, allow_blank=True, max_length=gaps.LIMITS["project"])
    due_on = s.DateField(required=False, allow_null=True)


class CloseIn(VersionIn):
    closed_on = s.DateField()
    result = s.CharField(max_length=gaps.LIMITS["result"])


class ChainGapOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    chain = s.CharField()
    kind = s.ChoiceField(choices=GapKind.choices)
    kind_label = s.CharField()
    title = s.CharField()
    detail = s.CharField(allow_blank=True)
    entity = s.CharField(allow_null=True)
    status = s.ChoiceField(choices=GapStatus.choices)
    closer = s.CharField(allow_blank=True)
    project = s.CharField(allow_blank=True)
    due_on = s.DateField(allow_null=True)
    closed_on = s.DateField(allow_null=True)
    result = s.CharField(allow_blank=True)


class ScenarioIn(s.Serializer):
    title = s.CharField(max_length=scenarios.LIMITS["title"])
    need = s.CharField(max_length=scenarios.LIMITS["need"])
    contact = s.CharField(max_length=scenarios.LIMITS["contact"])
    since = s.DateField()
    until = s.DateField(required=False, allow_null=True)
    field = s.CharField(required=False, allow_blank=True, max_length=scenarios.LIMITS["field"])
    offer = s.CharField(required=False, allow_blank=True, max_length=scenarios.LIMITS["offer"])
    entity = s.CharField(required=False, allow_blank=True, max_length=40)


class ScenarioOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    title = s.CharField()
    owner = s.CharField()
    entity = s.CharField(allow_null=True)
    field = s.CharField(allow_blank=True)
    need = s.CharField()
    offer = s.CharField(allow_blank=True)
    contact = s.CharField()
    since = s.DateField()
    until = s.DateField(allow_null=True)
    status = s.ChoiceField(choices=ScenarioStatus.choices)


def record(row: AllianceRecord) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "entity": row.entity.code,
        "kind": row.kind,
        "kind_label": row.get_kind_display(),
        "title": row.title,
        "partner": row.partner,
        "held_on": day(row.held_on),
        "until": day(row.until),
        "number": row.number,
        "amount": None if row.amount is None else f"{row.amount:.2f}",
        "summary": row.summary,
        "is_public": row.is_public,
        "has_evidence": row.evidence_id is not None,
        "counts": row.counts,
        "basis": row.basis,
        "withdrawn_at": moment(row.withdrawn_at),
    }


def tasks(span: Span, rows: list[Task]) -> dict[str, Any]:
    lines = [
        {
            "obligation": task.rule.key,
            "task": str(task.rule.label),
            "annual": task.rule.annual,
            "exempt": task.exempt,
            "wanted": task.required,
            "held": task.held,
            "counted": task.counted,
            "missing": task.missing,
            "clause": task.clause,
        }
        for task in rows
    ]
    return {"first": day(span.first), "last": day(span.last), "tasks": lines}


def _text(value: Any) -> str | None:
    return None if value is None else format(value, "f")


def intensity(found: Intensity, year: int) -> dict[str, Any]:
    members = [
        {
            "name": line.name,
            "rd_expenditure": _text(None if line.closed else line.rd),
            "main_revenue": _text(None if line.closed else line.revenue),
            "counts": line.counts,
            "left_out_because": line.why_left_out,
        }
        for line in found.lines
    ]
    return {
        "year": year,
        "weighted": _text(found.weighted),
        "simple": _text(found.simple),
        "basis": found.basis,
        "sme_dominated": found.is_sme,
        "threshold": _text(found.threshold),
        "met": found.met,
        "strength": found.strength,
        "clause": found.clause,
        "members": members,
    }


def gap(row: ChainGap) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "chain": row.chain,
        "kind": row.kind,
        "kind_label": row.get_kind_display(),
        "title": row.title,
        "detail": row.detail,
        "entity": row.entity.code if row.entity else None,
        "status": row.status.value,
        "closer": row.closer,
        "project": row.project,
        "due_on": day(row.due_on),
        "closed_on": day(row.closed_on),
        "result": row.result,
    }


def scenario(row: Scenario) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "title": row.title,
        "owner": row.owner.name,
        "entity": row.entity.code if row.entity else None,
        "field": row.field,
        "need": row.need,
        "offer": row.offer,
        "contact": row.contact,
        "since": day(row.since),
        "until": day(row.until),
        "status": row.status_on(clock.today()).value,
    }
