"""Ratings of an entity: recorded by one person, confirmed by another."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented
from core.errors import NotVisible
from filings import permissions_entity as may
from filings.api import answers_entities as answers
from filings.api import serializers_entities as serializers
from filings.api import shown_entities as shown
from filings.api.views.entities import EntityView, find
from filings.models import Rating
from filings.selectors import entity_page
from filings.selectors.entity_page import Sight
from filings.services import ratings


class Ratings(EntityView):
    rules = {"POST": may.entity_officer}

    @documented(answers.RatingOut(many=True), operation_id="ratings_list", filters=False)
    def get(self, request: Request, code: str) -> Response:
        """Confirmed ones; for staff also those that wait or were refused."""
        sight = self.sight
        return Response([shown.rating(row, sight) for row in entity_page.ratings(sight)])

    @documented(
        answers.RatingOut,
        body=serializers.RatingIn,
        status=201,
        unsafe=True,
        operation_id="ratings_record",
    )
    def post(self, request: Request, code: str) -> Response:
        """Record a grade; it counts once another person has confirmed it."""
        data = self.given(serializers.RatingIn)
        if data.get("corrects") is not None:
            data["corrects"] = self._corrected(data["corrects"])
        made = ratings.record_rating(actor=self.actor, entity=self.entity, **data)
        return Response(shown.rating(made, self.sight), status=201)

    def _corrected(self, pk: int) -> Rating:
        found = self.entity.ratings.filter(pk=pk).first()
        if found is None:
            raise NotVisible.one("rating", _("没有这个评价结果。"))
        return found


class RatingView(ApiView):
    """A rating that waits: visible to staff alone, decided by a head."""

    access = "login"
    rating: Rating

    def prepare(self, request: Request, **kwargs: Any) -> None:
        code = Rating.objects.filter(pk=kwargs["pk"]).values_list("entity__code", flat=True).first()
        entity = find(request, code or "", self.actor)
        found = entity_page.ratings(Sight(self.actor, entity)).filter(pk=kwargs["pk"]).first()
        if found is None:
            raise NotVisible.one("rating", _("没有这个评价结果。"))
        found.entity = entity
        may.entity_head.require(self.actor, entity)
        self.rating = found
        super().prepare(request, **kwargs)

    def shown(self, row: Rating) -> Response:
        return Response(shown.rating(row, Sight(self.actor, self.rating.entity)))


class Confirm(RatingView):
    @documented(answers.RatingOut, unsafe=True, operation_id="ratings_confirm")
    def post(self, request: Request, pk: int) -> Response:
        """The second person confirms: the grade counts and is public; a failed one opens a proposed cancellation."""
        return self.shown(ratings.confirm(actor=self.actor, rating=self.rating))


class Refuse(RatingView):
    @documented(answers.RatingOut, body=serializers.ReasonIn, unsafe=True, operation_id="ratings_refuse")
    def post(self, request: Request, pk: int) -> Response:
        """The second person does not confirm, with a reason."""
        data = self.given(serializers.ReasonIn)
        return self.shown(ratings.refuse(actor=self.actor, rating=self.rating, **data))
