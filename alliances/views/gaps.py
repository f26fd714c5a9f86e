"""产业链短板: the public list with its file, the list somebody keeps, and what is done with a gap."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliances.enums import GapStatus
from alliances.forms import CloseGapForm, GapFilter, GapForm, TakeOnForm
from alliances.models import ChainGap
from alliances.permissions import bureau_keeper, gap_keeper, list_keeper
from alliances.presentation import shown
from alliances.selectors import lists as see
from alliances.services import gaps
from alliances.views.base import FormPage, Page, crumbs, under, workbook
from core import clock
from core.xlsx import Column, Sheet
from filings.models import Entity
from filings.permissions_entity import entity_lead
from filings.selectors.entities import get_visible

TABS = {"all": gettext_lazy("全部"), **{status.value: status.label for status in GapStatus}}
COLUMNS = (
    Column("chain", gettext_lazy("产业链"), width=20),
    Column("kind", gettext_lazy("类别"), width=12),
    Column("title", gettext_lazy("短板名称"), width=32),
    Column("detail", gettext_lazy("现状和需求"), width=40),
    Column("of", gettext_lazy("登记主体或者机关"), width=28),
    Column("status", gettext_lazy("状态"), width=10),
    Column("closer", gettext_lazy("补链单位"), width=24),
    Column("project", gettext_lazy("联合项目"), width=24),
    Column("due_on", gettext_lazy("计划完成"), "date", 12),
    Column("closed_on", gettext_lazy("补齐日期"), "date", 12),
    Column("result", gettext_lazy("补链成效"), width=40),
)


class _Gaps(Page):
    """A list of gaps in tabs, with filters."""

    template = "gaps"

    def shown_list(self, rows: QuerySet[ChainGap], context: dict[str, Any]) -> HttpResponse:
        filters = GapFilter(self.request.GET)
        wanted = filters.wanted()
        rows, tab = see.narrowed(rows, **wanted), self.tab_of(TABS)
        each = {key: see.gap_status(rows, key) for key in TABS}
        listed = self.listed(each[tab])
        lines = [shown.gap_line(row) | {"acts": shown.gap_acts(self.actor, row)} for row in listed["page"]]
        context |= {
            "tabs": self.tabs(TABS, {key: found.count() for key, found in each.items()}, tab),
            "tab": tab,
            "filter": filters,
            "narrowed": bool(wanted),
            "lines": lines,
            **listed,
        }
        return self.page(self.template, context)


class PublicGaps(_Gaps):
    access = "public"

    def get(self, request: HttpRequest) -> HttpResponse:
        keeps = bool(self.actor.is_authenticated and list_keeper(self.actor, None))
        return self.shown_list(see.gaps(), {"keeps": keeps, "export": reverse("alliances:gaps_file")})


class GapsFile(Page):
    """Exactly what the list shows, as a workbook."""

    access = "public"

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = see.narrowed(see.gaps(), **GapFilter(request.GET).wanted())
        rows = see.gap_status(rows, request.GET.get("tab", ""))
        day = clock.today().isoformat()
        sheet = Sheet(_("产业链短板清单"), COLUMNS, (_cells(row) for row in rows), header=(day,))
        return workbook(sheet, f"chain-gaps-{day}")


def _cells(row: ChainGap) -> list[Any]:
    line = shown.gap_line(row)
    return [
        row.chain,
        line["kind"],
        row.title,
        row.detail,
        line["of"],
        line["word"],
        row.closer,
        row.project,
        row.due_on,
        row.closed_on,
        row.result,
    ]


class KeptGaps(_Gaps):
    """Those this actor keeps."""

    access = list_keeper
    template = "gaps_kept"

    def get(self, request: HttpRequest) -> HttpResponse:
        add = reverse("alliances:gap_add") if bureau_keeper(self.actor, None) else ""
        return self.shown_list(see.gaps_kept_by(self.actor), {"add_url": add, "entity": None})


class EntityGaps(_Gaps):
    """Those of one entity, for everybody who sees it from the inside."""

    template = "gaps_kept"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        entity = get_visible(self.actor, code)
        add = reverse("alliances:entity_gap_add", args=[code]) if entity_lead(self.actor, entity) else ""
        trail = crumbs(entity, (_("产业链短板"), ""))
        rows = see.gaps().filter(entity=entity)
        return self.shown_list(rows, {"add_url": add, "entity": entity, "crumbs": trail})


class Add(FormPage):
    """Of an alliance by its lead, else of the bureau's list by an officer."""

    form_class = GapForm
    entity: Entity | None = None
    success_message = gettext_lazy("已登记。")

    def prepare(self, **kwargs: Any) -> None:
        if "code" in kwargs:
            self.entity = get_visible(self.actor, kwargs["code"])
            entity_lead.require(self.actor, self.entity)
        else:
            bureau_keeper.require(self.actor)

    def get_initial(self) -> dict[str, Any]:
        profile = getattr(self.entity, "network", None) if self.entity else None
        return {"chain": profile.chain if profile else ""}

    def perform(self, form: Any) -> ChainGap:
        return gaps.add(actor=self.actor, facts=form.facts, entity=self.entity)

    def after(self, result: ChainGap) -> HttpResponse:
        return HttpResponseRedirect(self.back())

    def back(self) -> str:
        if self.entity is not None:
            return reverse("alliances:entity_gaps", args=[self.entity.code])
        return reverse("alliances:gaps_kept")

    def around(self) -> dict[str, Any]:
        return {
            "heading": _("登记产业链短板"),
            "lead": self.entity.name if self.entity else _("清单对社会公开。"),
            "button": _("登记"),
            "back": self.back(),
            "crumbs": under(_("产业链短板"), "gaps", (_("登记"), "")),
        }


class _OnGap(FormPage):
    gap: ChainGap
    heading: Any = ""
    service: Any = None

    def prepare(self, **kwargs: Any) -> None:
        self.gap = see.get_gap(kwargs["pk"])
        gap_keeper.require(self.actor, self.gap)

    def perform(self, form: forms.Form) -> ChainGap:
        return type(self).service(actor=self.actor, gap=self.gap, version=self.version, **form.cleaned_data)

    def back(self) -> str:
        if self.gap.entity is not None and self.gap.keeper_id is None:
            return reverse("alliances:entity_gaps", args=[self.gap.entity.code])
        return reverse("alliances:gaps_kept")

    def after(self, result: ChainGap) -> HttpResponse:
        return HttpResponseRedirect(self.back())

    def around(self) -> dict[str, Any]:
        return {
            "heading": self.heading,
            "lead": self.gap.title,
            "button": _("保存"),
            "version": self.gap.version,
            "facts": [
                {"label": _("产业链"), "value": self.gap.chain},
                {"label": _("类别"), "value": self.gap.get_kind_display()},
                {"label": _("现状和需求"), "value": self.gap.detail},
            ],
            "back": self.back(),
            "crumbs": under(_("产业链短板"), "gaps", (self.heading, "")),
        }


class Change(_OnGap):
    form_class = GapForm
    heading = gettext_lazy("修改")
    success_message = gettext_lazy("已保存。")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.gap, name) for name in gaps.Facts.__dataclass_fields__}

    def perform(self, form: Any) -> ChainGap:
        return gaps.change(actor=self.actor, gap=self.gap, facts=form.facts, version=self.version)


class TakeOn(_OnGap):
    form_class = TakeOnForm
    heading = gettext_lazy("登记补链单位")
    service = staticmethod(gaps.take_on)
    success_message = gettext_lazy("已登记补链单位。")

    def get_initial(self) -> dict[str, Any]:
        names = ("closer", "closer_code", "project", "due_on")
        return {name: getattr(self.gap, name) for name in names}


class Close(_OnGap):
    form_class = CloseGapForm
    heading = gettext_lazy("登记补齐")
    service = staticmethod(gaps.close)
    success_message = gettext_lazy("已登记补齐结果。")
