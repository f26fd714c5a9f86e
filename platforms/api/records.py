"""Records of a platform, their years, what it opens."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.describe import documented, page_of
from core.errors import Invalid, NotVisible, Problem
from filings.api.views.accompany import reach
from filings.models import Entity
from platforms import permissions as may
from platforms.api import shapes
from platforms.api.overview import PAGING, shown_offer
from platforms.forms import RecordForm
from platforms.models import Offer, Record, RecordsYear
from platforms.presentation import records as shown
from platforms.records import RecordKind
from platforms.selectors import figures
from platforms.selectors import records as see
from platforms.services import opening, records, yearly

YEAR = OpenApiParameter("year", int)


class PlatformView(ApiView):
    """Below one platform: 404 for who may not read its records, 403 for who may not do this, before the body is read."""

    access = "login"
    entity: Entity

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.entity = reach(self, request, lambda actor: see.get_platform(actor, kwargs["code"]))
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            self.admit()
        super().prepare(request, **kwargs)

    def admit(self) -> None:
        """Whose the act is."""
        may.record_keeper.require(self.actor, self.entity)


def shown_record(row: Record, kind: RecordKind) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "struck": row.struck_at is not None,
        "struck_reason": row.struck_reason,
        "values": shown.plain(row, kind),
    }


def cleaned(kind: RecordKind, entity: Entity, values: dict[str, Any]) -> dict[str, Any]:
    """The values as the form of the page takes them; Invalid names the fields, unknown ones included."""
    unknown = sorted(set(values) - set(kind.fields))
    if unknown:
        words = _("没有这些字段：%(names)s") % {"names": "、".join(unknown)}
        raise Invalid.one("unknown", words, f"values.{unknown[0]}")
    form = RecordForm(values, kind=kind, entity=entity)
    if not form.is_valid():
        found = form.errors.get_json_data()
        raise Invalid(
            [Problem(e["code"], e["message"], f"values.{name}") for name, es in found.items() for e in es]
        )
    return {name: form.cleaned_data[name] for name in kind.fields}


def year_asked(request: Request) -> int | None:
    asked = request.query_params.get("year", "")
    if asked and not (asked.isdecimal() and len(asked) == 4):
        raise Invalid.one("year", _("年度应为四位数字"), "year")
    return int(asked) if asked else None


class Kinds(PlatformView):
    @documented(shapes.KindOut(many=True), operation_id="platform_record_kinds", filters=False)
    def get(self, request: Request, code: str) -> Response:
        """The kinds of records it keeps."""
        rows = [
            {"key": kind.key, "label": str(kind.label), "fields": list(kind.fields), "count": number}
            for kind, number in see.counts(self.entity)
        ]
        return Response(rows)


class Records(PlatformView):
    queries = ("year",)
    paged = True

    @documented(
        page_of(shapes.PlatformRecordOut), operation_id="platform_records_list", parameters=[*PAGING, YEAR]
    )
    def get(self, request: Request, code: str, kind: str) -> Response:
        """Records that count."""
        spec = see.get_kind(self.entity, kind)
        rows = see.rows(self.entity, spec, year=year_asked(request))
        return self.page(rows, lambda row: shown_record(row, spec))

    @documented(
        shapes.PlatformRecordOut,
        body=shapes.PlatformRecordIn,
        status=201,
        unsafe=True,
        operation_id="platform_records_create",
    )
    def post(self, request: Request, code: str, kind: str) -> Response:
        """A new record."""
        spec = see.get_kind(self.entity, kind)
        values = cleaned(spec, self.entity, self.given(shapes.PlatformRecordIn)["values"])
        made = records.add(actor=self.actor, entity=self.entity, kind=kind, values=values)
        return Response(shown_record(made, spec), status=201)


class _Record(PlatformView):
    kind: RecordKind
    record: Any

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.named = kwargs
        super().prepare(request, **kwargs)
        self.kind = see.get_kind(self.entity, kwargs["kind"])
        self.record = see.get_record(self.entity, self.kind, kwargs["pk"])


class OneRecord(_Record):
    @documented(shapes.PlatformRecordOut, operation_id="platform_records_retrieve")
    def get(self, request: Request, code: str, kind: str, pk: int) -> Response:
        """One record."""
        return Response(shown_record(self.record, self.kind))

    @documented(
        shapes.PlatformRecordOut,
        body=shapes.PlatformRecordIn,
        unsafe=True,
        operation_id="platform_records_update",
    )
    def patch(self, request: Request, code: str, kind: str, pk: int) -> Response:
        """Other values; fields not named stay."""
        data = self.given(shapes.PlatformRecordIn)
        values = cleaned(self.kind, self.entity, shown.plain(self.record, self.kind) | data["values"])
        made = records.change(
            actor=self.actor, record=self.record, kind=kind, values=values, version=data.get("version")
        )
        return Response(shown_record(made, self.kind))


class Strike(_Record):
    @documented(
        shapes.PlatformRecordOut, body=shapes.StrikeIn, unsafe=True, operation_id="platform_records_strike"
    )
    def post(self, request: Request, code: str, kind: str, pk: int) -> Response:
        """It counts no longer."""
        made = records.strike(actor=self.actor, record=self.record, kind=kind, **self.given(shapes.StrikeIn))
        return Response(shown_record(made, self.kind))


class Follow(_Record):
    def admit(self) -> None:
        """A contract is followed by its host, a signed project by the bureau."""
        rule = may.record_officer if self.named["kind"] == "project" else may.record_keeper
        rule.require(self.actor, self.entity)

    @documented(
        shapes.FollowOut,
        body=shapes.FollowIn,
        status=201,
        unsafe=True,
        operation_id="platform_records_follow",
    )
    def post(self, request: Request, code: str, kind: str, pk: int) -> Response:
        """What became of a contract or a signed project."""
        if kind not in ("contract", "project"):
            raise NotVisible.one("kind", _("这种台账没有跟踪记录。"))
        made = records.follow(actor=self.actor, record=self.record, **self.given(shapes.FollowIn))
        answer = {"on": made.on.isoformat(), "text": made.text, "standing": made.standing}
        return Response(answer, status=201)


def shown_year(entity: Entity, year: see.Year) -> dict[str, Any]:
    rows = [
        {"key": f.key, "label": f.label, "value": f.plain or None, "unit": f.unit}
        for f in figures.of_year(entity, year.year)
    ]
    reason = year.row.return_reason if year.row else ""
    due = year.due_on.isoformat()
    return {"year": year.year, "state": year.state, "due_on": due, "return_reason": reason, "figures": rows}


def one_year(entity: Entity, year: int) -> see.Year:
    found = next((row for row in see.years(entity) if row.year == year), None)
    if found is None:
        raise NotVisible.one("year", _("没有这个年度"))
    return found


class Year(PlatformView):
    @documented(shapes.YearOut, operation_id="platform_records_year")
    def get(self, request: Request, code: str, year: int) -> Response:
        """The figures of a year and how its confirmation stands."""
        return Response(shown_year(self.entity, one_year(self.entity, year)))


class YearAct(PlatformView):
    name = ""

    def prepare(self, request: Request, **kwargs: Any) -> None:
        self.name = kwargs["name"]
        super().prepare(request, **kwargs)

    def admit(self) -> None:
        """The host confirms; the officer accepts or returns."""
        rule = may.record_confirmer if self.name == "confirm" else may.record_officer
        rule.require(self.actor, self.entity)

    @documented(shapes.YearOut, body=shapes.YearActIn, unsafe=True, operation_id="platform_records_year_act")
    def post(self, request: Request, code: str, year: int, name: str) -> Response:
        """`confirm`, `accept` or `return`."""
        data = self.given(shapes.YearActIn)
        if name == "confirm":
            yearly.confirm(actor=self.actor, entity=self.entity, year=year)
        else:
            row = RecordsYear.objects.select_related("entity").filter(entity=self.entity, year=year).first()
            if row is None or name not in ("accept", "return"):
                raise NotVisible.one("year", _("没有这个年度的确认"))
            if name == "accept":
                yearly.accept(actor=self.actor, row=row)
            else:
                yearly.send_back(actor=self.actor, row=row, reason=data.get("reason", ""))
        return Response(shown_year(self.entity, one_year(self.entity, year)))


class Offers(PlatformView):
    paged = True

    @documented(page_of(shapes.OfferOut), operation_id="platform_offers_list", parameters=PAGING)
    def get(self, request: Request, code: str) -> Response:
        """What it opens."""
        rows = Offer.objects.filter(entity=self.entity, withdrawn_at__isnull=True).select_related("entity")
        return self.page(rows, shown_offer)

    @documented(
        shapes.OfferOut, body=shapes.OfferIn, status=201, unsafe=True, operation_id="platform_offers_create"
    )
    def post(self, request: Request, code: str) -> Response:
        """Something others may use, from now on for everybody to read."""
        made = opening.publish(actor=self.actor, entity=self.entity, values=self.given(shapes.OfferIn))
        return Response(shown_offer(made), status=201)
