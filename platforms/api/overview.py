"""Types, the chain in numbers, what is open to everybody, the cultivation list."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, PublicView, day_asked
from accounts.api.describe import ON, documented, page_of
from accounts.models import Organisation
from filings.api.shown import day, unit
from filings.api.views.accompany import reach
from platforms import permissions as may
from platforms.api import shapes
from platforms.models import CultivationEntry, Offer
from platforms.selectors import cultivating, overview
from platforms.services import cultivation
from platforms.types import types

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]


class Types(PublicView):
    @documented(shapes.TypeOut(many=True), operation_id="platform_types", filters=False)
    def get(self, request: Request) -> Response:
        """Every platform type of the catalogue."""
        rows = [
            {
                "key": kind.key,
                "label": kind.label,
                "stage": kind.stage.key,
                "levels": list(kind.levels),
                "applied_for": list(kind.own_levels),
                "hosts": [str(host) for host in kind.traits.hosts],
                "records": list(kind.traits.records),
                "award": kind.award,
            }
            for kind in types().values()
        ]
        return Response(rows)


class Overview(ApiView):
    access = may.overseer
    queries = ("on",)

    @documented(shapes.OverviewOut, operation_id="platforms_overview", parameters=[ON])
    def get(self, request: Request) -> Response:
        """Platforms in force in the office's place, by stage, type and level."""
        on = day_asked(request)
        found = overview.ladder(self.actor, on)
        counts = [
            {"stage": column.stage.key, "kind": row.kind.key, "level": level, "count": number}
            for column in overview.chain(self.actor, on)
            for row in column.rows
            for level, number in row.counts.items()
        ]
        return Response({"on": on.isoformat(), **vars(found), "counts": counts})


def shown_offer(row: Offer) -> dict[str, Any]:
    names = ("kind", "name", "detail", "price", "hours", "office", "phone")
    own = {name: getattr(row, name) for name in names}
    return {"id": row.pk, "entity": row.entity.code, "entity_name": row.entity.name, **own}


class Open(PublicView):
    queries = ("q", "kind", "entity")
    paged = True

    @documented(
        page_of(shapes.OfferOut),
        operation_id="platforms_open",
        parameters=[*PAGING, *(OpenApiParameter(name, str) for name in ("q", "kind", "entity"))],
    )
    def get(self, request: Request) -> Response:
        """What platforms open to everybody."""
        wanted = {name: request.query_params.get(name, "") for name in self.queries}
        return self.page(overview.offers(wanted), shown_offer)


def shown_entry(row: CultivationEntry) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "organisation": unit(row.organisation.credit_code, row.organisation.name),
        "entity": row.entity.code if row.entity else None,
        "target_kind": row.target_kind,
        "target_level": row.target_level,
        "apply_year": row.apply_year,
        "supports": row.supports,
        "entered_on": day(row.entered_on),
        "left_on": day(row.left_on),
        "outcome": row.outcome,
        "achieved": row.achieved.code if row.achieved else None,
    }


class Cultivation(ApiView):
    access = may.reader
    paged = True

    def prepare(self, request: Request, **kwargs: Any) -> None:
        if request.method == "POST":
            may.cultivator.require(self.actor)
        super().prepare(request, **kwargs)

    @documented(page_of(shapes.CultivationOut), operation_id="platform_cultivation_list", parameters=PAGING)
    def get(self, request: Request) -> Response:
        """Entries this person may see."""
        return self.page(cultivating.visible(self.actor).order_by("-pk"), shown_entry)

    @documented(
        shapes.CultivationOut,
        body=shapes.CultivationIn,
        status=201,
        unsafe=True,
        operation_id="platform_cultivation_create",
    )
    def post(self, request: Request) -> Response:
        """A unit enters the list."""
        data = self.given(shapes.CultivationIn)
        found = Organisation.objects.filter(credit_code=data.pop("organisation").strip().upper()).first()
        made = cultivation.enter(actor=self.actor, organisation=found, **data)
        return Response(shown_entry(cultivating.get_entry(self.actor, made.pk)), status=201)


class _Entry(ApiView):
    access = "login"
    entry: CultivationEntry

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.entry = reach(self, request, lambda actor: cultivating.get_entry(actor, kwargs["pk"]))
        if request.method == "POST":
            may.entry_keeper.require(self.actor, self.entry)
        super().prepare(request, **kwargs)


class Entry(_Entry):
    @documented(shapes.CultivationOut, operation_id="platform_cultivation_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """One entry."""
        return Response(shown_entry(self.entry))


class EntrySteps(_Entry):
    @documented(
        shapes.CultivationOut, body=shapes.StepIn, unsafe=True, operation_id="platform_cultivation_step"
    )
    def post(self, request: Request, pk: int) -> Response:
        """What was done for it."""
        made = cultivation.step(actor=self.actor, entry=self.entry, **self.given(shapes.StepIn))
        return Response(shown_entry(cultivating.get_entry(self.actor, made.pk)))


class EntryLeave(_Entry):
    @documented(
        shapes.CultivationOut,
        body=shapes.CultivationLeaveIn,
        unsafe=True,
        operation_id="platform_cultivation_leave",
    )
    def post(self, request: Request, pk: int) -> Response:
        """It leaves without having arrived."""
        made = cultivation.leave(actor=self.actor, entry=self.entry, **self.given(shapes.CultivationLeaveIn))
        return Response(shown_entry(cultivating.get_entry(self.actor, made.pk)))
