"""One return: read, filled in, checked and signed, on paper, as a workbook both ways."""

from __future__ import annotations

import io
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import permissions_statistics as may
from clusters.enums_statistics import EDITABLE
from clusters.forms_statistics import ReturnForm, SubmitForm, UploadForm
from clusters.models import ReturnUpload
from clusters.presentation import statistics as shown
from clusters.selectors import statistics as see
from clusters.services import statistics_returns, statistics_uploads
from clusters.services.statistics_workbook import template_of
from clusters.views.statistics.base import ReturnSheet, ReturnView, must_be_possible, return_crumbs
from clusters.workflow_statistics import RETURN
from core.errors import Invalid, NotNow
from core.files import clean_name
from filings.views.accompany.base import Sheet
from filings.views.staff.acts import version_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OneReturn(ReturnView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        owner, acts = self.owner, shown.acts(self.actor, self.owner)
        lines = shown.value_lines(see.sheet_of(owner))
        context = {
            "owner": owner,
            "line": shown.return_line(owner),
            "lines": shown.outliers_first(lines) if may.staff(self.actor, owner) else lines,
            "facts": shown.facts(owner),
            "people": shown.people(owner),
            "acts": acts,
            "may_fill": owner.state in EDITABLE and may.body_filler(self.actor, owner),
            "may_review": bool(acts & {"accept", "send_back"}),
            "office": may.staff(self.actor, owner),
            "events": shown.events(owner.steps.select_related("by", "organisation")),
            "crumbs": return_crumbs(owner),
        }
        return self.page("return", context)


class Printed(ReturnView):
    """The sealed form: head, figures, who answers for them, the digest."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        owner = self.owner
        context = {
            "owner": owner,
            "lines": shown.value_lines(see.sheet_of(owner)),
            "facts": shown.facts(owner),
            "people": shown.people(owner),
        }
        return render(request, "clusters/statistics/print.html", context)


class Fill(ReturnSheet):
    """The form. Saving accepts gaps; what cannot be read stays as it was typed."""

    form_class = ReturnForm
    template_name = "clusters/statistics/fill.html"
    success_message = gettext_lazy("已保存。")

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        may.body_filler.require(self.actor, self.owner)
        if self.owner.state not in EDITABLE:
            raise NotNow.one("wrong_state", _("这份报表已经报送，不能修改。"))
        self.sheet = see.sheet_of(self.owner)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {
            "sheet": self.sheet,
            "reasons": see.reasons_of(self.owner),
        }

    def perform(self, form: Any) -> Any:
        return statistics_returns.save(
            actor=self.actor, owner=self.owner, version=version_of(self.request), **form.payload()
        )

    def get_success_url(self) -> str:
        name = "clusters:return_submit" if "check" in self.request.POST else "clusters:return_fill"
        return reverse(name, args=[self.owner.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form = context["form"]
        rows = []
        for line in shown.value_lines(self.sheet):
            fields = {}
            if line["editable"]:
                names = ("", "-reason_code", "-reason_text")
                fields = dict(
                    zip(("field", "code", "text"), (form[f"{line['key']}{n}"] for n in names), strict=True)
                )
            rows.append(line | fields)
        people = [form[name] for name in statistics_returns.FACTS]
        return context | {"rows": rows, "people_fields": people, "owner": self.owner}

    def around(self) -> dict[str, Any]:
        return {"back": self.back, "crumbs": return_crumbs(self.owner, (_("填报"), ""))}


class Submit(ReturnSheet):
    """Everything once more, then the declaration and the signature."""

    form_class = SubmitForm
    template_name = "clusters/statistics/submit.html"
    success_message = gettext_lazy("已报送。请记下回执编号。")

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        if self.owner.state not in EDITABLE:
            raise NotNow.one("wrong_state", _("这份报表已经报送。"))
        may.body.require(self.actor, self.owner)

    def perform(self, form: Any) -> Any:
        return statistics_returns.submit(
            actor=self.actor,
            owner=self.owner,
            declared=form.cleaned_data["declared"],
            version=version_of(self.request),
        )

    def around(self) -> dict[str, Any]:
        owner = self.owner
        found = RETURN["submit"].problems(owner, self.actor, {"declared": True})
        url = reverse("clusters:return_fill", args=[owner.pk])
        return {
            "owner": owner,
            "lines": shown.value_lines(see.sheet_of(owner)),
            "facts": shown.facts(owner),
            "people": shown.people(owner),
            "blocking": [
                {"message": p.message, "url": f"{url}#id_{p.field}" if p.field else ""} for p in found
            ],
            "may_sign": may.body_signer(self.actor, owner),
            "signs": may.body_signer.sentence,
            "version": owner.version,
            "back": self.back,
            "crumbs": return_crumbs(owner, (_("核对和报送"), "")),
        }


# --- as a workbook -------------------------------------------------------------------------------


def as_file(data: bytes, name: str) -> HttpResponse:
    """A workbook as an attachment."""
    response = FileResponse(
        io.BytesIO(data), as_attachment=True, filename=clean_name(name), content_type=XLSX
    )
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response  # type: ignore[return-value]


class Template(ReturnView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        owner = self.owner
        return as_file(template_of(owner), f"{owner.entity.name} {owner.period.label} {_('统计报表')}.xlsx")


class Upload(ReturnSheet):
    form_class = UploadForm
    template_name = "clusters/statistics/upload.html"

    def prepare(self, **kwargs: Any) -> None:
        super().prepare(**kwargs)
        may.body_filler.require(self.actor, self.owner)
        if self.owner.state not in EDITABLE:
            raise NotNow.one("wrong_state", _("这份报表已经报送，不能导入。"))

    def perform(self, form: Any) -> ReturnUpload:
        file = form.cleaned_data.get("file") or None
        return statistics_uploads.upload(actor=self.actor, owner=self.owner, upload=file)

    def after(self, result: ReturnUpload) -> HttpResponse:
        return HttpResponseRedirect(reverse("clusters:return_preview", args=[self.owner.pk, result.pk]))

    def around(self) -> dict[str, Any]:
        return {
            "owner": self.owner,
            "back": self.back,
            "crumbs": return_crumbs(self.owner, (_("导入表格"), "")),
        }


class Preview(Sheet):
    """What would be written, what is wrong, what will need a reason; then all of it or nothing."""

    form_class = SubmitForm
    template_name = "clusters/statistics/preview.html"
    success_message = gettext_lazy("已导入。请核对后签字报送。")

    def prepare(self, **kwargs: Any) -> None:
        self.owner = see.get_return(self.actor, kwargs["pk"])
        self.upload = statistics_uploads.get_upload(self.owner, kwargs["upload"])
        if self.request.method == "POST":
            may.body_filler.require(self.actor, self.owner)

    def perform(self, form: Any) -> Any:
        return statistics_uploads.apply(actor=self.actor, upload=self.upload)

    def get_success_url(self) -> str:
        return reverse("clusters:return_submit", args=[self.owner.pk])

    def around(self) -> dict[str, Any]:
        owner, upload = self.owner, self.upload
        lines, warnings = shown.preview_lines(owner, upload)
        return {
            "owner": owner,
            "upload": upload,
            "lines": lines,
            "warnings": warnings,
            "more": upload.error_count - len(upload.errors),
            "may_apply": may.body_filler(self.actor, owner) and not upload.applied_at,
            "back": reverse("clusters:return_upload", args=[owner.pk]),
            "crumbs": return_crumbs(owner, (_("导入表格"), "")),
        }


class Marked(ReturnView):
    """The same workbook with its errors in the cells."""

    def get(self, request: HttpRequest, pk: int, upload: int) -> HttpResponse:
        found = statistics_uploads.get_upload(self.owner, upload)
        name = found.stored.name.rpartition(".")[0]
        return as_file(statistics_uploads.marked(found), f"{name} {_('标注错误')}.xlsx")


class Act(ReturnView):
    """`confirm` and `lock`: nothing to fill in."""

    def post(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        acts = {"confirm": statistics_returns.confirm, "lock": statistics_returns.lock}
        step = must_be_possible(RETURN, name, self.actor, self.owner)
        if name in acts:
            try:
                acts[name](actor=self.actor, owner=self.owner, version=version_of(request))
                messages.success(request, _("已办理：%(act)s。") % {"act": step.label})
            except Invalid as error:
                messages.error(request, str(error))
        return HttpResponseRedirect(reverse("clusters:return", args=[pk]))
