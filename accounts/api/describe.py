"""What calls have in common in the OpenAPI document: headers and refusals."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers as s

from accounts.actors import HEADER

PROBLEM = "application/problem+json"
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Same key and body: same answer, one effect."
)
ORGANISATION = OpenApiParameter(
    HEADER, str, OpenApiParameter.HEADER, description="Credit code of the unit or bureau acted for."
)
#: For views that take `accounts.api.base.day_asked`.
ON = OpenApiParameter("on", datetime.date, description="Default: today")
REASONS = {
    400: "Malformed",
    401: "No or wrong token",
    403: "Visible, but not yours to do",
    404: "Not there, or not visible",
    406: "Only JSON is offered",
    409: "Not now, or stale",
    413: "Too large",
    415: "Neither JSON in UTF-8 nor the form this call takes",
    422: "With reasons",
    429: "Too many",
}
WHEN_WRITING = (409, 413, 415)


class ProblemOut(s.Serializer):
    field = s.CharField(allow_blank=True)
    code = s.CharField()
    message = s.CharField()
    clause = s.CharField(required=False)


class ErrorOut(s.Serializer):
    """RFC 9457."""

    type = s.CharField()
    title = s.CharField()
    status = s.IntegerField()
    errors = ProblemOut(many=True)


@cache
def page_of(row: type[s.Serializer]) -> s.Serializer:
    """One page of a list."""
    name = row.__name__.removesuffix("RowOut").removesuffix("Out")
    fields: dict[str, s.Field] = {
        "count": s.IntegerField(),
        "next": s.URLField(allow_null=True),
        "previous": s.URLField(allow_null=True),
        "results": row(many=True),
    }
    return inline_serializer(f"{name}Page", fields)


def documented(
    answer: Any = None, *, body: Any = None, status: int = 200, unsafe: bool = False, **options: Any
) -> Any:
    """`extend_schema` with the headers every call takes and the refusals it may give."""
    refusals = {
        (code, PROBLEM): OpenApiResponse(ErrorOut, description=why)
        for code, why in REASONS.items()
        if unsafe or body is not None or code not in WHEN_WRITING
    }
    own = [] if options.get("auth") == [] else [ORGANISATION]
    parameters = [*own, *([IDEMPOTENCY] if unsafe else []), *options.pop("parameters", [])]
    return extend_schema(
        request=body, responses={status: answer, **refusals}, parameters=parameters, **options
    )
