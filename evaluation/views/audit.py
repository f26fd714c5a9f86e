"""The auditor's desk: reports, cases, exceptions, downloads. Nothing here changes anything but what is packed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from core import audit
from core.models import Job
from core.xlsx import rows_csv
from evaluation import permissions as may
from evaluation.forms_audit import AuditFilter
from evaluation.presentation import audit as shown
from evaluation.selectors import audit as see
from evaluation.selectors import exceptions
from evaluation.selectors import rounds as all_rounds
from evaluation.services import packs, report_archive
from evaluation.views.base import EvaluationView

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AuditView(EvaluationView):
    """Pages for auditors alone, each narrowed by the filters in its address."""

    access: Any = may.audit_desk
    filters: ClassVar[tuple[str, ...]] = ()
    here = "audit"

    def filter_form(self) -> AuditFilter:
        return AuditFilter(self.request.GET, actor=self.actor, only=self.filters)

    def shown(self, template: str, form: AuditFilter | None, context: dict[str, Any]) -> HttpResponse:
        """The page with its filters and the way to the others."""
        common = {
            "section": "audit",
            "pages": shown.places(self.here),
            "form": form,
            "narrowed": form is not None and bool(form.wanted()),
            "query": self.request.GET.urlencode(),
        }
        return self.page(f"audit/{template}", {**common, **context})


class Reports(AuditView):
    """Reports by year and kind, with their digests; the archive of one round."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.filter_form()
        wanted = form.wanted()
        listed = self.listed(see.reports(self.actor, wanted))
        context = {
            "rows": [shown.report(row) for row in listed["page"]],
            "matrix": shown.matrix(self.actor) if not wanted else None,
            "archive": self.archive_of(wanted.get("round", "")),
        }
        return self.shown("reports", form, {**context, **listed})

    def archive_of(self, code: str) -> dict[str, Any] | None:
        """The newest archive of the round the list is narrowed to."""
        row = see.rounds(self.actor).filter(code=code).first() if code else None
        if row is None:
            return None
        job = Job.objects.filter(kind=report_archive.JOB, scope=f"round:{row.pk}").order_by("-pk").first()
        return {"round": row, "job": job, "file": job.result.get("file", "") if job is not None else ""}


class Archive(AuditView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Have the reports of a round packed; the same reports give the same archive."""
        row = all_rounds.get(self.actor, code)
        report_archive.order(actor=self.actor, round=row)
        messages.success(request, _("正在打包，稍后在本页下载。"))
        return HttpResponseRedirect(f"{reverse('evaluation:audit')}?round={row.code}")


class Digests(AuditView):
    """The list of digests, with the filters of the page it is taken from."""

    def get(self, request: HttpRequest, form: str) -> HttpResponseBase:
        wanted = self.filter_form().wanted()
        rows = see.reports(self.actor, wanted)
        audit.record(
            "evaluation.digests",
            actor=self.actor,
            detail={"wanted": wanted, "rows": rows.count(), "form": form},
        )
        found = rows.iterator(chunk_size=500)
        if form == "csv":
            pieces = b"".join(rows_csv(shown.digest_columns(), shown.digest_rows(found)))
            return attachment(pieces, "text/csv; charset=utf-8", "report-digests.csv")
        return attachment(shown.digest_book(found, self.actor), XLSX, "report-digests.xlsx")


class Cases(AuditView):
    """Every entity that was evaluated, found by what one knows of it."""

    here = "audit_cases"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.filter_form()
        listed = self.listed(see.cases(self.actor, form.wanted()))
        rows = [shown.case(row) for row in listed["page"]]
        return self.shown("cases", form, {"rows": rows, **listed})


class Case(AuditView):
    """One case with its evidence pack."""

    here = "audit_cases"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.case(self.actor, pk)
        return self.shown("case", None, shown.dossier(row, packs.latest(row)))


class Pack(AuditView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have the evidence pack of the case made."""
        packs.order(actor=self.actor, subject=see.case(self.actor, pk))
        messages.success(request, _("正在生成审计包，完成后在本页下载。"))
        return HttpResponseRedirect(reverse("evaluation:audit_case", args=[pk]))


class Exceptions(AuditView):
    """What left the ordinary way, one sort on each tab."""

    here = "audit_exceptions"
    filters = ("round", "kind")

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self.filter_form()
        wanted = form.wanted()
        narrow = {"round": wanted.get("round", ""), "of_kind": wanted.get("kind", "")}
        tab = self.tab_of(exceptions.LABELS)
        counts = {kind: exceptions.rows(kind, self.actor, **narrow).count() for kind in exceptions.LABELS}
        listed = self.listed(exceptions.rows(tab, self.actor, **narrow))
        context = {
            "tabs": self.tabs(exceptions.LABELS, counts, tab),
            "tab": tab,
            "rows": [shown.exception(exceptions.line(tab, row)) for row in listed["page"]],
        }
        return self.shown("exceptions", form, {**context, **listed})


class ExceptionBook(Exceptions):
    def get(self, request: HttpRequest) -> HttpResponse:
        """All sorts in one workbook, narrowed as the page is."""
        wanted = self.filter_form().wanted()
        lines = exceptions.everything(
            self.actor, round=wanted.get("round", ""), of_kind=wanted.get("kind", "")
        )
        audit.record("evaluation.exceptions", actor=self.actor, detail={"wanted": wanted})
        return attachment(shown.exception_book(lines, self.actor), XLSX, "exceptions.xlsx")


class Downloads(AuditView):
    """Who took which report, archive or list away, from the audit log."""

    here = "audit_downloads"

    def get(self, request: HttpRequest) -> HttpResponse:
        listed = self.listed(see.downloads(self.actor))
        rows = shown.downloads(list(listed["page"]))
        return self.shown("downloads", None, {"rows": rows, **listed})


def attachment(data: bytes, mime: str, name: str) -> HttpResponse:
    """Bytes to be saved, never opened in place."""
    answer = HttpResponse(data, content_type=mime)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
