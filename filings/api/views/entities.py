"""The register for people who are logged in: its facts are public; the filings behind them are their own."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from filings.api import answers, register
from filings.api.base import documented, visible_filings

PARAMETERS = [
    *(OpenApiParameter(name, str) for name in register.QUERIES),
    OpenApiParameter("page", int),
    OpenApiParameter("page_size", int, description="1–100"),
]


class Entities(ApiView):
    access = "login"
    queries = register.QUERIES
    paged = True

    @documented(answers.EntityRowOut(many=True), operation_id="entities_list", parameters=PARAMETERS)
    def get(self, request: Request) -> Response:
        """The register, by name."""
        rows, on = register.found(request.query_params)
        return self.page(
            rows.order_by("name_key", "pk").values_list(*register.ROW), lambda row: register.entity_row(row, on)
        )


class OneEntity(ApiView):
    access = "login"

    @documented(answers.OwnEntityOut, operation_id="entities_retrieve")
    def get(self, request: Request, code: str) -> Response:
        """An entity, with the numbers of those of its filings this person may see."""
        shown = register.entity(code)
        own = visible_filings(request, self.actor).filter(entity__code=code).order_by("pk")
        return Response(shown | {"filings": list(own.values_list("pk", flat=True))})
