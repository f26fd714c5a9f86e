"""Returns of the statistics through the API: the same values, checks and acts as on the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers as s
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from clusters import permissions_statistics as may
from clusters.enums_statistics import Origin, ReturnState, Standing
from clusters.models import ClusterReturn, ReturnUpload
from clusters.selectors import statistics as see
from clusters.services import statistics_returns as returns
from clusters.services import statistics_uploads as uploads
from clusters.services.statistics_workbook import template_of
from clusters.views.statistics.returns import XLSX
from clusters.workflow_statistics import RETURN
from core.actor import Actor
from core.errors import NotAllowed, NotNow
from filings.api.base import at_home
from filings.api.shown import day, moment

PAGING = [OpenApiParameter("page", int), OpenApiParameter("page_size", int, description="1–100")]
LARGEST = 2**31 - 1


# --- shapes ----------------------------------------------------------------------------------


class FoundOut(s.Serializer):
    code = s.CharField()
    severity = s.ChoiceField(choices=["hard", "soft"])
    message = s.CharField()


class ValueOut(s.Serializer):
    indicator = s.CharField()
    label = s.CharField()
    unit = s.CharField()
    value = s.DecimalField(18, 2, allow_null=True)
    previous = s.DecimalField(18, 2, allow_null=True)
    same_period = s.DecimalField(18, 2, allow_null=True)
    origin = s.ChoiceField(choices=Origin.choices)
    checks = FoundOut(many=True)
    reason_code = s.CharField(allow_blank=True)
    reason_text = s.CharField(allow_blank=True)
    standing = s.ChoiceField(choices=Standing.choices)
    message = s.CharField(allow_blank=True, help_text="Why it was returned")
    editable = s.BooleanField()


class ReturnRowOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField()
    entity = s.CharField(help_text="Register code of the cluster")
    name = s.CharField()
    kind = s.CharField()
    cadence = s.CharField()
    year = s.IntegerField()
    number = s.IntegerField(help_text="Quarter or month of the year")
    due_on = s.DateField()
    state = s.ChoiceField(choices=ReturnState.choices)
    late = s.BooleanField()
    missing = s.BooleanField()
    receipt = s.CharField(allow_null=True)
    submitted_at = s.DateTimeField(allow_null=True)


class ReturnOut(ReturnRowOut):
    digest = s.CharField(allow_blank=True)
    head = s.CharField(allow_blank=True)
    statistician = s.CharField(allow_blank=True)
    filler = s.CharField(allow_blank=True)
    phone = s.CharField(allow_blank=True)
    values = ValueOut(many=True)
    available_actions = s.ListField(child=s.CharField())


class CodedReasonIn(s.Serializer):
    code = s.CharField(allow_blank=True, max_length=40)
    text = s.CharField(allow_blank=True, required=False, default="", max_length=300)


class ReturnIn(s.Serializer):
    """`values`: indicator to number or text; `reasons`: indicator to code and text; what is absent stays."""

    version = s.IntegerField(required=False, min_value=1, max_value=LARGEST)
    values = s.DictField(child=s.JSONField(allow_null=True), required=False)
    reasons = s.DictField(child=CodedReasonIn(), required=False)
    head = s.CharField(required=False, allow_blank=True, max_length=30)
    statistician = s.CharField(required=False, allow_blank=True, max_length=30)
    filler = s.CharField(required=False, allow_blank=True, max_length=30)
    phone = s.CharField(required=False, allow_blank=True, max_length=30)


class ReturnActionIn(s.Serializer):
    """`submit` takes declared; `return`, `send_back` and `reopen` take returned (indicator to message) and a comment."""

    version = s.IntegerField(required=False, min_value=1, max_value=LARGEST)
    declared = s.BooleanField(required=False, default=False)
    returned = s.DictField(child=s.CharField(allow_blank=True, max_length=300), required=False)
    comment = s.CharField(required=False, allow_blank=True, max_length=1000)


class WorkbookIn(s.Serializer):
    file = s.FileField(allow_empty_file=True)


class CellErrorOut(s.Serializer):
    sheet = s.CharField()
    row = s.IntegerField()
    column = s.IntegerField()
    place = s.CharField(allow_blank=True)
    message = s.CharField()


class WorkbookOut(s.Serializer):
    id = s.IntegerField()
    version = s.IntegerField(help_text="Of the return it was read for")
    error_count = s.IntegerField()
    errors = CellErrorOut(many=True, help_text="The first of them")
    applied_at = s.DateTimeField(allow_null=True)


def shown_row(owner: ClusterReturn) -> dict[str, Any]:
    period = owner.period
    return {
        "id": owner.pk,
        "version": owner.version,
        "entity": owner.entity.code,
        "name": owner.entity.name,
        "kind": period.entity_kind,
        "cadence": period.cadence,
        "year": period.year,
        "number": period.number,
        "due_on": day(period.due_on),
        "state": owner.state,
        "late": owner.is_late,
        "missing": owner.is_missing,
        "receipt": owner.receipt,
        "submitted_at": moment(owner.submitted_at),
    }


def shown_return(actor: Actor, owner: ClusterReturn) -> dict[str, Any]:
    return shown_row(owner) | {
        "digest": owner.digest,
        **{name: getattr(owner, name) for name in returns.FACTS},
        "values": [_value(row) for row in see.sheet_of(owner).rows],
        "available_actions": [t.name for t in RETURN.available(owner, actor)],
    }


def _value(row: see.Row) -> dict[str, Any]:
    def text(number: Any) -> str | None:
        return None if number is None else f"{number:.2f}"

    return {
        "indicator": row.key,
        "label": row.indicator.label,
        "unit": row.indicator.unit,
        "value": text(row.value),
        "previous": text(row.previous),
        "same_period": text(row.same),
        "origin": str(row.origin),
        "checks": [found.as_dict() for found in row.found],
        "reason_code": row.reason_code,
        "reason_text": row.reason_text,
        "standing": str(row.standing),
        "message": row.message,
        "editable": row.editable,
    }


def shown_workbook(row: ReturnUpload) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "error_count": row.error_count,
        "errors": row.errors,
        "applied_at": moment(row.applied_at),
    }


# --- calls -----------------------------------------------------------------------------------


class Returns(ApiView):
    access = "login"
    paged = True
    queries = ("state", "year")

    @documented(
        page_of(ReturnRowOut),
        operation_id="cluster_returns_list",
        parameters=[
            *PAGING,
            OpenApiParameter("state", enum=ReturnState.values),
            OpenApiParameter("year", int),
        ],
    )
    def get(self, request: Request) -> Response:
        """Returns this actor sees, newest period first."""
        rows = see.visible_returns(self.actor).order_by("-period__ends_on", "entity__name_key", "id")
        state, year = request.query_params.get("state", ""), request.query_params.get("year", "")
        if state:
            rows = rows.filter(state=state)
        if year:
            rows = rows.filter(period__year=int(year)) if year.isdecimal() and len(year) < 5 else rows.none()
        return self.page(rows, shown_row)


class _ReturnView(ApiView):
    """Found for the actor (404), asked whose the act is (403), before the body is read."""

    access = "login"
    rules: ClassVar[dict[str, Any]] = {}
    owner: ClusterReturn

    def prepare(self, request: Request, **kwargs: Any) -> None:
        pk = kwargs["pk"]
        homes = list(ClusterReturn.objects.filter(pk=pk).values_list("entity__lead_id", flat=True))
        self.owner = at_home(request, self.actor, homes, lambda actor: see.get_return(actor, pk))
        rule = self.rules.get(str(request.method))
        if rule is not None:
            rule.require(self.actor, self.owner)
        super().prepare(request, **kwargs)

    def told(self, status: int = 200) -> Response:
        """The return as it stands now."""
        fresh = see.get_return(self.actor, self.owner.pk)
        return Response(shown_return(self.actor, fresh), status=status)


class OneReturn(_ReturnView):
    rules = {"PATCH": may.body_filler}

    @documented(ReturnOut, operation_id="cluster_returns_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """One return with every value, what it is compared with, and what the checks say."""
        return Response(shown_return(self.actor, self.owner))

    @documented(ReturnOut, body=ReturnIn, unsafe=True, operation_id="cluster_returns_update")
    def patch(self, request: Request, pk: int) -> Response:
        """Fill in; gaps may stay, what cannot be read refuses the whole."""
        data = self.given(ReturnIn)
        reasons = {key: (row["code"], row["text"]) for key, row in data.get("reasons", {}).items()}
        returns.save(
            actor=self.actor,
            owner=self.owner,
            values=data.get("values", {}),
            reasons=reasons,
            facts={name: data[name] for name in returns.FACTS if name in data},
            version=data.get("version"),
        )
        return self.told()


ACTS: dict[str, tuple[Callable[..., ClusterReturn], tuple[str, ...]]] = {
    "submit": (returns.submit, ("declared",)),
    "accept": (returns.accept, ()),
    "return": (returns.return_values, ("returned", "comment")),
    "confirm": (returns.confirm, ()),
    "send_back": (returns.return_values, ("returned", "comment")),
    "lock": (returns.lock, ()),
    "reopen": (returns.reopen, ("returned", "comment")),
}
EMPTY: dict[str, Any] = {"declared": False, "returned": {}, "comment": ""}


class ActOnReturn(_ReturnView):
    @documented(ReturnOut, body=ReturnActionIn, unsafe=True, operation_id="cluster_returns_act")
    def post(self, request: Request, pk: int, name: str) -> Response:
        """One of `available_actions`."""
        step = RETURN[name]
        rule: Any = step.allowed
        if not rule(self.actor, self.owner):
            raise NotAllowed.one("not_allowed", rule.refusal(self.actor, self.owner))
        if self.owner.state not in step.sources:
            words = _("当前状态为“%(state)s”，不能办理这一步。该事项可能已由他人办理。")
            raise NotNow.one("wrong_state", words % {"state": self.owner.get_state_display()})
        data = self.given(ReturnActionIn)
        service, takes = ACTS[name]
        given = {key: data.get(key, EMPTY[key]) for key in takes}
        service(actor=self.actor, owner=self.owner, version=data.get("version"), **given)
        return self.told()


class Template(_ReturnView):
    @documented(OpenApiTypes.BINARY, operation_id="cluster_returns_template")
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The return as a workbook to fill in."""
        answer = HttpResponse(template_of(self.owner), content_type=XLSX)
        answer["Content-Disposition"] = f'attachment; filename="return-{self.owner.pk}.xlsx"'
        return answer


class Workbooks(_ReturnView):
    rules = {"POST": may.body_filler}
    parser_classes = (MultiPartParser,)

    @documented(
        WorkbookOut,
        body={"multipart/form-data": WorkbookIn},
        status=201,
        unsafe=True,
        operation_id="cluster_returns_upload",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Read a workbook; nothing of it is written until it is applied."""
        data = self.given(WorkbookIn)
        made = uploads.upload(actor=self.actor, owner=self.owner, upload=data["file"])
        return Response(shown_workbook(made), status=201)


class ApplyWorkbook(_ReturnView):
    rules = {"POST": may.body_filler}

    @documented(ReturnOut, unsafe=True, operation_id="cluster_returns_apply")
    def post(self, request: Request, pk: int, upload: int) -> Response:
        """Write all of a workbook without errors."""
        uploads.apply(actor=self.actor, upload=uploads.get_upload(self.owner, upload))
        return self.told()
