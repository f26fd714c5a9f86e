"""A member's own exit from an entity on the register."""

from __future__ import annotations

from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.describe import documented
from filings import permissions_entity as may
from filings.api.answers import UnitOut
from filings.api.answers_entities import UnmetOut
from filings.api.shown import day, unit
from filings.api.views.entities import EntityView
from filings.enums import Lamp
from filings.services import membership
from filings.services.membership import MAX_TEXT


class LeaveIn(s.Serializer):
    reason = s.CharField(max_length=MAX_TEXT)
    on = s.DateField(required=False, help_text="The first day outside; today when none is given")
    handover = s.CharField(max_length=MAX_TEXT, required=False, allow_blank=True)


class LeftOut(s.Serializer):
    entity = s.CharField()
    organisation = UnitOut()
    until = s.DateField(help_text="The first day outside")
    lamp = s.ChoiceField(choices=Lamp.choices)
    unmet = UnmetOut(many=True)


class Leave(EntityView):
    rules = {"POST": may.entity_unit_signer}

    @documented(LeftOut, body=LeaveIn, unsafe=True, operation_id="entities_leave")
    def post(self, request: Request, code: str) -> Response:
        """The unit acted for leaves; the lamp is judged again at once."""
        row = membership.leave(actor=self.actor, entity=self.entity, **self.given(LeaveIn))
        entity, gone = row.entity, row.organisation
        return Response(
            {
                "entity": entity.code,
                "organisation": unit(gone.credit_code, gone.name),
                "until": day(row.until),
                "lamp": entity.lamp,
                "unmet": entity.unmet,
            }
        )
