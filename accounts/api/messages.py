"""One's own messages for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors
from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from accounts.models import Message
from accounts.services import messages
from core import clock

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]


class MessagesIn(s.Serializer):
    unread = s.BooleanField(required=False, allow_null=True, default=None)


class MessageOut(s.Serializer):
    id = s.IntegerField()
    kind = s.CharField()
    title = s.CharField()
    text = s.CharField(allow_blank=True)
    url = s.CharField(allow_blank=True, help_text="A path of the portal")
    about = s.CharField(allow_blank=True)
    organisation = s.CharField(allow_null=True, help_text="Credit code of the unit it concerns")
    urgent = s.BooleanField(help_text="A legal clock runs")
    created_at = s.DateTimeField()
    read_at = s.DateTimeField(allow_null=True)
    holds = s.BooleanField(help_text="False once there is nothing left to do about it")


class Messages(ApiView):
    access = "login"
    queries = ("unread",)
    paged = True

    @documented(
        page_of(MessageOut),
        operation_id="messages_list",
        parameters=[OpenApiParameter("unread", bool), *PAGING],
    )
    def get(self, request: Request) -> Response:
        """What the caller was told, newest first."""
        given = MessagesIn(data={name: request.query_params[name] for name in request.query_params})
        given.is_valid(raise_exception=True)
        rows, unread = selectors.messages_of(self.actor), given.validated_data["unread"]
        if unread is not None:
            still = {"read_at": None, "dropped_at": None}
            rows = rows.filter(**still) if unread else rows.exclude(**still)
        return self.page(rows.select_related("organisation"), shown)


class MessageRead(ApiView):
    access = "login"

    @documented(MessageOut, operation_id="messages_read", unsafe=True)
    def post(self, request: Request, pk: int) -> Response:
        """Mark one of the caller's messages as read; it stays read."""
        return Response(shown(messages.read(actor=self.actor, pk=pk)))


def shown(message: Message) -> dict[str, Any]:
    """A message as it is answered."""
    unit = message.organisation
    return {
        "id": message.pk,
        **{name: getattr(message, name) for name in ("kind", "title", "text", "url", "about", "urgent")},
        "organisation": unit.credit_code if unit else None,
        "created_at": _moment(message.created_at),
        "read_at": _moment(message.read_at) if message.read_at else None,
        "holds": message.dropped_at is None,
    }


def _moment(value: datetime) -> str:
    """ISO 8601 in Asia/Shanghai, to the second, as everywhere in the API."""
    return clock.local(value).replace(microsecond=0).isoformat()
