"""The year of a platform's records: confirm, accept, return; and workbooks in and out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotVisible
from platforms import permissions as may
from platforms.forms import ImportForm, NothingForm, ReturnForm
from platforms.models import RecordsYear
from platforms.selectors import figures
from platforms.selectors import records as see
from platforms.services import workbooks, yearly
from platforms.views.base import PlatformPage, PlatformSheet, crumbs, records_crumb
from platforms.views.records import OfKind, year_of

SHOWN_ERRORS = 50


class _OfYear(PlatformSheet):
    year: int

    def prepare(self, **kwargs: Any) -> None:
        self.year = kwargs["year"]
        super().prepare(**kwargs)

    def get_success_url(self) -> str:
        return f"{reverse('platforms:records', args=[self.entity.code])}?year={self.year}"

    def trail(self, heading: Any) -> dict[str, Any]:
        found = crumbs(self.entity, records_crumb(self.entity), (heading, ""))
        return {"heading": heading, "lead": self.entity.name, "back": self.get_success_url(), "crumbs": found}

    def figures(self) -> list[dict[str, str]]:
        return [
            {"label": f.label, "value": f"{f.text} {f.unit}"} for f in figures.of_year(self.entity, self.year)
        ]

    def row(self) -> RecordsYear:
        found = (
            RecordsYear.objects.select_related("entity").filter(entity=self.entity, year=self.year).first()
        )
        if found is None:
            raise NotVisible.one("year", _("单位尚未确认该年度台账。"))
        return found


class Confirm(_OfYear):
    form_class = NothingForm
    success_message = gettext_lazy("已确认，等待主管部门核收。")

    def allow(self) -> None:
        may.record_confirmer.require(self.actor, self.entity)

    def perform(self, form: forms.Form) -> Any:
        return yearly.confirm(actor=self.actor, entity=self.entity, year=self.year)

    def around(self) -> dict[str, Any]:
        heading = _("确认%(year)s年度台账") % {"year": self.year}
        return {
            "button": _("确认无误"),
            "consequence": _("确认后该年度台账锁定，下列合计用于年度报告；需要更正的，由主管部门退回。"),
            "facts": self.figures(),
            "facts_heading": _("年度合计"),
            **self.trail(heading),
        }


class Accept(_OfYear):
    form_class = NothingForm
    success_message = gettext_lazy("已核收。")

    def allow(self) -> None:
        may.record_officer.require(self.actor, self.entity)

    def perform(self, form: forms.Form) -> Any:
        return yearly.accept(actor=self.actor, row=self.row())

    def around(self) -> dict[str, Any]:
        return {
            "button": _("核收"),
            "facts": self.figures(),
            "facts_heading": _("年度合计"),
            **self.trail(_("核收%(year)s年度台账") % {"year": self.year}),
        }


class SendBack(_OfYear):
    form_class = ReturnForm
    success_message = gettext_lazy("已退回，单位更正后重新确认。")

    def allow(self) -> None:
        may.record_officer.require(self.actor, self.entity)

    def perform(self, form: forms.Form) -> Any:
        return yearly.send_back(actor=self.actor, row=self.row(), reason=form.cleaned_data["reason"])

    def around(self) -> dict[str, Any]:
        return {"button": _("退回"), **self.trail(_("退回%(year)s年度台账") % {"year": self.year})}


def _workbook(data: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=workbooks.MIME)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


class Export(PlatformPage):
    def get(self, request: HttpRequest, code: str, kind: str) -> HttpResponse:
        entity = see.get_platform(self.actor, code)
        label = see.get_kind(entity, kind).label
        data = workbooks.export(actor=self.actor, entity=entity, kind=kind, year=year_of(request))
        return _workbook(data, f"{entity.code}-{label}.xlsx")


class Blank(PlatformPage):
    """The form to fill in."""

    def get(self, request: HttpRequest, code: str, kind: str) -> HttpResponse:
        entity = see.get_platform(self.actor, code)
        label = see.get_kind(entity, kind).label
        return _workbook(workbooks.template(entity=entity, kind=kind), f"{label}-{entity.code}.xlsx")


class Import(OfKind):
    """All rows or none; wrong cells are said here and marked in the same workbook."""

    form_class = ImportForm
    template_name = "platforms/import.html"
    refused: workbooks.Imported | None = None

    def perform(self, form: forms.Form) -> workbooks.Imported:
        upload = form.cleaned_data["upload"]
        return workbooks.take(actor=self.actor, entity=self.entity, kind=self.kind.key, upload=upload)

    def after(self, result: workbooks.Imported) -> HttpResponse:
        if result.errors:
            self.refused = result
            return self.form_invalid(self.get_form_class()())
        messages.success(self.request, _("已导入 %(n)s 条。") % {"n": result.added})
        return HttpResponseRedirect(self.list_url)

    def around(self) -> dict[str, Any]:
        heading = _("导入%(label)s") % {"label": self.kind.label}
        return {
            "kind": self.kind,
            "entity": self.entity,
            "refused": self.refused,
            "first_errors": self.refused.errors[:SHOWN_ERRORS] if self.refused else (),
            **self.trail(heading),
        }
