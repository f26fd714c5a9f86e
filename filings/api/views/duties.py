"""Duties: what the caller may see, by date."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from core import clock
from core.errors import Invalid, from_form
from filings.api import shown
from filings.api.answers import UnitOut
from filings.api.base import in_unit, offered
from filings.enums import DutyKind, DutyStanding
from filings.filters_duties import ApiDutyFilter
from filings.models import Duty
from filings.selectors import duties

FILTERS = ("kind", "standing", "due_after", "due_before")


class DutyOut(s.Serializer):
    """One thing owed; `person` is a user name where one person owes it."""

    id = s.IntegerField()
    kind = s.ChoiceField(choices=DutyKind.choices)
    title = s.CharField()
    clause = s.CharField(allow_blank=True)
    legal = s.BooleanField(help_text="The law's own limit, not a default of the bureau")
    organisation = UnitOut()
    person = s.CharField(allow_null=True)
    filing = s.IntegerField(allow_null=True)
    entity = s.CharField(allow_null=True)
    opens_on = s.DateField()
    due_at = s.DateTimeField()
    overdue = s.BooleanField()
    standing = s.ChoiceField(choices=DutyStanding.choices)
    done_at = s.DateTimeField(allow_null=True)


class Duties(ApiView):
    access = "login"
    queries = FILTERS
    paged = True

    @documented(
        page_of(DutyOut),
        operation_id="duties_list",
        parameters=[
            OpenApiParameter("kind", str, enum=DutyKind.values),
            OpenApiParameter("standing", str, enum=DutyStanding.values),
            OpenApiParameter("due_after", str, description="A day, included"),
            OpenApiParameter("due_before", str, description="A day, included"),
            OpenApiParameter("page", int),
            OpenApiParameter("page_size", int, description="1–100"),
        ],
    )
    def get(self, request: Request) -> Response:
        """Duties this person may see, the earliest date first; without X-Organisation, in every unit of theirs."""
        found = ApiDutyFilter(request.query_params, self._visible(request), request=request._request)
        if not found.is_valid():
            raise Invalid(from_form(found.errors))
        return self.page(duties.shown(found.qs).order_by("due_at", "pk"), duty_row)

    def _visible(self, request: Request) -> QuerySet[Duty]:
        reach = [duties.visible_to(in_unit(self.actor, choice)) for choice in offered(request)]
        return reduce(or_, reach) if reach else Duty.objects.none()


def duty_row(duty: Duty) -> dict[str, Any]:
    """The shape is `DutyOut`."""
    unit = duty.organisation
    return {
        "id": duty.pk,
        "kind": duty.kind,
        "title": duty.title,
        "clause": duty.clause,
        "legal": duty.legal,
        "organisation": shown.unit(unit.credit_code, unit.name),
        "person": duty.person.username if duty.person else None,
        "filing": duty.filing_id,
        "entity": duty.entity.code if duty.entity else None,
        "opens_on": shown.day(duty.opens_on),
        "due_at": shown.moment(duty.due_at),
        "overdue": duty.standing == DutyStanding.OPEN and duty.due_at < clock.now(),
        "standing": duty.standing,
        "done_at": shown.moment(duty.done_at),
    }
