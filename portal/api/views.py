"""Register, notices and verification; the same register for people who are logged in."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as shapes
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView, PublicView
from accounts.api.describe import documented, page_of
from core import clock
from core.errors import NotVisible
from filings.api.base import visible_filings
from filings.api.shown import moment
from filings.api.shown_entities import inside
from filings.api.views.entities import find as find_entity
from filings.models import Entity
from filings.selectors.entity_page import Sight
from filings.services import notice as notice_service
from portal.api import serializers
from portal.selectors import notices, register, verification

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]
ON = OpenApiParameter("on", datetime.date, description="Default: today")
FILTERS = [
    *(OpenApiParameter(name, str) for name in ("q", "kind", "district", "industry")),
    OpenApiParameter("status", str, enum=serializers.STATUSES),
    ON,
]


def asked(request: Request, serializer: type[shapes.Serializer]) -> dict[str, Any]:
    """The query string, understood; 422 otherwise."""
    found = serializer(data={name: request.query_params[name] for name in request.query_params})
    found.is_valid(raise_exception=True)
    return dict(found.validated_data)


def entity_of(code: str, on: datetime.date) -> dict[str, Any]:
    """The public facts of one entity, NotVisible for an unknown code."""
    rows = Entity.objects.select_related("lead", "district__parent", "authority")
    found = rows.filter(code=code).first()
    if found is None:
        raise NotVisible.one("not_found", _("登记簿中没有这个编号。"))
    return register.public_entity(found, on)


class _Register:
    """A page of the register as of a day."""

    queries = ("q", "kind", "district", "industry", "status", "on")
    paged = True

    def rows(self, request: Request) -> Response:
        given = asked(request, serializers.RegisterIn)
        on = given.get("on") or clock.today()
        query = register.Query(
            given["q"], given["kind"], given["district"], given["industry"], given["status"]
        )
        names = register.industries()
        return self.page(  # type: ignore[attr-defined,no-any-return]
            register.register_rows(query, on), lambda row: register.public_row(row, on, names)
        )


class Register(_Register, PublicView):
    @documented(
        page_of(serializers.EntityRowOut),
        operation_id="public_register_list",
        parameters=[*FILTERS, *PAGING],
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """Who is recognised, as of a day."""
        return self.rows(request)


class RegisterEntry(PublicView):
    queries = ("on",)

    @documented(serializers.EntityOut, operation_id="public_register_retrieve", parameters=[ON], auth=[])
    def get(self, request: Request, code: str) -> Response:
        """Public facts of one entity as of a day."""
        return Response(entity_of(code, asked(request, serializers.DayIn).get("on") or clock.today()))


class Entities(_Register, ApiView):
    access = "login"

    @documented(
        page_of(serializers.EntityRowOut), operation_id="entities_list", parameters=[*FILTERS, *PAGING]
    )
    def get(self, request: Request) -> Response:
        """The register; its facts are public."""
        return self.rows(request)


class OneEntity(ApiView):
    access = "login"
    queries = ("on",)

    @documented(serializers.OwnEntityOut, operation_id="entities_retrieve", parameters=[ON])
    def get(self, request: Request, code: str) -> Response:
        """An entity with the numbers of the filings this person may see; `inside` for the bureau, lead and members."""
        on = asked(request, serializers.DayIn).get("on") or clock.today()
        shown = entity_of(code, on)
        own = visible_filings(request, self.actor).filter(entity__code=code).order_by("pk")
        return Response(
            shown
            | {"filings": list(own.values_list("pk", flat=True)), "inside": self._inside(request, code, on)}
        )

    def _inside(self, request: Request, code: str, on: datetime.date) -> dict[str, Any] | None:
        try:
            entity = find_entity(request, code, self.actor)
        except NotVisible:
            return None
        return inside(Sight(self.actor, entity), on)


class Notices(PublicView):
    queries = ("current",)
    paged = True

    @documented(
        page_of(serializers.NoticeOut),
        operation_id="public_notices_list",
        parameters=[OpenApiParameter("current", bool), *PAGING],
        auth=[],
    )
    def get(self, request: Request) -> Response:
        """Public notices, the newest first; `current` keeps those still running, or those over."""
        current = asked(request, serializers.NoticesIn)["current"]
        rows = notices.notices(current=current).prefetch_related("objections")
        return self.page(rows, notices.public_notice)


class OneNotice(PublicView):
    @documented(serializers.NoticeOut, operation_id="public_notices_retrieve", auth=[])
    def get(self, request: Request, pk: int) -> Response:
        """One notice."""
        found = notices.notices().filter(pk=pk).prefetch_related("objections").first()
        if found is None:
            raise NotVisible.one("not_found", _("没有这个公示"))
        return Response(notices.public_notice(found))


class Objections(PublicView):
    hourly = {"POST": 20}

    @documented(
        serializers.ReceiptOut,
        body=serializers.ObjectionIn,
        status=201,
        unsafe=True,
        operation_id="public_objections_create",
        auth=[],
    )
    def post(self, request: Request, pk: int) -> Response:
        """Object while the notice runs; nothing of it is shown again but its receipt."""
        data = self.given(serializers.ObjectionIn)
        made = notice_service.object_to(actor=self.actor, notice_id=pk, **data)
        answer = {
            "receipt": made.receipt,
            "received_at": moment(made.received_at),
            "due_at": moment(made.due_at),
        }
        return Response(answer, status=201)


class Verify(PublicView):
    queries = ("on",)

    @documented(serializers.VerificationOut, operation_id="public_verify", parameters=[ON], auth=[])
    def get(self, request: Request, code: str) -> Response:
        """Whether a paper is genuine, and its standing on a day."""
        on = asked(request, serializers.DayIn).get("on") or clock.today()
        found = verification.verify(code, on)
        if found is None:
            raise NotVisible.one("unknown_code", _("本平台没有出具过这个核验码的文书。"))
        return Response(asdict(found))
