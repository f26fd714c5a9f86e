"""活动和成果: the list of an alliance, a page for each, and what its chair or an officer does with it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.forms import JudgeForm, RecordForm, WithdrawForm
from alliances.models import AllianceRecord
from alliances.permissions import bureau_keeper, record_judge, record_owner, record_writer
from alliances.presentation import shown
from alliances.selectors import records as see
from alliances.services import records
from alliances.views.base import FormPage, Page, crumbs
from core import clock
from core.errors import NotNow, NotVisible
from filings.models import Entity
from filings.selectors.entities import get_visible

TABS = {
    "activities": gettext_lazy("活动"),
    "results": gettext_lazy("成果"),
    "withdrawn": gettext_lazy("已撤销"),
}
EMPTY = {
    "activities": gettext_lazy("对接高校院所、行业协会，举办交流活动，参加展会后，在这里登记并上传佐证。"),
    "results": gettext_lazy("联合项目、标准、专利、品牌、公共服务平台和联合引才在这里登记。"),
    "withdrawn": gettext_lazy("没有撤销过的记录。"),
}


class Records(Page):
    """Those of one alliance, for everybody who sees it from the inside."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        entity = get_visible(self.actor, code)
        rows, tab = see.of_entity(entity), self.tab_of(TABS)
        each = {key: see.in_tab(rows, key) for key in TABS}
        listed = self.listed(each[tab])
        context = {
            "entity": entity,
            "tabs": self.tabs(TABS, {key: found.count() for key, found in each.items()}, tab),
            "tab": tab,
            "lines": [shown.record_line(row) for row in listed["page"]],
            "empty": EMPTY[tab],
            "may_add": record_writer(self.actor, entity),
            "crumbs": crumbs(entity, (_("活动和成果"), "")),
            **listed,
        }
        return self.page("records", context)


class Waiting(Page):
    """Activities of every alliance that an officer has not looked at."""

    access = bureau_keeper

    def get(self, request: HttpRequest) -> HttpResponse:
        listed = self.listed(see.waiting(self.actor).order_by("created_at", "pk"))
        lines = [shown.record_line(row) for row in listed["page"]]
        return self.page("waiting", {"lines": lines, **listed})


class OneRecord(Page):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_record(self.actor, pk)
        context = {
            "record": row,
            "line": shown.record_line(row),
            "acts": shown.record_acts(self.actor, row),
            "crumbs": crumbs(
                row.entity,
                (_("活动和成果"), reverse("alliances:records", args=[row.entity.code])),
                (row.title, ""),
            ),
        }
        return self.page("record", context)


class _OnRecord(FormPage):
    record: AllianceRecord
    heading: Any = ""
    rule: Any = record_owner

    def prepare(self, **kwargs: Any) -> None:
        self.record = see.get_record(self.actor, kwargs["pk"])
        type(self).rule.require(self.actor, self.record)
        if self.record.withdrawn_at is not None:
            raise NotNow.one("withdrawn", _("这条记录已经撤销。"))

    def after(self, result: AllianceRecord) -> HttpResponse:
        return HttpResponseRedirect(reverse("alliances:record", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        row, url = self.record, reverse("alliances:record", args=[self.record.pk])
        return {
            "heading": self.heading,
            "lead": row.title,
            "button": self.heading,
            "version": row.version,
            "facts": [
                {"label": _("类别"), "value": row.get_kind_display()},
                {"label": _("日期"), "value": row.held_on.isoformat()},
                {"label": _("对方单位或者主办单位"), "value": row.partner},
                {"label": _("说明"), "value": row.summary},
                {"label": _("佐证材料"), "value": row.evidence.name if row.evidence else ""},
            ],
            "back": url,
            "crumbs": crumbs(row.entity, (row.title, url), (self.heading, "")),
        }


class Change(_OnRecord):
    form_class = RecordForm
    heading = gettext_lazy("修改")
    success_message = gettext_lazy("已保存。")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in records.Facts.__dataclass_fields__}

    def perform(self, form: Any) -> AllianceRecord:
        return records.change(
            actor=self.actor,
            record=self.record,
            facts=form.facts,
            upload=form.cleaned_data["upload"],
            version=self.version,
        )

    def around(self) -> dict[str, Any]:
        return super().around() | {"button": _("保存"), "facts": []}


class Withdraw(_OnRecord):
    form_class = WithdrawForm
    heading = gettext_lazy("撤销")
    success_message = gettext_lazy("已撤销，不再计入。")

    def perform(self, form: forms.Form) -> AllianceRecord:
        return records.withdraw(
            actor=self.actor, record=self.record, version=self.version, **form.cleaned_data
        )

    def around(self) -> dict[str, Any]:
        return super().around() | {"consequence": _("撤销后不再计入年度任务，记录和原因保留备查。")}


class Judge(_OnRecord):
    form_class = JudgeForm
    heading = gettext_lazy("认定")
    rule = record_judge
    success_message = gettext_lazy("已认定，理事长单位会收到通知。")

    def get_initial(self) -> dict[str, Any]:
        counts = {True: "yes", False: "no", None: None}[self.record.counts]
        return {"counts": counts, "basis": self.record.basis}

    def perform(self, form: forms.Form) -> AllianceRecord:
        return records.judge(actor=self.actor, record=self.record, version=self.version, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        words = _("只认定是否计入年度任务，不修改联盟登记的内容。“知名”“高水平”没有统一标准，请写明依据。")
        return super().around() | {"consequence": words}


class Add(FormPage):
    form_class = RecordForm
    entity: Entity
    success_message = gettext_lazy("已登记。")

    def prepare(self, **kwargs: Any) -> None:
        self.entity = get_visible(self.actor, kwargs["code"])
        record_writer.require(self.actor, self.entity)

    def get_initial(self) -> dict[str, Any]:
        return {"kind": self.request.GET.get("kind", ""), "is_public": True}

    def perform(self, form: Any) -> AllianceRecord:
        upload = form.cleaned_data["upload"]
        return records.add(actor=self.actor, entity=self.entity, facts=form.facts, upload=upload)

    def after(self, result: AllianceRecord) -> HttpResponse:
        return HttpResponseRedirect(reverse("alliances:record", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        back = reverse("alliances:records", args=[self.entity.code])
        return {
            "heading": _("登记活动或者成果"),
            "lead": self.entity.name,
            "button": _("登记"),
            "back": back,
            "crumbs": crumbs(self.entity, (_("活动和成果"), back), (_("登记"), "")),
        }


class PublicRecords(Page):
    """What everybody may read of an alliance's activities and results."""

    access = "public"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        entity = Entity.objects.filter(code=code, network__isnull=False).select_related("lead").first()
        if entity is None:
            raise NotVisible.one("not_found", _("没有找到您要查看的内容。"))
        listed = self.listed(see.public_of(entity, clock.today()))
        lines = [shown.record_line(row) for row in listed["page"]]
        return self.page("public_records", {"entity": entity, "lines": lines, **listed})
