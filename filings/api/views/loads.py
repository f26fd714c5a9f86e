"""A register brought in from a workbook: handed in, looked at, confirmed by a second person."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from filings.api.shown import moment
from filings.models import LoadStage, RegisterLoad
from filings.permissions_load import loader
from filings.presentation.loads import error_lines
from filings.selectors import loads as see
from filings.services.register_load import loads

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]


class LoadErrorOut(s.Serializer):
    """Row and column count from 1; 0 means the whole file."""

    sheet = s.CharField(allow_blank=True)
    row = s.IntegerField()
    column = s.IntegerField()
    place = s.CharField(allow_blank=True, help_text="As in C7")
    message = s.CharField()


class RegisterLoadOut(s.Serializer):
    id = s.IntegerField()
    name = s.CharField()
    note = s.CharField(allow_blank=True)
    sha256 = s.CharField()
    stage = s.ChoiceField(choices=LoadStage.choices)
    stage_label = s.CharField()
    round = s.IntegerField(help_text="How often it was looked at")
    progress = s.IntegerField(help_text="Percent of the job at work")
    message = s.CharField(allow_blank=True)
    error_count = s.IntegerField()
    errors = LoadErrorOut(many=True, help_text="The first 200")
    marked = s.UUIDField(allow_null=True, help_text="File: the workbook with its errors marked")
    summary = s.DictField(help_text="By sheet: rows, new, changed, unchanged")
    uploaded_at = s.DateTimeField()
    confirmed_at = s.DateTimeField(allow_null=True)
    loaded_at = s.DateTimeField(allow_null=True)


class LoadIn(s.Serializer):
    file = s.FileField()
    note = s.CharField(required=False, allow_blank=True, max_length=200)


class ConfirmIn(s.Serializer):
    round = s.IntegerField(required=False, min_value=1, max_value=32_767, help_text="The look that was read")


def shown(row: RegisterLoad) -> dict[str, Any]:
    job = row.job
    return {
        "id": row.pk,
        "name": row.file.name,
        "note": row.note,
        "sha256": row.file.sha256,
        "stage": row.stage.value,
        "stage_label": str(row.stage.label),
        "round": row.round,
        "progress": job.progress if job else 0,
        "message": job.message if job else "",
        "error_count": row.error_count,
        "errors": error_lines(row),
        "marked": str(row.marked_id) if row.marked_id else None,
        "summary": row.summary,
        "uploaded_at": moment(row.uploaded_at),
        "confirmed_at": moment(row.confirmed_at),
        "loaded_at": moment(row.loaded_at),
    }


class RegisterLoads(ApiView):
    access = loader
    paged = True
    parser_classes = (MultiPartParser,)

    @documented(page_of(RegisterLoadOut), operation_id="register_loads_list", parameters=PAGING)
    def get(self, request: Request) -> Response:
        """Loads of the bureau acted for, the newest first."""
        return self.page(see.loads_of(self.actor), shown)

    @documented(
        RegisterLoadOut,
        body={"multipart/form-data": LoadIn},
        status=201,
        unsafe=True,
        operation_id="register_loads_create",
    )
    def post(self, request: Request) -> Response:
        """Hand in a workbook; it is looked at, nothing is written."""
        data = self.given(LoadIn)
        file = data["file"]
        made = loads.upload(actor=self.actor, file=file, name=file.name, note=data.get("note", ""))
        return Response(shown(see.get_load(self.actor, made.pk)), status=201)


class OneRegisterLoad(ApiView):
    access = loader

    @documented(RegisterLoadOut, operation_id="register_loads_read")
    def get(self, request: Request, pk: int) -> Response:
        """How far it is, what is wrong with it, what it would do."""
        return Response(shown(see.get_load(self.actor, pk)))


class ConfirmRegisterLoad(ApiView):
    access = loader
    load: RegisterLoad

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.load = see.get_load(self.actor, kwargs["pk"])
        super().prepare(request, **kwargs)

    @documented(RegisterLoadOut, body=ConfirmIn, unsafe=True, operation_id="register_loads_confirm")
    def post(self, request: Request, pk: int) -> Response:
        """A division head who did not hand it in has it written, whole or not at all."""
        loads.confirm(actor=self.actor, load=self.load, round_=self.given(ConfirmIn).get("round"))
        return Response(shown(see.get_load(self.actor, pk)))
