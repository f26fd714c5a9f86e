"""What clusters, firms, projects, entries and requests look like to a program. Money in yuan."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers as s

from clusters.enums import (
    Constraint,
    FirmRole,
    ProjectDomain,
    ProjectKind,
    ProjectStage,
    RequestKind,
    RequestState,
)
from clusters.models import ClusterFirm, KeyEnterprise, Project, SupportRequest
from clusters.services import enterprises, firms, projects, requests
from clusters.workflow_project import PROJECT
from clusters.workflow_request import REQUEST
from core.actor import Actor
from filings.api.answers import UnitOut
from filings.api.shown import day, moment, unit
from filings.models import Entity


def money(*, required: bool = True) -> s.DecimalField:
    return s.DecimalField(
        max_digits=16, decimal_places=2, min_value=0, required=required, allow_null=not required
    )


class ClusterOut(s.Serializer):
    code = s.CharField()
    kind = s.CharField()
    name = s.CharField()
    level = s.CharField()
    lead = UnitOut()
    standing = s.CharField()
    firms = s.IntegerField()
    projects = s.IntegerField()
    key_enterprises = s.IntegerField()
    open_requests = s.IntegerField()


class FirmIn(s.Serializer):
    name = s.CharField(max_length=firms.LIMITS["name"])
    credit_code = s.CharField(max_length=30)
    joined_on = s.DateField()
    join_reason = s.CharField(required=False, allow_blank=True, max_length=firms.LIMITS["join_reason"])
    products = s.CharField(required=False, allow_blank=True, max_length=firms.LIMITS["products"])
    chain_link = s.CharField(required=False, allow_blank=True, max_length=firms.LIMITS["chain_link"])
    is_key = s.BooleanField(required=False)


class FirmLeaveIn(s.Serializer):
    left_on = s.DateField(help_text="First day on which it no longer belongs")
    reason = s.CharField(max_length=firms.LIMITS["leave_reason"])


class ClusterFirmOut(s.Serializer):
    id = s.IntegerField()
    cluster = s.CharField()
    name = s.CharField()
    credit_code = s.CharField()
    joined_on = s.DateField()
    join_reason = s.CharField()
    left_on = s.DateField(allow_null=True)
    leave_reason = s.CharField()
    products = s.CharField()
    chain_link = s.CharField()
    is_key = s.BooleanField()


class ProjectIn(s.Serializer):
    name = s.CharField(max_length=projects.LIMITS["name"])
    kind = s.ChoiceField(choices=ProjectKind.choices)
    domain = s.ChoiceField(choices=ProjectDomain.choices)
    owner_name = s.CharField(max_length=projects.LIMITS["owner_name"])
    owner_code = s.CharField(required=False, allow_blank=True, max_length=30)
    investment = money()
    content = s.CharField(required=False, allow_blank=True, max_length=projects.LIMITS["content"])
    location = s.CharField(required=False, allow_blank=True, max_length=projects.LIMITS["location"])
    constraints = s.ListField(child=s.ChoiceField(choices=Constraint.choices), required=False, max_length=3)
    constraint_note = s.CharField(
        required=False, allow_blank=True, max_length=projects.LIMITS["constraint_note"]
    )
    parallel_approval = s.BooleanField(required=False)
    reserve_by = s.DateField(required=False, allow_null=True)
    start_by = s.DateField(required=False, allow_null=True)
    complete_by = s.DateField(required=False, allow_null=True)
    blocker = s.CharField(required=False, allow_blank=True, max_length=projects.LIMITS["blocker"])
    help_asked = s.CharField(required=False, allow_blank=True, max_length=projects.LIMITS["help_asked"])


class NewProjectIn(ProjectIn):
    entered_on = s.DateField(required=False)


class MoveIn(s.Serializer):
    target = s.ChoiceField(choices=ProjectStage.choices)
    moved_on = s.DateField()
    comment = s.CharField(required=False, allow_blank=True, max_length=projects.LIMITS["comment"])
    version = s.IntegerField(required=False, min_value=1, max_value=2**31 - 1)


class ClusterProjectOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    cluster = s.CharField()
    name = s.CharField()
    stage = s.ChoiceField(choices=ProjectStage.choices)
    stage_label = s.CharField()
    kind = s.ChoiceField(choices=ProjectKind.choices)
    domain = s.ChoiceField(choices=ProjectDomain.choices)
    owner_name = s.CharField()
    investment = s.CharField()
    constraints = s.ListField(child=s.CharField())
    parallel_approval = s.BooleanField()
    entered_on = s.DateField()
    reserve_by = s.DateField(allow_null=True)
    reserved_on = s.DateField(allow_null=True)
    start_by = s.DateField(allow_null=True)
    started_on = s.DateField(allow_null=True)
    complete_by = s.DateField(allow_null=True)
    completed_on = s.DateField(allow_null=True)
    blocker = s.CharField()
    help_asked = s.CharField()
    available_moves = s.ListField(child=s.CharField(), help_text="Stages it may be moved to from here")


class EntryIn(s.Serializer):
    name = s.CharField(max_length=enterprises.LIMITS["name"])
    credit_code = s.CharField(max_length=30)
    role = s.ChoiceField(choices=FirmRole.choices)
    since = s.DateField()
    reason = s.CharField(max_length=enterprises.LIMITS["reason"])
    size_class = s.CharField(required=False, allow_blank=True, max_length=10)
    revenue = money(required=False)
    revenue_year = s.IntegerField(required=False, allow_null=True, min_value=2000, max_value=2100)
    products = s.CharField(required=False, allow_blank=True, max_length=enterprises.LIMITS["products"])


class KeyEnterpriseOut(s.Serializer):
    id = s.IntegerField()
    cluster = s.CharField()
    name = s.CharField()
    credit_code = s.CharField()
    role = s.ChoiceField(choices=FirmRole.choices)
    size_class = s.CharField(allow_blank=True)
    revenue = s.CharField(allow_null=True)
    revenue_year = s.IntegerField(allow_null=True)
    since = s.DateField()
    reason = s.CharField()
    until = s.DateField(allow_null=True)
    end_reason = s.CharField()


class SupportRequestIn(s.Serializer):
    kind = s.ChoiceField(choices=RequestKind.choices)
    title = s.CharField(max_length=requests.LIMITS["title"])
    text = s.CharField(max_length=requests.LIMITS["text"])


class SupportActionIn(s.Serializer):
    """`assign`, `reassign`: owner, due_on, department, next_step; `progress`: text; `answer`: outcome; others: comment."""

    version = s.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    owner = s.CharField(required=False, max_length=150, help_text="User name of an official of your bureau")
    due_on = s.DateField(required=False)
    department = s.CharField(required=False, allow_blank=True, max_length=requests.LIMITS["department"])
    next_step = s.CharField(required=False, allow_blank=True, max_length=requests.LIMITS["next_step"])
    text = s.CharField(required=False, allow_blank=True, max_length=requests.LIMITS["progress"])
    outcome = s.CharField(required=False, allow_blank=True, max_length=requests.LIMITS["outcome"])
    comment = s.CharField(required=False, allow_blank=True, max_length=requests.LIMITS["comment"])


class SupportRequestOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    enterprise = s.IntegerField()
    enterprise_name = s.CharField()
    cluster = s.CharField()
    kind = s.ChoiceField(choices=RequestKind.choices)
    title = s.CharField()
    text = s.CharField()
    state = s.ChoiceField(choices=RequestState.choices)
    state_label = s.CharField()
    department = s.CharField()
    owner = s.CharField(allow_null=True)
    due_on = s.DateField(allow_null=True)
    next_step = s.CharField()
    outcome = s.CharField()
    raised_at = s.DateTimeField()
    answered_at = s.DateTimeField(allow_null=True)
    closed_at = s.DateTimeField(allow_null=True)
    available_actions = s.ListField(child=s.CharField())


def shown_cluster(row: Entity) -> dict[str, Any]:
    """A cluster read by `selectors.clusters.listed`."""
    return {
        "code": row.code,
        "kind": row.kind,
        "name": row.name,
        "level": row.level,
        "lead": unit(row.lead.credit_code, row.lead.name),
        "standing": row.standing,
        "firms": getattr(row, "firm_count", None) or 0,
        "projects": getattr(row, "project_count", None) or 0,
        "key_enterprises": getattr(row, "key_count", None) or 0,
        "open_requests": getattr(row, "open_requests", None) or 0,
    }


def shown_firm(row: ClusterFirm) -> dict[str, Any]:
    names = ("name", "credit_code", "join_reason", "leave_reason", "products", "chain_link", "is_key")
    days = {"joined_on": day(row.joined_on), "left_on": day(row.left_on)}
    return {"id": row.pk, "cluster": row.cluster.code, **{n: getattr(row, n) for n in names}, **days}


DATES = (
    "entered_on",
    "reserve_by",
    "reserved_on",
    "start_by",
    "started_on",
    "complete_by",
    "completed_on",
)


def shown_project(actor: Actor, row: Project) -> dict[str, Any]:
    names = ("name", "kind", "domain", "owner_name", "parallel_approval", "blocker", "help_asked")
    return {
        "id": row.pk,
        "version": row.version,
        "cluster": row.cluster.code,
        "stage": row.state,
        "stage_label": row.get_state_display(),
        "investment": format(row.investment, "f"),
        "constraints": list(row.constraints),
        **{name: getattr(row, name) for name in names},
        **{name: day(getattr(row, name)) for name in DATES},
        "available_moves": [str(t.target) for t in PROJECT.available(row, actor)],
    }


def shown_entry(row: KeyEnterprise) -> dict[str, Any]:
    names = ("name", "credit_code", "role", "size_class", "revenue_year", "reason", "end_reason")
    return {
        "id": row.pk,
        "cluster": row.cluster.code,
        "revenue": None if row.revenue is None else format(row.revenue, "f"),
        "since": day(row.since),
        "until": day(row.until),
        **{name: getattr(row, name) for name in names},
    }


def shown_request(actor: Actor, row: SupportRequest) -> dict[str, Any]:
    names = ("kind", "title", "text", "state", "department", "next_step", "outcome")
    return {
        "id": row.pk,
        "version": row.version,
        "enterprise": row.enterprise_id,
        "enterprise_name": row.enterprise.name,
        "cluster": row.enterprise.cluster.code,
        "state_label": row.get_state_display(),
        "owner": str(row.owner) if row.owner else None,
        "due_on": day(row.due_on),
        "raised_at": moment(row.raised_at),
        "answered_at": moment(row.answered_at),
        "closed_at": moment(row.closed_at),
        "available_actions": [t.name for t in REQUEST.available(row, actor)],
        **{name: getattr(row, name) for name in names},
    }
