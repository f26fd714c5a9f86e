"""Issued reports by API, for those who may read them."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from core import audit, files
from core.actor import Actor
from core.errors import NotNow
from evaluation.api import shapes_rounds as shapes
from evaluation.api import shown_rounds as shown
from evaluation.api.base import PAGING, chosen
from evaluation.enums import ReportKind
from evaluation.models import Report
from evaluation.selectors import readable_reports as see
from evaluation.selectors.reports import report_for
from filings.api.base import at_home, in_unit, offered


def visible(request: Request, actor: Actor) -> QuerySet[Report]:
    """Reports readable in the unit acted for; without a header, in any unit of this person."""
    reach = [see.readable(in_unit(actor, choice)) for choice in offered(request)]
    return reduce(or_, reach) if reach else Report.objects.none()


def find(request: Request, pk: int, actor: Actor) -> Report:
    """One report, acting in the unit it belongs to where no header says otherwise."""
    row = Report.objects.filter(pk=pk).values_list("round__authority_id", "entity__lead_id").first() or ()
    return at_home(request, actor, [home for home in row if home], lambda acting: report_for(acting, pk))


class Reports(ApiView):
    access = "login"
    paged = True
    queries = ("kind", "round", "entity", "current")

    @documented(
        page_of(shapes.ReportOut),
        operation_id="reports_list",
        parameters=[
            *PAGING,
            OpenApiParameter("kind", str, enum=ReportKind.values),
            OpenApiParameter("round", str, description="Code of the round"),
            OpenApiParameter("entity", str, description="Code of the entity"),
            OpenApiParameter("current", str, enum=["true", "false"], description="Not replaced, or replaced"),
        ],
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """The newest first. A unit reads those of the entities it leads or belongs to, once they are issued."""
        wanted = {
            "kind": chosen(request, "kind", ReportKind.values),
            "round__code": request.query_params.get("round", ""),
            "entity__code": request.query_params.get("entity", ""),
        }
        rows = visible(request, self.actor).filter(**{name: value for name, value in wanted.items() if value})
        current = chosen(request, "current", ("true", "false"))
        if current:
            rows = rows.filter(superseded_by__isnull=current == "true")
        return self.page(see.with_names(rows).order_by("-issued_at", "-pk"), shown.report)


class OneReport(ApiView):
    access = "login"

    @documented(shapes.ReportOut, operation_id="reports_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """Number, digest, and what replaced it."""
        return Response(shown.report(find(request, pk, self.actor)))


class AnyKind(BaseContentNegotiation):
    """The PDF is sent whatever the caller says it accepts; refusals are JSON as everywhere."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class Pdf(ApiView):
    access = "login"
    content_negotiation_class = AnyKind

    @documented(OpenApiTypes.BINARY, status=(200, "application/pdf"), operation_id="reports_pdf")  # type: ignore[arg-type]
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The issued PDF, byte for byte; the download stands in the audit log."""
        row = find(request, pk, self.actor)
        if row.stored is None:
            raise NotNow.one("not_rendered", _("报告正在生成，请稍后再来。"))
        content = files.read_checked(row.stored)
        audit.record(
            "file.download",
            actor=self.actor,
            obj=row.stored,
            detail={"sha256": row.stored.sha256, "owner": row.stored.owner_ref, "inline": False},
        )
        answer = HttpResponse(content, content_type="application/pdf")
        answer["Content-Disposition"] = content_disposition_header(True, row.stored.name) or "attachment"
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Cache-Control"] = "private, no-store"
        return answer
