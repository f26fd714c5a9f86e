"""走访: the office's list, and a page for each thing done with a visit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import NotNow
from filings.enums import VisitKind
from filings.forms_accompany import (
    CallOffForm,
    MatterFilter,
    VisitHeldForm,
    VisitPlanForm,
    VisitProblemForm,
    VisitRecordForm,
)
from filings.models import Entity, Visit
from filings.permissions_accompany import accompanist, matter_officer
from filings.permissions_entity import entity_officer
from filings.presentation import accompany as shown
from filings.selectors import accompany as see
from filings.selectors import entities
from filings.services import problems, visits
from filings.views.accompany.base import AccompanyView, Sheet
from filings.views.staff.base import desk_reader

TABS = {
    "planned": gettext_lazy("计划中"),
    "overdue": gettext_lazy("逾期未走访"),
    "held": gettext_lazy("已走访"),
    "called_off": gettext_lazy("已取消"),
    "due": gettext_lazy("待安排"),
}
EMPTY = {
    "planned": gettext_lazy("没有计划中的走访。从“待安排”中选择登记主体，或者点“安排走访”。"),
    "overdue": gettext_lazy("没有过了计划日期还没有登记结果的走访。"),
    "held": gettext_lazy("还没有登记过走访结果。"),
    "called_off": gettext_lazy("没有取消的走访。"),
    "due": gettext_lazy("所有登记主体都在规定的间隔内走访过，或者已经安排走访。"),
}


def crumbs(*trail: tuple[Any, str]) -> list[dict[str, Any]]:
    """Visits › page."""
    first = (_("走访跟踪"), reverse("filings:visits"))
    return [{"label": label, "url": url} for label, url in (first, *trail)]


class Visits(AccompanyView):
    access = desk_reader

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = MatterFilter(request.GET, actor=self.actor)
        wanted, tab = filters.wanted(), self.tab_of(TABS)
        filters.fields["officer"].label = _("联系人") if tab == "due" else _("走访人")
        months = see.interval_of(self.actor)
        each = self._each(wanted, months)
        counts = {key: found.count() for key, found in each.items()}
        listed = self.listed(each[tab])
        context = {
            "tabs": self.tabs(TABS, counts, tab),
            "tab": tab,
            "filter": filters,
            "narrowed": bool(wanted),
            "empty": EMPTY[tab],
            "months": months,
            "clause": see.interval_clause(self.actor),
            "may_plan": accompanist(self.actor, None),
            **listed,
        }
        return self.page("visits", context | self._rows(tab, listed["page"]))

    def _each(self, wanted: dict[str, Any], months: int | None) -> dict[str, QuerySet[Any]]:
        """The rows of every tab."""
        rows = self._narrowed(see.visits_on_desk(self.actor), wanted, "entity__", "visitor")
        unseen = see.unvisited(self.actor, months) if months else Entity.objects.none()
        found = {key: see.visit_tab(rows, key) for key in TABS if key != "due"}
        return found | {"due": self._narrowed(unseen, wanted, "", "officer")}

    def _rows(self, tab: str, page: Any) -> dict[str, Any]:
        if tab == "due":
            return {"entities": list(page)}
        return {"lines": [shown.visit_line(row) for row in page]}

    def _narrowed(self, rows: QuerySet[Any], wanted: dict[str, Any], path: str, person: str) -> QuerySet[Any]:
        if "officer" in wanted:
            rows = rows.filter(**{person: wanted["officer"]})
        return see.by_words(rows, wanted.get("q", ""), path)


class PickEntity(AccompanyView):
    """Whom to visit."""

    access = accompanist

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "")[:60]
        rows = see.to_accompany(self.actor)
        listed = self.listed(see.by_words(rows, words, ""))
        context = {"words": words, "crumbs": crumbs((_("安排走访"), "")), "visiting": True, **listed}
        return self.page("pick", context)


class _OfEntity(Sheet):
    """A new visit of an entity."""

    entity: Entity

    def prepare(self, **kwargs: Any) -> None:
        self.entity = entities.get_visible(self.actor, kwargs["code"])
        entity_officer.require(self.actor, self.entity)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"entity": self.entity}

    def get_initial(self) -> dict[str, Any]:
        return {"visitor": self.actor.user_id, "kind": VisitKind.ON_SITE}

    def get_success_url(self) -> str:
        return reverse("filings:visit", args=[self.made.pk])

    def after(self, result: Visit) -> HttpResponse:
        self.made = result
        return super().after(result)


class Plan(_OfEntity):
    form_class = VisitPlanForm
    success_message = gettext_lazy("走访已安排，到期前会提醒走访人。")

    def perform(self, form: forms.Form) -> Visit:
        return visits.plan(actor=self.actor, entity=self.entity, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        return {
            "heading": _("安排走访"),
            "lead": self.entity.name,
            "button": _("安排"),
            "facts": shown.entity_facts(self.entity),
            "back": reverse("filings:visits"),
            "other": {
                "label": _("已经走访过，直接登记结果"),
                "url": reverse("filings:visit_held", args=[self.entity.code]),
            },
            "crumbs": crumbs((_("安排走访"), "")),
        }


class Held(_OfEntity):
    form_class = VisitHeldForm
    success_message = gettext_lazy("走访结果已登记。")

    def perform(self, form: forms.Form) -> Visit:
        return visits.hold(actor=self.actor, entity=self.entity, **form.cleaned_data)

    def around(self) -> dict[str, Any]:
        return {
            "heading": _("登记走访结果"),
            "lead": self.entity.name,
            "button": _("登记"),
            "facts": shown.entity_facts(self.entity),
            "back": reverse("filings:visits"),
            "crumbs": crumbs((_("登记走访结果"), "")),
        }


class OneVisit(AccompanyView):
    """One visit: what was planned, what was seen, which problems were found."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_visit(self.actor, pk)
        found = see.problems_on_desk(self.actor).filter(visit=row)
        context = {
            "visit": row,
            "line": shown.visit_line(row),
            "facts": shown.entity_facts(row.entity),
            "may_act": matter_officer(self.actor, row),
            "problems": [shown.problem_line(problem) for problem in found],
            "crumbs": crumbs((row.entity.name, "")),
        }
        return self.page("visit", context)


class _OfVisit(Sheet):
    """Something done with a visit."""

    visit: Visit
    heading: Any = ""
    button: Any = ""
    danger = False

    def prepare(self, **kwargs: Any) -> None:
        self.visit = see.get_visit(self.actor, kwargs["pk"])
        matter_officer.require(self.actor, self.visit)
        if not self.visit.is_planned:
            raise NotNow.one("visit", _("这次走访已经登记结果或者取消，不能再改。"))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"entity": self.visit.entity}

    def get_success_url(self) -> str:
        return reverse("filings:visit", args=[self.visit.pk])

    def around(self) -> dict[str, Any]:
        url = self.get_success_url()
        return {
            "heading": self.heading,
            "lead": self.visit.entity.name,
            "button": self.button,
            "danger": self.danger,
            "facts": [
                *shown.entity_facts(self.visit.entity),
                {"label": _("计划日期"), "value": self.visit.planned_on.isoformat()},
                {"label": _("走访内容"), "value": self.visit.purpose},
            ],
            "back": url,
            "crumbs": crumbs((self.visit.entity.name, url), (self.heading, "")),
        }


class Record(_OfVisit):
    form_class = VisitRecordForm
    heading, button = gettext_lazy("登记走访结果"), gettext_lazy("登记")
    success_message = gettext_lazy("走访结果已登记。走访中发现的困难可以在本页登记。")

    def perform(self, form: forms.Form) -> Visit:
        return visits.record(actor=self.actor, visit=self.visit, **form.cleaned_data)


class Change(_OfVisit):
    form_class = VisitPlanForm
    heading, button = gettext_lazy("修改走访安排"), gettext_lazy("保存")
    success_message = gettext_lazy("走访安排已修改。")

    def get_initial(self) -> dict[str, Any]:
        row = self.visit
        return {
            "planned_on": row.planned_on,
            "kind": row.kind,
            "visitor": row.visitor_id,
            "purpose": row.purpose,
        }

    def perform(self, form: forms.Form) -> Visit:
        return visits.change(actor=self.actor, visit=self.visit, **form.cleaned_data)


class CallOff(_OfVisit):
    form_class = CallOffForm
    heading, button, danger = gettext_lazy("取消走访"), gettext_lazy("取消走访"), True
    success_message = gettext_lazy("走访已取消。")

    def perform(self, form: forms.Form) -> Visit:
        return visits.call_off(actor=self.actor, visit=self.visit, **form.cleaned_data)


class FoundProblem(_OfVisit):
    """A problem heard on a visit that has taken place."""

    form_class = VisitProblemForm
    heading, button = gettext_lazy("登记走访中发现的困难"), gettext_lazy("登记")
    success_message = gettext_lazy("困难已登记，请确定责任人和答复期限。")

    def prepare(self, **kwargs: Any) -> None:
        self.visit = see.get_visit(self.actor, kwargs["pk"])
        matter_officer.require(self.actor, self.visit)
        if self.visit.held_on is None:
            raise NotNow.one("not_held", _("请先登记走访结果，再登记走访中发现的困难。"))

    def perform(self, form: forms.Form) -> Any:
        return problems.raise_on_visit(actor=self.actor, visit=self.visit, **form.cleaned_data)
