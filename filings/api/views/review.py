"""Experts' conflicts and scores. Who they are is read by staff alone."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.describe import documented
from core.errors import Invalid
from filings import permissions as may
from filings.api import answers, serializers, shown
from filings.api.base import FilingView
from filings.api.views.programmes import criteria
from filings.models import ReviewAssignment
from filings.services import review

_reads = (may.may_read_reviews | may.reviewer).saying(may.may_read_reviews.sentence)


class Reviews(FilingView):
    rules = {"GET": _reads, "HEAD": _reads, "POST": may.reviewer}

    @documented(answers.ReviewsOut, operation_id="reviews_list")
    def get(self, request: Request, pk: int) -> Response:
        """Staff: the whole panel. An expert: the own review and the criteria, nobody else's."""
        return Response(self._panel(staff=may.may_read_reviews(self.actor, self.filing)))

    @documented(answers.AssignmentOut, body=serializers.ReviewIn, unsafe=True, operation_id="reviews_create")
    def post(self, request: Request, pk: int) -> Response:
        """Declare on conflicts, or score every criterion; scores may be given again until the review closes."""
        data = self.given(serializers.ReviewIn)
        if ("conflict" in data) == ("scores" in data):
            raise Invalid.one("either", _("请填写 conflict 或 scores 之一"), "conflict")
        done = self._declare(data) if "conflict" in data else self._score(data)
        return Response(shown.assignment(done, staff=False))

    def _declare(self, data: dict[str, Any]) -> ReviewAssignment:
        return review.declare(
            actor=self.actor, filing=self.filing, conflict=data["conflict"], note=data.get("note", "")
        )

    def _score(self, data: dict[str, Any]) -> ReviewAssignment:
        return review.score(
            actor=self.actor, filing=self.filing, scores=data["scores"], opinion=data.get("opinion", "")
        )

    def _panel(self, *, staff: bool) -> dict[str, Any]:
        panel = getattr(self.filing, "panel", None)
        rows: list[ReviewAssignment] = []
        if panel is not None:
            found = panel.assignments.select_related("expert__user").prefetch_related("scores")
            rows = list(found if staff else found.filter(expert__user_id=self.actor.user_id))
        seen = panel if staff else None
        return {
            "criteria": criteria(self.filing.spec),
            "seed": seen.seed if seen else "",
            "opened_at": shown.moment(panel.opened_at) if panel else None,
            "closed_at": shown.moment(panel.closed_at) if panel else None,
            "result": seen.result if seen else {},
            "reviews": [shown.assignment(row, staff=staff) for row in rows],
        }
