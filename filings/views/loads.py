"""名录导入: the officers' list, a page for each load that says how far it is, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import is_unit_member
from core.errors import NotVisible
from core.idempotency import new_key
from filings.forms_loads import ReportForm, UploadForm
from filings.models import Entity, RegisterLoad
from filings.permissions_load import loader
from filings.presentation import loads as shown
from filings.selectors import loads as see
from filings.services.register_load import entries, loads
from filings.services.register_load.template import template_for
from filings.views.accompany.base import AccompanyView, OneClick, Sheet

XLSX = loads.XLSX


def crumbs(*trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Loads › page."""
    first = (_("名录导入"), reverse("filings:loads"))
    return [{"label": label, "url": url} for label, url in (first, *trail)]


class LoadView(AccompanyView):
    """Pages of officers; a load of another bureau is a 404."""

    access: Any = loader

    def page(self, template: str, context: Any, *, status: int = 200) -> HttpResponse:
        full = {"form_key": new_key(), **context}
        return render(self.request, f"filings/loads/{template}.html", full, status=status)


class Loads(LoadView):
    def get(self, request: HttpRequest) -> HttpResponse:
        listed = self.listed(see.loads_of(self.actor))
        return self.page("list", {"rows": [shown.line(row) for row in listed["page"]], **listed})


class TemplateFile(LoadView):
    def get(self, request: HttpRequest) -> HttpResponse:
        """The workbook to fill in."""
        answer = HttpResponse(template_for(self.actor.organisation), content_type=XLSX)
        answer["Content-Disposition"] = 'attachment; filename="register-template.xlsx"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


class Upload(Sheet):
    access: Any = loader
    form_class = UploadForm
    template_name = "filings/loads/new.html"
    success_message = gettext_lazy("文件已上传，正在核对；可以离开本页，稍后回来查看。")

    def prepare(self, **kwargs: Any) -> None:
        """Nothing to find: whoever may see the page may upload."""
        loader.require(self.actor)

    def perform(self, form: forms.Form) -> RegisterLoad:
        file, note = form.cleaned_data["file"], form.cleaned_data["note"]
        return loads.upload(actor=self.actor, file=file, name=file.name, note=note)

    def after(self, result: RegisterLoad) -> HttpResponse:
        return HttpResponseRedirect(reverse("filings:load", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        return {"crumbs": crumbs((_("上传名录"), "")), "back": reverse("filings:loads")}


class OneLoad(LoadView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_load(self.actor, pk)
        context = shown.page(row, self.actor)
        return self.page("load", {**context, "crumbs": crumbs((row.file.name, ""))})


ACTS: dict[str, tuple[Callable[..., RegisterLoad], Any]] = {
    "confirm": (loads.confirm, gettext_lazy("已确认，正在写入；可以离开本页，稍后回来查看。")),
    "recheck": (loads.recheck, gettext_lazy("正在重新核对。")),
    "withdraw": (loads.withdraw, gettext_lazy("已撤回，没有写入任何内容。")),
}


class RoundForm(forms.Form):
    round_ = forms.IntegerField(min_value=1, max_value=32_767, required=False)


class Act(OneClick):
    """One click on the page of a load."""

    access: Any = loader
    form_class = RoundForm

    def prepare(self, **kwargs: Any) -> None:
        self.load = see.get_load(self.actor, kwargs["pk"])
        if kwargs["name"] not in ACTS:
            raise NotVisible.one("act", _("没有找到，或您无权查看。"))
        self.service, self.success_message = ACTS[kwargs["name"]]

    def perform(self, form: forms.Form) -> RegisterLoad:
        more = {"round_": form.cleaned_data["round_"]} if self.kwargs["name"] == "confirm" else {}
        return self.service(actor=self.actor, load=self.load, **more)

    def get_success_url(self) -> str:
        return reverse("filings:load", args=[self.load.pk])


# --- the unit's side ---


class Entries(LoadView):
    """What was loaded about this unit and waits for its word."""

    access = is_unit_member

    def get(self, request: HttpRequest) -> HttpResponse:
        listed = self.listed(see.entries_of(self.actor))
        return self.page("entries", {"rows": list(listed["page"]), **listed})


class Entry(LoadView):
    access: Any = "login"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entity = see.get_entry(self.actor, pk)
        context = shown.entry(entity, self.actor)
        trail = [
            {"label": _("核对登记信息"), "url": reverse("filings:entries")},
            {"label": entity.name, "url": ""},
        ]
        return self.page("entry", {**context, "crumbs": trail})


class _OfEntry(Sheet):
    entity: Entity

    def prepare(self, **kwargs: Any) -> None:
        self.entity = see.get_entry(self.actor, kwargs["pk"])

    def get_success_url(self) -> str:
        return reverse("filings:entry", args=[self.entity.pk])


class ConfirmEntry(OneClick, _OfEntry):
    success_message = gettext_lazy("已确认登记信息，谢谢。")

    def perform(self, form: forms.Form) -> Entity:
        return entries.confirm_entry(actor=self.actor, entity=self.entity)


class ReportEntry(_OfEntry):
    form_class = ReportForm
    success_message = gettext_lazy("已转登记机关处理，可以在“困难诉求”中查看进展。")

    def perform(self, form: forms.Form) -> Any:
        return entries.report_entry(actor=self.actor, entity=self.entity, text=form.cleaned_data["text"])

    def around(self) -> dict[str, Any]:
        url = self.get_success_url()
        return {
            "heading": _("登记信息有误"),
            "lead": self.entity.name,
            "consequence": _("登记机关会受理并答复；更正之前，登记信息不变。"),
            "button": _("提交"),
            "back": url,
            "crumbs": [{"label": self.entity.name, "url": url}, {"label": _("登记信息有误"), "url": ""}],
        }
