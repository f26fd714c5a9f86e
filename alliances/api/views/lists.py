"""Chain gaps and scenarios: read by everybody, kept by whoever keeps them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, PublicView
from accounts.api.describe import documented, page_of
from alliances.api import shapes
from alliances.enums import GapKind, GapStatus, ScenarioStatus
from alliances.models import ChainGap
from alliances.permissions import gap_keeper, list_keeper
from alliances.selectors import lists as see
from alliances.services import gaps, scenarios
from core import clock
from core.errors import Invalid
from filings.api.views.accompany import PAGING
from filings.selectors.entities import get_visible

GAPS = [
    *PAGING,
    OpenApiParameter("status", str, enum=list(GapStatus.values)),
    OpenApiParameter("kind", str, enum=list(GapKind.values)),
    OpenApiParameter("chain", str),
]
SCENARIOS = [*PAGING, OpenApiParameter("status", str, enum=["open", "upcoming", "ended"])]


def _among(request: Request, name: str, values: list[str]) -> str:
    """What a query parameter asks for; Invalid for what it cannot be."""
    text = request.query_params.get(name, "")
    if text and text not in values:
        raise Invalid.one(name, _("可以填写：%(values)s。") % {"values": "、".join(values)}, name)
    return text


class PublicGaps(PublicView):
    paged = True
    queries = ("status", "kind", "chain")

    @documented(page_of(shapes.ChainGapOut), operation_id="public_chain_gaps", parameters=GAPS, auth=[])
    def get(self, request: Request) -> Response:
        """The list of chain gaps."""
        kind = _among(request, "kind", list(GapKind.values))
        rows = see.narrowed(see.gaps(), kind=kind, chain=request.query_params.get("chain", "")[:100])
        rows = see.gap_status(rows, _among(request, "status", list(GapStatus.values)))
        return self.page(rows, shapes.gap)


class Gaps(ApiView):
    access = list_keeper

    @documented(
        shapes.ChainGapOut, body=shapes.GapNewIn, status=201, unsafe=True, operation_id="chain_gaps_create"
    )
    def post(self, request: Request) -> Response:
        """Add a gap: a lead to its alliance (`entity`), an officer to the bureau's list."""
        given = self.given(shapes.GapNewIn)
        code = given.pop("entity", "")
        given.pop("version", None)
        entity = get_visible(self.actor, code) if code else None
        row = gaps.add(actor=self.actor, facts=gaps.Facts(**given), entity=entity)
        return Response(shapes.gap(row), status=201)


class _GapView(ApiView):
    access = "login"
    gap: ChainGap

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.gap = see.get_gap(kwargs["pk"])
        gap_keeper.require(self.actor, self.gap)
        super().prepare(request, **kwargs)


class ChangeGap(_GapView):
    @documented(shapes.ChainGapOut, body=shapes.GapIn, unsafe=True, operation_id="chain_gaps_change")
    def post(self, request: Request, pk: int) -> Response:
        """Put the words right while it is not closed."""
        given = self.given(shapes.GapIn)
        version = given.pop("version", None)
        row = gaps.change(actor=self.actor, gap=self.gap, facts=gaps.Facts(**given), version=version)
        return Response(shapes.gap(row))


class TakeOn(_GapView):
    @documented(shapes.ChainGapOut, body=shapes.TakeOnIn, unsafe=True, operation_id="chain_gaps_take_on")
    def post(self, request: Request, pk: int) -> Response:
        """Who closes it, by which joint project and when."""
        return Response(
            shapes.gap(gaps.take_on(actor=self.actor, gap=self.gap, **self.given(shapes.TakeOnIn)))
        )


class CloseGap(_GapView):
    @documented(shapes.ChainGapOut, body=shapes.CloseIn, unsafe=True, operation_id="chain_gaps_close")
    def post(self, request: Request, pk: int) -> Response:
        """Closed on a day, with what came of it."""
        return Response(shapes.gap(gaps.close(actor=self.actor, gap=self.gap, **self.given(shapes.CloseIn))))


class PublicScenarios(PublicView):
    paged = True
    queries = ("status",)

    @documented(page_of(shapes.ScenarioOut), operation_id="public_scenarios", parameters=SCENARIOS, auth=[])
    def get(self, request: Request) -> Response:
        """Application scenarios that are public."""
        known = [ScenarioStatus.OPEN.value, ScenarioStatus.UPCOMING.value, ScenarioStatus.ENDED.value]
        status = _among(request, "status", known)
        return self.page(see.scenario_status(see.published(), status, clock.today()), shapes.scenario)


class Scenarios(ApiView):
    access = list_keeper
    paged = True

    @documented(page_of(shapes.ScenarioOut), operation_id="scenarios_list", parameters=PAGING)
    def get(self, request: Request) -> Response:
        """A unit's own, a bureau's all, public or not."""
        return self.page(see.scenarios_of(self.actor), shapes.scenario)

    @documented(
        shapes.ScenarioOut, body=shapes.ScenarioIn, status=201, unsafe=True, operation_id="scenarios_create"
    )
    def post(self, request: Request) -> Response:
        """A unit puts one forward, a bureau opens one."""
        given = self.given(shapes.ScenarioIn)
        code = given.pop("entity", "")
        entity = get_visible(self.actor, code) if code else None
        row = scenarios.open_(actor=self.actor, facts=scenarios.Facts(**given), entity=entity)
        return Response(shapes.scenario(row), status=201)


class PublishScenario(ApiView):
    access = "login"

    @documented(shapes.ScenarioOut, body=shapes.VersionIn, unsafe=True, operation_id="scenarios_publish")
    def post(self, request: Request, pk: int) -> Response:
        """An officer lets the public see it."""
        found = see.get_scenario(self.actor, pk)
        row = scenarios.publish(actor=self.actor, scenario=found, **self.given(shapes.VersionIn))
        return Response(shapes.scenario(row))
