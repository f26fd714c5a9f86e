"""培育库: the bureau's tabs, a unit's own entries, one page for each entry and each act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import UNIT_ROLES
from core import clock
from platforms import permissions as may
from platforms.enums import CultivationSupport
from platforms.forms import CultivationForm, CultivationLeaveForm, CultivationStepForm
from platforms.models import CultivationEntry
from platforms.selectors import cultivating as see
from platforms.services import cultivation
from platforms.types import of
from platforms.views.base import PlatformPage, PlatformSheet
from policy.law import law_on

TABS = {
    "in": gettext_lazy("在库"),
    "soon": gettext_lazy("本年度申报"),
    "late": gettext_lazy("逾期未申报"),
    "reached": gettext_lazy("已获认定"),
    "left": gettext_lazy("已出库"),
}


OUTCOME = {"upgraded": "done"}  # the others ended without


def trail(*steps: tuple[Any, str]) -> list[dict[str, Any]]:
    """Cultivation list › page."""
    found = ((_("培育库"), reverse("platforms:cultivation")), *steps)
    return [{"label": label, "url": url} for label, url in found]


def line(row: CultivationEntry) -> dict[str, Any]:
    """One entry for a list and for the head of its page."""
    late = row.left_on is None and row.apply_year < clock.today().year
    return {
        "row": row,
        "kind": of(row.target_kind).label,
        "supports": "、".join(str(CultivationSupport(key).label) for key in row.supports),
        "late": late,
        "tone": "act" if late else "doing" if row.left_on is None else OUTCOME.get(row.outcome, "off"),
        "word": row.get_outcome_display() or (_("逾期未申报") if late else _("在库")),
    }


class Entries(PlatformPage):
    access = may.reader

    def get(self, request: HttpRequest) -> HttpResponse:
        rows, tab = see.visible(self.actor), self.tab_of(TABS)
        each = {key: see.tab(rows, key) for key in TABS}
        listed = self.listed(each[tab])
        place = self.actor.organisation.jurisdiction if self.actor.organisation else None
        context = {
            "tabs": self.tabs(TABS, {key: found.count() for key, found in each.items()}, tab),
            "lines": [line(row) for row in listed["page"]],
            "staff": not self.actor.has_role(*UNIT_ROLES),
            "may_enter": may.cultivator(self.actor, None) and place is not None,
            "clause": law_on(clock.today(), "370300").cite(see.ITEM),
            **listed,
        }
        return self.page("cultivation", context)


class Entry(PlatformPage):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_entry(self.actor, pk)
        steps = row.steps.select_related("by")
        keeps = may.entry_keeper(self.actor, row) and row.left_on is None
        context = {
            "line": line(row),
            "entry": row,
            "keeps": keeps,
            "events": [{"at": s.at, "label": "", "actor": str(s.by or ""), "detail": s.text} for s in steps],
            "crumbs": trail((row.organisation.name, "")),
        }
        return self.page("entry", context)


class Enter(PlatformSheet):
    form_class: Any = CultivationForm
    access = may.cultivator
    success_message: Any = gettext_lazy("已入库。")

    def prepare(self, **kwargs: Any) -> None:
        self.allow()

    def allow(self) -> None:
        may.cultivator.require(self.actor)

    def perform(self, form: forms.Form) -> CultivationEntry:
        return cultivation.enter(actor=self.actor, **form.cleaned_data)

    def after(self, result: CultivationEntry) -> HttpResponse:
        return HttpResponseRedirect(reverse("platforms:entry", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        last = see.last_year("370300", clock.today())
        facts = [
            {"label": _("计划申报年度"), "value": _("%(year)s 年及以前") % {"year": last}},
            {"label": _("依据"), "value": law_on(clock.today(), "370300").cite(see.ITEM)},
        ]
        return {
            "heading": _("列入培育库"),
            "lead": _("计划申报省级及以上平台的单位，完善研发条件，分阶段培育。"),
            "button": _("入库"),
            "facts": facts,
            "back": reverse("platforms:cultivation"),
            "crumbs": trail((_("列入培育库"), "")),
        }


class _OfEntry(PlatformSheet):
    row: CultivationEntry

    def prepare(self, **kwargs: Any) -> None:
        self.row = see.get_entry(self.actor, kwargs["pk"])
        self.allow()

    def allow(self) -> None:
        may.entry_keeper.require(self.actor, self.row)

    def get_success_url(self) -> str:
        return reverse("platforms:entry", args=[self.row.pk])

    def told(self, heading: Any) -> dict[str, Any]:
        url = self.get_success_url()
        return {
            "heading": heading,
            "lead": f"{self.row.organisation.name} · {of(self.row.target_kind).label}",
            "back": url,
            "crumbs": trail((self.row.organisation.name, url), (heading, "")),
        }


class Edit(_OfEntry):
    form_class = CultivationForm
    success_message = gettext_lazy("已保存。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"entry": self.row}

    def get_initial(self) -> dict[str, Any]:
        row = self.row
        names = ("target_level", "apply_year", "supports", "ground", "next_step", "next_on")
        return {name: getattr(row, name) for name in names} | {
            "entity": row.entity.code if row.entity else ""
        }

    def perform(self, form: forms.Form) -> CultivationEntry:
        return cultivation.edit(actor=self.actor, entry=self.row, version=self.version, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        return {"button": _("保存"), "version": self.row.version, **self.told(_("修改"))}


class Step(_OfEntry):
    form_class = CultivationStepForm
    success_message = gettext_lazy("进展已记录。")

    def get_initial(self) -> dict[str, Any]:
        return {"next_step": self.row.next_step, "next_on": self.row.next_on}

    def perform(self, form: forms.Form) -> CultivationEntry:
        return cultivation.step(actor=self.actor, entry=self.row, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        return {"button": _("记录"), **self.told(_("记录进展"))}


class Leave(_OfEntry):
    form_class = CultivationLeaveForm
    success_message = gettext_lazy("已出库。")

    def perform(self, form: forms.Form) -> CultivationEntry:
        return cultivation.leave(actor=self.actor, entry=self.row, version=self.version, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        return {
            "button": _("出库"),
            "danger": True,
            "consequence": _("出库后不再享受培育支持，记录保留。"),
            "version": self.row.version,
            **self.told(_("出库")),
        }
