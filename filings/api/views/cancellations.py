"""取消备案资格 through the API: the same door as the pages, the same hearing."""

from __future__ import annotations

from typing import Any

from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented
from accounts.api.parsing import StrictJSONParser
from filings import permissions_entity as may
from filings.api import answers_entities as answers
from filings.api import serializers_entities as serializers
from filings.api import shown_entities as shown
from filings.api.base import at_home
from filings.api.views.entities import EntityView
from filings.models import Cancellation
from filings.selectors import entity_page
from filings.selectors.cancellations import get_visible
from filings.services import cancellation


class Cancellations(EntityView):
    rules = {"POST": may.entity_officer}

    @documented(answers.CancellationRowOut(many=True), operation_id="cancellations_list", filters=False)
    def get(self, request: Request, code: str) -> Response:
        """All for staff; for the lead those it has been told of; none for members."""
        sight = self.sight
        rows = entity_page.cancellations(sight)
        return Response([shown.cancellation_row(row, self.entity, staff=sight.is_staff) for row in rows])

    @documented(
        answers.CancellationOut,
        body=serializers.OpenIn,
        status=201,
        unsafe=True,
        operation_id="cancellations_open",
    )
    def post(self, request: Request, code: str) -> Response:
        """Open the procedure on a ground of the programme, with facts and reasons."""
        data = self.given(serializers.OpenIn)
        made = cancellation.open_(actor=self.actor, entity=self.entity, **data)
        return Response(shown.cancellation(made, self.actor), status=201)


class CancellationView(ApiView):
    access = "login"
    case: Cancellation

    def prepare(self, request: Request, **kwargs: Any) -> None:
        pk = kwargs["pk"]
        row = Cancellation.objects.filter(pk=pk)
        homes = row.values_list("entity__authority_id", "entity__lead_id").first() or ()
        self.case = at_home(request, self.actor, homes, lambda actor: get_visible(actor, pk))
        super().prepare(request, **kwargs)

    def shown(self, status: int = 200) -> Response:
        """As it is now."""
        row = get_visible(self.actor, self.case.pk)
        return Response(shown.cancellation(row, self.actor), status=status)


class OneCancellation(CancellationView):
    @documented(answers.CancellationOut, operation_id="cancellations_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """The case: for the lead what is alleged, until when, what it said and what was decided."""
        return self.shown()


class Act(CancellationView):
    @documented(
        answers.CancellationOut,
        body=serializers.CancellationActionIn,
        unsafe=True,
        operation_id="cancellations_act",
    )
    def post(self, request: Request, pk: int, name: str) -> Response:
        """One transition; see `available_actions`. None leads past the hearing."""
        possible = cancellation.admit(actor=self.actor, cancellation=self.case, name=name)
        # what cannot be done now is said before faults of the body
        data = self.given(serializers.CancellationActionIn) if possible else {}
        version = data.pop("version", None)
        cancellation.act(actor=self.actor, cancellation=self.case, name=name, payload=data, version=version)
        return self.shown()


class Statements(CancellationView):
    parser_classes = (StrictJSONParser, MultiPartParser)

    def prepare(self, request: Request, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        may.entity_lead_signer.require(self.actor, self.case.entity)

    @documented(
        answers.StatementOut,
        body={
            "application/json": serializers.StatementIn,
            "multipart/form-data": serializers.StatementFileIn,
        },
        status=201,
        unsafe=True,
        operation_id="statements_create",
    )
    def post(self, request: Request, pk: int) -> Response:
        """The lead states its views while the period runs or stands still."""
        data = self.given(serializers.StatementFileIn)
        made = cancellation.state_views(
            actor=self.actor, cancellation=self.case, text=data["text"], upload=data.get("file")
        )
        return Response(shown.statement(made), status=201)
