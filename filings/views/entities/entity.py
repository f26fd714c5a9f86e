"""登记主体: the list of those an actor sees, and everything about one of them on one page."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _

from accounts.permissions import is_unit_member
from core import clock
from filings.filters_entities import EntityFilter
from filings.forms_entities import DayForm
from filings.models import Entity
from filings.presentation import accompany, history
from filings.presentation import duties as duties_shown
from filings.presentation import entity as shown
from filings.presentation import entity_steps as steps
from filings.selectors import accompany as matters
from filings.selectors import entities as see
from filings.selectors import entity_list, entity_page
from filings.selectors.worklist import industry_options
from filings.views.entities.base import EntityView, crumbs
from filings.views.staff.base import desk_reader

PER_PAGE = 20
SHOWN_FILTERS = ("kind", "district", "industry", "officer", "q")


class Entities(EntityView):
    """Staff: tabs, filters, search. A unit: those it leads or belongs to."""

    access = (desk_reader | is_unit_member).saying(is_unit_member.sentence)

    def get(self, request: HttpRequest) -> HttpResponse:
        staff = desk_reader(self.actor, None)
        found = EntityFilter(request.GET, queryset=see.looked_after_by(self.actor), request=request)
        rows, context = (
            self._of_staff(found) if staff else (see.as_unit(self.actor).order_by("name_key", "pk"), {})
        )
        pages = Paginator(entity_list.shown(rows, self.actor), PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        names = dict(industry_options())
        context |= {
            "staff": staff,
            "lines": [shown.line(row, clock.today(), names) for row in page],
            "page": page,
            "page_range": list(pages.get_elided_page_range(page.number)),
        }
        return render(request, "filings/entities/list.html", context)

    def _of_staff(self, found: EntityFilter) -> tuple[QuerySet[Entity], dict[str, Any]]:
        query = self.request.GET
        asked = query.get("tab", "")
        tab = asked if asked in entity_list.TABS else next(iter(entity_list.TABS))
        numbers = entity_list.counts(found.qs)
        chips = _chips(query, found)
        return entity_list.in_tab(found.qs, tab), {
            "tabs": [
                {"label": label, "url": _with(query, tab=key), "count": numbers[key], "current": key == tab}
                for key, label in entity_list.TABS.items()
            ],
            "tab": tab,
            "tab_label": entity_list.TABS[tab],
            "filter": found,
            "form": found.form,
            "has_contacts": len(list(found.form.fields["officer"].choices)) > 1,
            "chips": chips,
            "clear_url": f"?tab={tab}",
            "empty": _why_empty(tab, bool(chips)),
        }


def _with(query: QueryDict, *without: str, **changes: str) -> str:
    copy = query.copy()
    for name in (*without, "page"):
        copy.pop(name, None)
    for name, value in changes.items():
        copy[name] = value
    return f"?{copy.urlencode()}"


def _chips(query: QueryDict, found: EntityFilter) -> list[dict[str, Any]]:
    """The filters that are at work, each with the address without it."""
    data = getattr(found.form, "cleaned_data", {}) if found.errors is not None else {}
    chips = []
    for name in SHOWN_FILTERS:
        value = data.get(name)
        if value:
            field = found.form.fields[name]
            words = dict(flatten_choices([*getattr(field, "choices", ())])).get(value, value)
            chips.append({"label": field.label, "value": words, "url": _with(query, name)})
    return chips


def _why_empty(tab: str, narrowed: bool) -> dict[str, str]:
    if narrowed:
        return {
            "title": _("没有符合条件的登记主体"),
            "reason": _("可以去掉上方的一项条件，或换一个分类查找。"),
        }
    reasons = {
        "valid": _("登记入册后列在这里。"),
        "expiring": _("未来 90 天内没有到期的主体。"),
        "expired": _("没有已到期而未办理延续的主体。"),
        "unmet": _("在册主体均符合各自的条件。成员退出等变化后，条件自动重新核验。"),
        "cancelling": _("没有正在办理的取消程序。"),
        "ended": _("没有退出、并入或者取消的主体。"),
    }
    return {"title": _("暂无登记主体"), "reason": reasons[tab]}


class EntityPage(EntityView):
    """Every part that this actor may read."""

    template = "filings/entities/entity.html"

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        sight = entity_page.Sight(self.actor, see.get_visible(self.actor, code))
        form = DayForm(request.GET)
        on = form.day
        context = {
            "entity": sight.entity,
            "sight": sight,
            "on": on,
            "form": form,
            "crumbs": crumbs(sight.entity),
            **self._head(sight),
            **self._parts(sight, on),
        }
        return render(request, self.template, context)

    def _head(self, sight: entity_page.Sight) -> dict[str, Any]:
        entity, today = sight.entity, clock.today()
        waivers = list(entity_page.waivers(sight))
        cases = list(entity_page.cancellations(sight))
        found = (
            steps.of_staff(sight, cancelling=steps.is_cancelling(cases))
            if sight.is_staff
            else steps.of_unit(sight)
        )
        return {
            "status": shown.standing(entity, today),
            "lamp": shown.light(entity),
            "unmet": shown.unmet(sight, waivers),
            "industry": dict(industry_options()).get(entity.industry, entity.industry),
            "steps": found,
            "waivers": shown.waiver_lines(waivers, sight),
            "cancellations": shown.cancellation_lines(cases, entity),
            "hearing": None if sight.is_staff else shown.hearing(cases),
            "links": shown.link_lines(entity, entity_page.links(entity)),
        }

    def _parts(self, sight: entity_page.Sight, on: Any) -> dict[str, Any]:
        entity, actor, inside = sight.entity, sight.actor, sight.reads_inside
        people = entity_page.members(entity, on)
        visits = accompany.told_visits(matters.visit_rows(actor, entity))
        return {
            "members": shown.member_lines(entity, people, on, inside=inside),
            "profile": shown.profile_blocks(entity),
            "levels": shown.level_lines(entity, on),
            "rooms": shown.rooms(entity, actor),
            "filings": shown.filing_lines(entity_page.filings(sight), staff=sight.is_staff),
            "open_duties": duties_shown.lines(entity_page.open_duties(sight), actor),
            "done_duties": duties_shown.lines(entity_page.done_duties(sight), actor),
            "papers": shown.paper_lines(entity_page.papers(sight), clock.today()),
            "ratings": [shown.rating_line(row, inside=inside) for row in entity_page.ratings(sight)],
            "visits": visits,
            "problems": [accompany.problem_line(row) for row in matters.problem_rows(actor, entity)],
            "history": history.lines(entity, until=on, public=not sight.is_staff),
        }


class EntityPrint(EntityPage):
    """The same on paper."""

    template = "filings/entities/print.html"
