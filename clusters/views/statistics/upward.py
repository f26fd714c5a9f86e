"""What goes to the province and on to the NDRC: dispatch sheets and half-year reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import permissions_statistics as may
from clusters.enums_statistics import DispatchState, ReportState
from clusters.forms_statistics import CommentForm, DispatchForm, HalfYearForm, HalfYearStartForm
from clusters.models import DispatchSheet, HalfYearReport
from clusters.presentation import statistics as shown
from clusters.selectors import statistics as periods
from clusters.selectors import statistics_half_year as see
from clusters.selectors.statistics_references import references
from clusters.services import statistics_dispatch, statistics_half_year
from clusters.views.statistics.base import StatisticsView, crumbs, must_be_possible
from clusters.workflow_statistics import DISPATCH, REPORT
from core.errors import NotAllowed
from core.models import Job
from filings.views.accompany.base import Sheet
from filings.views.staff.acts import version_of

TONES = {
    DispatchState.DRAFT: "todo",
    DispatchState.SUBMITTED: "doing",
    DispatchState.RECEIVED: "done",
    ReportState.DRAFT: "todo",
    ReportState.FROZEN: "act",
    ReportState.ISSUED: "done",
    ReportState.SUPERSEDED: "off",
}


class _Acted(Sheet):
    """One transition of a dispatch sheet or a report: with a reason where it needs one."""

    form_class: Any = forms.Form
    workflow = DISPATCH
    services: dict[str, Any] = {}
    success_message = gettext_lazy("已办理。")
    route = ""

    def find(self, pk: int) -> Any:
        raise NotAllowed

    def prepare(self, **kwargs: Any) -> None:
        self.row = self.find(kwargs["pk"])
        self.step = must_be_possible(self.workflow, kwargs["name"], self.actor, self.row)

    def get_form_class(self) -> Any:
        return CommentForm if self.step.needs_comment else forms.Form

    def perform(self, form: forms.Form) -> Any:
        return self.services[self.step.name](
            actor=self.actor, version=version_of(self.request), **self.named(), **form.cleaned_data
        )

    def named(self) -> dict[str, Any]:
        return {}

    def get_success_url(self) -> str:
        return reverse(self.route, args=[self.row.pk])

    def around(self) -> dict[str, Any]:
        url = reverse(self.route, args=[self.row.pk])
        return {
            "heading": self.step.label,
            "lead": str(self.row),
            "consequence": self.step.help,
            "button": self.step.label,
            "version": self.row.version,
            "back": url,
            "crumbs": crumbs((str(self.row), url), (self.step.label, "")),
        }


# --- dispatch sheets -----------------------------------------------------------------------------


class Dispatch(StatisticsView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        sheet = see.get_dispatch(self.actor, pk)
        sent = sheet.state != DispatchState.DRAFT
        context = {
            "sheet": sheet,
            "tone": TONES[DispatchState(sheet.state)],
            "texts": [(f.label, getattr(sheet, name)) for name, f in DispatchForm.base_fields.items()],
            "references": sheet.references if sent else references(sheet.entity),
            "acts": [{"name": t.name, "label": t.label} for t in DISPATCH.available(sheet, self.actor)],
            "may_write": not sent and may.reviewer(self.actor, sheet),
            "crumbs": crumbs((str(sheet), "")),
        }
        return self.page("dispatch", context)


class WriteDispatch(Sheet):
    form_class = DispatchForm
    success_message = gettext_lazy("已保存。")

    def prepare(self, **kwargs: Any) -> None:
        self.sheet = see.get_dispatch(self.actor, kwargs["pk"])
        may.reviewer.require(self.actor, self.sheet)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": DispatchSheet.objects.get(pk=self.sheet.pk)}

    def perform(self, form: Any) -> DispatchSheet:
        return statistics_dispatch.save(
            actor=self.actor, sheet=self.sheet, texts=form.cleaned_data, version=version_of(self.request)
        )

    def get_success_url(self) -> str:
        return reverse("clusters:dispatch", args=[self.sheet.pk])

    def around(self) -> dict[str, Any]:
        found = [
            {"label": f"{row['label']}（{row['stage']}）", "value": row["note"]}
            for row in references(self.sheet.entity)
        ]
        return {
            "heading": _("编写调度表"),
            "lead": str(self.sheet),
            "button": _("保存"),
            "facts": found,
            "version": self.sheet.version,
            "back": self.get_success_url(),
            "crumbs": crumbs((str(self.sheet), self.get_success_url()), (_("编写"), "")),
        }


class ActOnDispatch(_Acted):
    route = "clusters:dispatch"
    services = {
        "submit": statistics_dispatch.submit,
        "receive": statistics_dispatch.receive,
        "return": statistics_dispatch.return_,
    }

    def find(self, pk: int) -> DispatchSheet:
        return see.get_dispatch(self.actor, pk)

    def named(self) -> dict[str, Any]:
        return {"sheet": self.row}


# --- half-year reports ---------------------------------------------------------------------------


class HalfYears(StatisticsView):
    access = may.half_year_reader

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = see.visible_reports(self.actor).order_by("-year", "-half", "-issue")
        listed = self.listed(rows)
        lines = [{"report": row, "tone": TONES[ReportState(row.state)]} for row in listed["page"]]
        context = {"lines": lines, "may_start": bool(see.kinds_kept(self.actor)), **listed}
        return self.page("half_years", context | {"crumbs": crumbs((_("半年汇总"), ""))})


class FromPeriod(StatisticsView):
    """From the duty of a period to its report, or to the page that begins one."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        period = periods.get_period(self.actor, pk)
        rows = see.visible_reports(self.actor).filter(
            entity_kind=period.entity_kind, year=period.year, half=period.closes_half
        )
        found = rows.order_by("-issue").first()
        if found is not None:
            return HttpResponseRedirect(reverse("clusters:half_year", args=[found.pk]))
        query = f"?entity_kind={period.entity_kind}&year={period.year}&half={period.closes_half or 1}"
        return HttpResponseRedirect(reverse("clusters:half_year_new") + query)


class StartHalfYear(Sheet):
    form_class = HalfYearStartForm

    def prepare(self, **kwargs: Any) -> None:
        self.kinds = see.kinds_kept(self.actor)
        if not self.kinds:
            raise NotAllowed.one("not_allowed", may.period_keeper.sentence)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"kinds": self.kinds}

    def get_initial(self) -> dict[str, Any]:
        return {name: self.request.GET.get(name, "") for name in ("entity_kind", "year", "half")}

    def perform(self, form: Any) -> HalfYearReport:
        return statistics_half_year.start(actor=self.actor, **form.cleaned_data)

    def after(self, result: HalfYearReport) -> HttpResponse:
        return HttpResponseRedirect(reverse("clusters:half_year_write", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        back = reverse("clusters:half_years")
        return {
            "heading": _("编制半年汇总"),
            "lead": _("汇总使用省级已确认的报表；没有确认的集群会列在“未纳入汇总”中。"),
            "button": _("开始编制"),
            "back": back,
            "crumbs": crumbs((_("半年汇总"), back), (_("编制"), "")),
        }


class HalfYear(StatisticsView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = see.get_report(self.actor, pk)
        draft = report.state == ReportState.DRAFT
        figures = see.figures(report.entity_kind, report.bureau, report.year, report.half) if draft else {}
        acts = [t for t in REPORT.available(report, self.actor) if t.name != "supersede"]
        context = {
            "report": report,
            "tone": TONES[ReportState(report.state)],
            "data": figures or report.data,
            "people": shown.people(report),
            "acts": [{"name": t.name, "label": t.label} for t in acts],
            "changed": see.reopened_since(report) if report.state == ReportState.ISSUED else [],
            "crumbs": crumbs((_("半年汇总"), reverse("clusters:half_years")), (report.label, "")),
            **self._making(report),
            **self._rights(report, draft),
        }
        return self.page("half_year", context)

    def _making(self, report: HalfYearReport) -> dict[str, Any]:
        """How far the papers are."""
        job = Job.objects.filter(kind=statistics_half_year.JOB, scope=str(report.pk)).first()
        return {"job": job, "failed": job is not None and job.state == Job.State.FAILED}

    def _rights(self, report: HalfYearReport, draft: bool) -> dict[str, Any]:
        kept = may.report_issuer(self.actor, report)
        mine = report.frozen_by_id is not None and report.frozen_by_id == self.actor.user_id
        return {
            "may_write": draft and kept,
            "waits_for_other": report.state == ReportState.FROZEN and kept and mine,
            "may_reissue": report.state == ReportState.ISSUED and kept,
        }


class WriteHalfYear(Sheet):
    form_class = HalfYearForm
    success_message = gettext_lazy("已保存。")

    def prepare(self, **kwargs: Any) -> None:
        self.report = see.get_report(self.actor, kwargs["pk"])
        may.report_issuer.require(self.actor, self.report)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": HalfYearReport.objects.get(pk=self.report.pk)}

    def perform(self, form: Any) -> HalfYearReport:
        return statistics_half_year.save(
            actor=self.actor, report=self.report, texts=form.cleaned_data, version=version_of(self.request)
        )

    def get_success_url(self) -> str:
        return reverse("clusters:half_year", args=[self.report.pk])

    def around(self) -> dict[str, Any]:
        return {
            "heading": _("编写汇总文字"),
            "lead": str(self.report),
            "button": _("保存"),
            "version": self.report.version,
            "back": self.get_success_url(),
            "crumbs": crumbs((str(self.report), self.get_success_url()), (_("编写"), "")),
        }


class ActOnHalfYear(_Acted):
    route = "clusters:half_year"
    workflow = REPORT
    services = {
        "freeze": statistics_half_year.freeze,
        "reject": statistics_half_year.reject,
        "issue": statistics_half_year.issue,
    }

    def find(self, pk: int) -> HalfYearReport:
        return see.get_report(self.actor, pk)

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        if self.step.name not in self.services:
            raise NotAllowed.one("not_allowed", _("签发新版时自动替换旧版。"))

    def named(self) -> dict[str, Any]:
        return {"report": self.row}


class Reissue(Sheet):
    """The next issue of a half-year, for a reason; when it is issued it replaces this one."""

    form_class = CommentForm

    def prepare(self, **kwargs: Any) -> None:
        self.report = see.get_report(self.actor, kwargs["pk"])
        may.report_issuer.require(self.actor, self.report)

    def perform(self, form: Any) -> HalfYearReport:
        row = self.report
        given = {"entity_kind": row.entity_kind, "year": row.year, "half": row.half}
        return statistics_half_year.start(actor=self.actor, reason=form.cleaned_data["comment"], **given)

    def after(self, result: HalfYearReport) -> HttpResponse:
        return HttpResponseRedirect(reverse("clusters:half_year_write", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        back = reverse("clusters:half_year", args=[self.report.pk])
        return {
            "heading": _("编制新版"),
            "lead": str(self.report),
            "consequence": _("新版签发后替换本版，本版仍可查阅。"),
            "button": _("开始编制"),
            "back": back,
            "crumbs": crumbs((str(self.report), back), (_("编制新版"), "")),
        }
