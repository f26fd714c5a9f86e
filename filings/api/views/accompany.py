"""Visits and problems of an entity, as each role reads them; what is done with a problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from accounts.models import User
from accounts.permissions import Rule
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from filings.api.answers import UnitOut
from filings.api.base import in_unit, offered
from filings.api.shown import day, moment, unit
from filings.enums import ProblemState, VisitKind
from filings.models import Entity, Problem
from filings.permissions_entity import entity_unit
from filings.selectors import accompany as see
from filings.selectors import entities
from filings.services import problems
from filings.workflow_problem import PROBLEM

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]
Found = TypeVar("Found")


# --- shapes ----------------------------------------------------------------------------------


class VisitOut(s.Serializer):
    """What is null is read by staff alone."""

    id = s.IntegerField(allow_null=True)
    day = s.DateField(help_text="Held on; planned for, while it is not held")
    kind = s.ChoiceField(choices=VisitKind.choices)
    purpose = s.CharField()
    state = s.ChoiceField(choices=["planned", "overdue", "held", "called_off"])
    visitor = s.CharField(allow_null=True)
    present = s.CharField(allow_null=True)
    findings = s.CharField(allow_null=True)
    follow_up = s.CharField(allow_null=True)


class EntityProblemOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    entity = s.CharField()
    title = s.CharField()
    text = s.CharField()
    state = s.ChoiceField(choices=ProblemState.choices)
    state_label = s.CharField()
    raised_for = UnitOut()
    raised_at = s.DateTimeField()
    owner = s.CharField(allow_null=True, help_text="Name of the officer")
    due_on = s.DateField(allow_null=True)
    department = s.CharField(allow_blank=True)
    answer = s.CharField(allow_blank=True)
    answered_at = s.DateTimeField(allow_null=True)
    satisfied = s.BooleanField(allow_null=True)
    closed_at = s.DateTimeField(allow_null=True)
    available_actions = s.ListField(child=s.CharField())


class ProblemIn(s.Serializer):
    title = s.CharField(max_length=problems.LIMITS["title"])
    text = s.CharField(max_length=problems.LIMITS["text"])


class ProblemActionIn(s.Serializer):
    """`assign` and `reassign` take owner, due_on and department, `answer` the answer, `reassign` and `reopen` a comment."""

    version = s.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    owner = s.CharField(required=False, max_length=150, help_text="User name of an officer of the bureau")
    due_on = s.DateField(required=False)
    department = s.CharField(required=False, allow_blank=True, max_length=problems.LIMITS["department"])
    answer = s.CharField(required=False, allow_blank=True, max_length=problems.LIMITS["answer"])
    comment = s.CharField(required=False, allow_blank=True, max_length=problems.LIMITS["comment"])


TAKES: dict[str, tuple[str, ...]] = {
    "assign": ("owner", "due_on", "department"),
    "reassign": ("owner", "due_on", "department", "comment"),
    "answer": ("answer",),
    "settle": (),
    "reopen": ("comment",),
    "close": (),
}
SERVICES: dict[str, Callable[..., Problem]] = {name: getattr(problems, name) for name in TAKES}


def shown_visit(row: dict[str, Any]) -> dict[str, Any]:
    visit, staff = row["visit"], row["staff"]
    return {
        "id": visit.pk if staff else None,
        "day": day(row["day"]),
        "kind": row["kind_key"],
        "purpose": row["purpose"],
        "state": row["state"],
        "visitor": str(visit.visitor) if staff else None,
        "present": visit.present if staff else None,
        "findings": visit.findings if staff else None,
        "follow_up": visit.follow_up if staff else None,
    }


def shown_problem(actor: Actor, row: Problem) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "entity": row.entity.code,
        "title": row.title,
        "text": row.text,
        "state": row.state,
        "state_label": row.get_state_display(),
        "raised_for": unit(row.raised_for.credit_code, row.raised_for.name),
        "raised_at": moment(row.raised_at),
        "owner": str(row.owner) if row.owner else None,
        "due_on": day(row.due_on),
        "department": row.department,
        "answer": row.answer,
        "answered_at": moment(row.answered_at),
        "satisfied": row.satisfied,
        "closed_at": moment(row.closed_at),
        "available_actions": [t.name for t in PROBLEM.available(row, actor)],
    }


# --- calls -----------------------------------------------------------------------------------


def reach(view: ApiView, request: Request, find: Callable[[Actor], Found]) -> Found:
    """What `find` finds, acting in the first of this person's units that sees it where no header says otherwise."""
    choices = offered(request)
    if len(choices) < 2:
        return find(view.actor)
    for choice in choices:
        actor = in_unit(view.actor, choice)
        try:
            found = find(actor)
        except NotVisible:
            continue
        request._request.actor = actor  # type: ignore[attr-defined]
        return found
    return find(view.actor)


class EntityView(ApiView):
    """Below one entity: found for the actor (404), and asked whose the act is (403), before the body is read."""

    access = "login"
    paged = True
    rules: ClassVar[dict[str, Rule]] = {}
    entity: Entity

    def prepare(self, request: Request, **kwargs: Any) -> None:
        code = kwargs["code"]
        self.entity = reach(self, request, lambda actor: entities.get_visible(actor, code))
        rule = self.rules.get(str(request.method))
        if rule is not None:
            rule.require(self.actor, self.entity)
        super().prepare(request, **kwargs)


class Visits(EntityView):
    @documented(page_of(VisitOut), operation_id="visits_list", parameters=PAGING)
    def get(self, request: Request, code: str) -> Response:
        """Staff: every visit. A unit: those held, without what was found."""
        return self.page(see.visit_rows(self.actor, self.entity), shown_visit)


class Problems(EntityView):
    rules = {"POST": entity_unit}

    @documented(page_of(EntityProblemOut), operation_id="problems_list", parameters=PAGING)
    def get(self, request: Request, code: str) -> Response:
        """Staff and the lead: all; a member: its own."""
        rows = see.problem_rows(self.actor, self.entity)
        return self.page(rows, lambda row: shown_problem(self.actor, row))

    @documented(EntityProblemOut, body=ProblemIn, status=201, unsafe=True, operation_id="problems_create")
    def post(self, request: Request, code: str) -> Response:
        """A unit of the entity raises a problem."""
        made = problems.raise_problem(actor=self.actor, entity=self.entity, **self.given(ProblemIn))
        return Response(shown_problem(self.actor, see.get_problem(self.actor, made.pk)), status=201)


class _ProblemView(ApiView):
    access = "login"
    problem: Problem

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.problem = reach(self, request, lambda actor: see.get_problem(actor, kwargs["pk"]))
        super().prepare(request, **kwargs)


class OneProblem(_ProblemView):
    @documented(EntityProblemOut, operation_id="problems_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """One problem with what this actor may do."""
        return Response(shown_problem(self.actor, self.problem))


class ActOnProblem(_ProblemView):
    @documented(EntityProblemOut, body=ProblemActionIn, unsafe=True, operation_id="problems_act")
    def post(self, request: Request, pk: int, name: str) -> Response:
        """One of `available_actions`."""
        self._admit(name)
        data = self.given(ProblemActionIn)
        given = {key: data[key] for key in TAKES[name] if key in data}
        for key in TAKES[name]:
            given.setdefault(key, None if key in ("owner", "due_on") else "")
        if given.get("owner"):
            given["owner"] = self._officer(str(given["owner"]))
        moved = SERVICES[name](actor=self.actor, problem=self.problem, version=data.get("version"), **given)
        return Response(shown_problem(self.actor, see.get_problem(self.actor, moved.pk)))

    def _admit(self, name: str) -> None:
        """Whether it is possible now and theirs to do is said before faults of the body."""
        step = PROBLEM[name]
        rule: Any = step.allowed
        if not rule(self.actor, self.problem):
            raise NotAllowed.one("not_allowed", rule.refusal(self.actor, self.problem))
        if self.problem.state not in step.sources:
            words = _("当前状态为“%(state)s”，不能办理这一步。该事项可能已由他人办理。")
            raise NotNow.one("wrong_state", words % {"state": self.problem.get_state_display()})

    def _officer(self, username: str) -> User:
        found = see.officers_of(self.problem.entity.authority).filter(username=username).first()
        if found is None:
            text = _("责任人应为登记机关的经办人或者处室负责人")
            raise Invalid.one("owner", text, "owner")
        return found
