"""The figures of an entity in a round by API: read, corrected, looked at; what counts beside them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.describe import documented, page_of
from core.errors import NotVisible
from evaluation import permissions as may
from evaluation.api import shapes_rounds as shapes
from evaluation.api import shown_rounds as shown
from evaluation.api.base import PAGING, ROUND, RoundView, SubjectView, chosen
from evaluation.models import Mark
from evaluation.selectors import rounds as see
from evaluation.services import inputs

TABS = ("included", "unreported", "unchecked", "left_out")


class Entities(RoundView):
    rules = {"GET": may.result_reader}
    paged = True
    queries = ("tab",)

    @documented(
        page_of(shapes.RoundSubjectOut),
        operation_id="rounds_entities",
        parameters=[ROUND, *PAGING, OpenApiParameter("tab", str, enum=TABS)],
        filters=False,
    )
    def get(self, request: Request, code: str) -> Response:
        """The population by code, each with its figures."""
        rows = see.subjects(self.round, tab=chosen(request, "tab", TABS)).select_related("round")
        rows = rows.prefetch_related(Prefetch("marks", Mark.objects.select_related("correction")))
        return self.page(rows, shown.subject)


class OneEntity(SubjectView):
    rules = {"GET": may.result_reader}

    @documented(shapes.RoundSubjectOut, operation_id="rounds_entity", parameters=[ROUND])
    def get(self, request: Request, code: str, pk: int) -> Response:
        """The figures of one entity."""
        return Response(shown.subject(self.subject))


class OfSubject(SubjectView):
    rules = {"POST": may.round_officer}

    def told(self, status: int = 200) -> Response:
        """The entity as it is now."""
        found = see.subject(self.actor, self.round.code, self.subject.pk)
        return Response(shown.subject(found), status=status)


class Figures(OfSubject):
    @documented(
        shapes.RoundSubjectOut,
        body=shapes.FigureIn,
        unsafe=True,
        operation_id="rounds_correct",
        parameters=[ROUND],
    )
    def post(self, request: Request, code: str, pk: int) -> Response:
        """Replace one figure, or set the indicator aside for this entity, with a reason that auditors read."""
        inputs.correct(actor=self.actor, subject=self.subject, **self.given(shapes.FigureIn))
        return self.told()


class Checked(OfSubject):
    @documented(
        shapes.RoundSubjectOut,
        body=shapes.CheckedIn,
        unsafe=True,
        operation_id="rounds_checked",
        parameters=[ROUND],
    )
    def post(self, request: Request, code: str, pk: int) -> Response:
        """The officer has looked at the figures."""
        inputs.checked(actor=self.actor, subject=self.subject, **self.given(shapes.CheckedIn))
        return self.told()


class Marks(OfSubject):
    @documented(
        shapes.RoundSubjectOut,
        body=shapes.MarkIn,
        status=201,
        unsafe=True,
        operation_id="rounds_mark",
        parameters=[ROUND],
    )
    def post(self, request: Request, code: str, pk: int) -> Response:
        """State a veto, bonus or deduction; it counts once another person has confirmed it."""
        inputs.state_mark(actor=self.actor, subject=self.subject, **self.given(shapes.MarkIn))
        return self.told(201)


class SettleMark(OfSubject):
    @documented(
        shapes.RoundSubjectOut,
        body=shapes.MarkActionIn,
        unsafe=True,
        operation_id="rounds_mark_act",
        parameters=[
            ROUND,
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=["confirm", "withdraw", "reverse"]),
        ],
    )
    def post(self, request: Request, code: str, pk: int, mark: int, name: str) -> Response:
        """`confirm`, by a second person, or `withdraw` with a reason; of a confirmed result `reverse`, in a correction."""
        found = self.mark(mark)
        given: dict[str, Any] = self.given(shapes.MarkActionIn)
        if name == "confirm":
            inputs.confirm_mark(actor=self.actor, mark=found)
        elif name == "withdraw":
            inputs.withdraw_mark(actor=self.actor, mark=found, **given)
        elif name == "reverse":
            inputs.reverse_mark(actor=self.actor, mark=found, **given)
        else:
            raise NotVisible.one("unknown_action", "")
        return self.told()
