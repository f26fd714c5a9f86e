"""Views below one entity: it is found for the actor, and it is asked whose the act is, before the body is read."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented
from accounts.permissions import Rule
from core.errors import NotVisible
from filings import permissions_entity as may
from filings.api import answers_entities as answers
from filings.api import serializers_entities as serializers
from filings.api import shown_entities as shown
from filings.api.base import at_home
from filings.models import Entity
from filings.selectors.entities import get_visible
from filings.selectors.entity_page import Sight
from filings.services import entity_waivers

STEPS = {
    "ask": (entity_waivers.ask, may.entity_lead_signer),
    "grant": (entity_waivers.grant, may.entity_officer),
    "refuse": (entity_waivers.refuse, may.entity_officer),
    "confirm": (entity_waivers.confirm, may.entity_head),
    "end": (entity_waivers.end, may.entity_head),
}


def find(request: Request, code: str, actor: Any) -> Entity:
    """The entity, acting in the unit it belongs to where no header says otherwise; NotVisible for outsiders."""
    homes = Entity.objects.filter(code=code).values_list("authority_id", "lead_id").first() or ()
    return at_home(request, actor, homes, lambda acting: get_visible(acting, code))


class EntityView(ApiView):
    """`rules` names who may use a method on this entity: asked after visibility (404), before shape (422)."""

    access = "login"
    rules: ClassVar[dict[str, Rule]] = {}
    entity: Entity

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.entity = find(request, kwargs["code"], self.actor)
        rule = self.rules.get(str(request.method))
        if rule is not None:
            rule.require(self.actor, self.entity)
        super().prepare(request, **kwargs)

    @property
    def sight(self) -> Sight:
        return Sight(self.actor, self.entity)


class Exceptions(EntityView):
    """One act on an exception of a condition."""

    def prepare(self, request: Request, **kwargs: Any) -> None:
        super().prepare(request, **kwargs)
        if kwargs["name"] not in STEPS or self.entity.spec.condition(kwargs["condition"]) is None:
            raise NotVisible.one("unknown_action", _("没有这项操作。"))
        STEPS[kwargs["name"]][1].require(self.actor, self.entity)

    @documented(
        answers.ExceptionOut,
        body=serializers.ExceptionIn,
        unsafe=True,
        operation_id="entity_waivers_act",
        parameters=[OpenApiParameter("name", str, OpenApiParameter.PATH, enum=list(STEPS))],
    )
    def post(self, request: Request, code: str, condition: str, name: str) -> Response:
        """Ask (the lead), grant or refuse (an officer), confirm or end (a head): two people are needed."""
        data = self.given(serializers.ExceptionIn)
        service, _rule = STEPS[name]
        words = {} if name == "confirm" else {"reason": data["reason"]}
        made = service(actor=self.actor, entity=self.entity, condition=condition, **words)
        return Response(shown.waiver(made, self.sight))
