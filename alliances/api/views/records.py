"""Records, yearly tasks and R&D intensity of one alliance."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from alliances.alliance import terms
from alliances.api import shapes
from alliances.models import AllianceRecord
from alliances.permissions import record_judge, record_owner, record_writer
from alliances.selectors import intensity, yearly
from alliances.selectors import records as see
from alliances.services import records
from core.errors import Invalid, NotVisible
from filings.api.views.accompany import PAGING, EntityView, reach

YEAR = [OpenApiParameter("year", int)]


class Records(EntityView):
    rules = {"POST": record_writer}

    @documented(page_of(shapes.RecordOut), operation_id="alliance_records_list", parameters=PAGING)
    def get(self, request: Request, code: str) -> Response:
        """Everything its chair has kept, withdrawn or not, the newest first."""
        rows = see.of_entity(self.entity).select_related("entity")
        return self.page(rows, shapes.record)

    @documented(
        shapes.RecordOut,
        body=shapes.RecordIn,
        status=201,
        unsafe=True,
        operation_id="alliance_records_create",
    )
    def post(self, request: Request, code: str) -> Response:
        """The chair records an activity or a result."""
        facts = records.Facts(**_without_version(self.given(shapes.RecordIn)))
        made = records.add(actor=self.actor, entity=self.entity, facts=facts)
        return Response(shapes.record(made), status=201)


def _without_version(given: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key != "version"}


class _YearOf(EntityView):
    paged = False
    queries = ("year",)

    def alliance(self) -> None:
        if self.entity.kind != terms.KIND:
            raise NotVisible.one("not_found", _("没有找到这个登记主体，或您无权查看。"))

    def year(self, default: int) -> int:
        text = self.request.query_params.get("year", "")
        if not text:
            return default
        if not text.isdecimal() or len(text) != 4 or int(text) < 1900:
            raise Invalid.one("year", _("year 应为四位年份。"), "year")
        return int(text)


class Tasks(_YearOf):
    @documented(shapes.TasksOut, operation_id="alliance_tasks", parameters=YEAR)
    def get(self, request: Request, code: str) -> Response:
        """The four tasks of a year, by default of the one that runs."""
        self.alliance()
        span, rows = yearly.of_year(self.entity, self.year(yearly.this_year(self.entity)))
        return Response(shapes.tasks(span, rows))


class RdIntensity(_YearOf):
    @documented(shapes.IntensityOut, operation_id="alliance_intensity", parameters=YEAR)
    def get(self, request: Request, code: str) -> Response:
        """Weighted and simple average of a year, by default of the last one that is over.

        A member reads its own figures; those of the others are null for it.
        """
        self.alliance()
        year = self.year(intensity.last_year(self.entity))
        found = intensity.as_read_by(intensity.of_year(self.entity, year), self.actor, self.entity)
        return Response(shapes.intensity(found, year))


class _RecordView(ApiView):
    access = "login"
    record: AllianceRecord
    rule: Any = None

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.record = reach(self, request, lambda actor: see.get_record(actor, kwargs["pk"]))
        if type(self).rule is not None:
            type(self).rule.require(self.actor, self.record)
        super().prepare(request, **kwargs)


class OneRecord(_RecordView):
    @documented(shapes.RecordOut, operation_id="alliance_records_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """One record."""
        return Response(shapes.record(self.record))


class Change(_RecordView):
    rule = record_owner

    @documented(shapes.RecordOut, body=shapes.RecordIn, unsafe=True, operation_id="alliance_records_change")
    def post(self, request: Request, pk: int) -> Response:
        """The chair puts it right, until an officer has looked at it."""
        given = self.given(shapes.RecordIn)
        facts = records.Facts(**_without_version(given))
        row = records.change(actor=self.actor, record=self.record, facts=facts, version=given.get("version"))
        return Response(shapes.record(row))


class Evidence(_RecordView):
    rule = record_owner
    parser_classes = (MultiPartParser,)  # type: ignore[assignment]

    @documented(
        shapes.RecordOut,
        body={"multipart/form-data": shapes.EvidenceIn},
        unsafe=True,
        operation_id="alliance_records_evidence",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Its evidence, in place of what was there."""
        upload = self.given(shapes.EvidenceIn)["file"]
        row = records.attach(actor=self.actor, record=self.record, upload=upload)
        return Response(shapes.record(row))


class Withdraw(_RecordView):
    rule = record_owner

    @documented(
        shapes.RecordOut, body=shapes.WithdrawIn, unsafe=True, operation_id="alliance_records_withdraw"
    )
    def post(self, request: Request, pk: int) -> Response:
        """The chair takes it back, with a reason."""
        row = records.withdraw(actor=self.actor, record=self.record, **self.given(shapes.WithdrawIn))
        return Response(shapes.record(row))


class Judge(_RecordView):
    rule = record_judge

    @documented(shapes.RecordOut, body=shapes.JudgeIn, unsafe=True, operation_id="alliance_records_judge")
    def post(self, request: Request, pk: int) -> Response:
        """An officer says whether an activity counts, and on what ground; nothing else of it is touched."""
        row = records.judge(actor=self.actor, record=self.record, **self.given(shapes.JudgeIn))
        return Response(shapes.record(row))
