"""What can be applied for: schema, rules with their clauses, procedure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented
from core import clock
from core.errors import NotVisible
from filings import programmes
from filings.api import answers
from filings.enums import Action, ParticipantRole
from filings.presentation import catalogue
from filings.programmes import Programme
from filings.workflow import workflow_for
from policy.law import Law, law_on


def row(spec: Programme) -> dict[str, Any]:
    family, family_label = catalogue.family_of(spec)
    return {
        "key": spec.key,
        "label": str(spec.label),
        "summary": str(spec.summary),
        "actions": [str(action) for action in spec.actions],
        "family": family,
        "family_label": family_label,
        "group": str(spec.group),
        "place": spec.place,
        "entity_kind": spec.entity_kind,
        "levels": [str(level) for level in spec.levels],
        "applied_for": spec.applied_for,
    }


def _words(spec: Programme) -> dict[str, str]:
    words = spec.words
    return {
        "lead": str(words.lead),
        "members": str(words.members),
        "act": str(words.act),
        "founding": str(words.founding),
        "renewal": spec.renewal_label(),
        "thing": str(words.thing),
    }


def _rules(spec: Programme, law: Law) -> list[dict[str, Any]]:
    return [
        {
            "condition": c.key,
            "label": str(c.label),
            "strength": str(c.strength_in(law) if c.strength_in else c.strength),
            "stage": str(c.stage),
            "check": str(c.check),
            "clause": law.cite(c.key),
        }
        for c in spec.conditions
    ]


def _procedure(spec: Programme, law: Law) -> dict[str, Any]:
    return {
        "recommendation": spec.procedure.recommendation,
        "review": spec.procedure.review,
        "notice": spec.procedure.notice,
        "decision": spec.procedure.decision,
        "steps": [
            {
                "name": t.name,
                "label": spec.act_label(t.name, t.label),
                "sources": [str(source) for source in t.sources],
                "target": str(t.target),
                "who": str(getattr(t.allowed, "sentence", "")),
            }
            for t in workflow_for(spec)
        ],
        "limits": [
            {"state": state, "working_days": law.value(key), "clause": law.cite(key)}
            for state, key in spec.procedure.limits.items()
        ],
        "criteria": criteria(spec),
        "longest_validity_months": spec.longest(law),
    }


def _variant(key: str, action: Action, law: Law) -> dict[str, Any]:
    """What may be asked for an entity on the register: its own sections and procedure."""
    spec = programmes.get(key, action)
    variant = spec.variants[action]
    return {
        "action": str(action),
        "label": str(variant.label),
        "summary": str(spec.summary),
        "prepare": [str(line) for line in spec.prepare],
        "clause": law.cite(variant.clause) if variant.clause else "",
        "judged": variant.judged,
        "applies": variant.applies,
        "carries": [
            name
            for name, does in (
                ("content", variant.carries_content),
                ("members", variant.carries_members),
                ("confirmations", variant.carries_confirmations),
            )
            if does
        ],
        "sections": {section.key: section.schema() for section in spec.sections},
        "procedure": _procedure(spec, law),
    }


def criteria(spec: Programme) -> list[dict[str, Any]]:
    return [
        {"key": c.key, "label": str(c.label), "weight": c.weight, "guide": str(c.guide)}
        for c in spec.criteria
    ]


class Programmes(ApiView):
    access = "login"
    queries = ("q", "family", "place")

    @documented(
        answers.ProgrammeRowOut(many=True),
        operation_id="programmes_list",
        filters=False,
        parameters=[OpenApiParameter(name, str) for name in queries],
    )
    def get(self, request: Request) -> Response:
        """Programmes by family and group; `q`: words of the name, `place`: of the authority's jurisdiction."""
        given = {name: request.query_params.get(name, "") for name in self.queries}
        found = catalogue.catalogue(programmes.declared(), text=given["q"]).here
        return Response(
            [
                row(spec)
                for family in found
                for spec in family.programmes
                if given["family"] in ("", family.key) and given["place"] in ("", spec.place)
            ]
        )


class OneProgramme(ApiView):
    access = "login"

    @documented(answers.ProgrammeOut, operation_id="programmes_retrieve")
    def get(self, request: Request, key: str) -> Response:
        """JSON Schema of the content by section, rules with clauses, procedure; under the law of today."""
        try:
            spec = programmes.get(key)
        except KeyError:
            raise NotVisible.one("programme", _("没有这个申报类别")) from None
        law = law_on(clock.today(), spec.place)
        more = {
            "words": _words(spec),
            "foundings": [{"action": str(a), "label": spec.action_label(a)} for a in spec.foundings],
            "roles": [str(role) for role in spec.roles],
            "role_labels": {str(role): spec.role_label(role) for role in (ParticipantRole.LEAD, *spec.roles)},
            "prepare": [str(line) for line in spec.prepare],
            "sections": {section.key: section.schema() for section in spec.sections},
            "rules": _rules(spec, law),
            "procedure": _procedure(spec, law),
            "variants": [_variant(spec.key, action, law) for action in spec.variants],
        }
        return Response(row(spec) | more)
