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
from rest_framework.settings import api_settings
from rest_framework.utils.urls import remove_query_param, replace_query_param

from accounts.api.base import ApiView, PublicView
from accounts.api.describe import documented, page_of
from accounts.enums import Level
from core import clock
from core.errors import Invalid, NotVisible
from filings.api.base import visible_filings
from filings.api.shown import moment
from filings.api.shown_entities import inside
from filings.api.views.entities import find as find_entity
from filings.models import Entity
from filings.selectors.entity_page import Sight
from filings.services import notice as notice_service
from portal.api import serializers
from portal.selectors import notices, register, verification
from portal.selectors import register_pages as pages
from portal.selectors.public_entity import public_entity

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]
ON = OpenApiParameter("on", datetime.date, description="Default: today")
FILTERS = [
    *(OpenApiParameter(name, str) for name in ("q", "kind", "district", "industry")),
    OpenApiParameter("level", str, enum=[level.value for level in Level]),
    OpenApiParameter("status", str, enum=serializers.STATUSES),
    ON,
    OpenApiParameter("after", str, description="From `next`: goes on where a page ended"),
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
    return public_entity(found, on)


class _Register:
    """A page of the register as of a day."""

    queries = ("q", "kind", "level", "district", "industry", "status", "on", "after")
    paged = True

    def rows(self, request: Request) -> Response:
        given = asked(request, serializers.RegisterIn)
        on = given.get("on") or clock.today()
        names = ("kind", "district", "industry", "status", "level")
        query = register.Query(text=given["q"], **{name: given[name] for name in names})
        found = pages.page_of(query, on, _place(request, given["after"]))
        if not found.rows and found.number != 1:
            raise NotVisible.one("page", _("没有这一页。"), "page")
        labels = register.industries()
        return Response(
            {
                "count": found.count,
                "count_is_exact": found.is_exact,
                "next": _next(request, found),
                "previous": _other(request, page=found.number_before, after=None)
                if found.number_before
                else None,
                "results": [register.public_row(row, on, labels) for row in found.rows],
            }
        )


def _place(request: Request, after: str) -> pages.Place:
    """By `page` and `page_size` as every list, or after a mark."""
    paging = api_settings.DEFAULT_PAGINATION_CLASS()
    size = paging.get_page_size(request)
    if after:
        mark = pages.Mark.read(after)
        if mark is None:
            raise Invalid.one("after", _("after 应取自上一页的 next。"), "after")
        return pages.Place(size, mark=mark)
    number = int(paging.get_page_number(request, None))
    if number > pages.Place(size).last_number:
        raise NotVisible.one("page", _("没有这一页；更靠后的请沿 next 逐页读取。"), "page")
    return pages.Place(size, number)


def _next(request: Request, found: pages.Page) -> str | None:
    if not found.has_next:
        return None
    if found.number_after:
        return _other(request, page=found.number_after, after=None)
    return _other(request, page=None, after=found.next_mark)


def _other(request: Request, **changes: Any) -> str:
    """The address of this list with other parameters; None leaves one out."""
    address = request.build_absolute_uri()
    for name, value in changes.items():
        address = (
            remove_query_param(address, name) if value is None else replace_query_param(address, name, value)
        )
    return address


class Register(_Register, PublicView):
    @documented(
        serializers.RegisterPageOut,
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

    @documented(serializers.RegisterPageOut, operation_id="entities_list", parameters=[*FILTERS, *PAGING])
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
