"""联盟和共同体: the bureau's list as of a day, the targets, and the yearly pages of one alliance."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Level
from alliances.alliance import terms
from alliances.forms import NetworkFilter
from alliances.permissions import desk, record_writer
from alliances.presentation import shown
from alliances.selectors import intensity, networks, yearly
from alliances.views.base import Page, crumbs, under
from core import clock
from core.errors import NotVisible
from filings.models import Entity
from filings.selectors import ladder
from filings.selectors.entities import get_visible


class Networks(Page):
    access = desk

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = NetworkFilter(request.GET or None, initial={"on": clock.today()})
        wanted = filters.wanted() if request.GET else {"on": clock.today()}
        query = networks.Query(**wanted)
        listed = self.listed(networks.with_details(networks.listed(self.actor, query)))
        rows = list(listed["page"])
        missing = yearly.missing_by_entity(row for row in rows if row.kind == terms.KIND)
        lines = [shown.network_line(row, query.on, missing, _level(row, query.on)) for row in rows]
        context = {
            "filter": filters,
            "on": query.on,
            "narrowed": len(wanted) > 1,
            "lines": lines,
            "reads_duties": query.on == clock.today(),
            **listed,
        }
        return self.page("networks", context)


def _level(entity: Entity, on: Any) -> str:
    return str(Level(ladder.level_on(entity, on)).label)


class Goals(Page):
    """共同体目标: what each document wants beside what is on the register on a day; the number opens its list."""

    access = desk

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = NetworkFilter(request.GET or None)
        on = filters.wanted()["on"] if request.GET else clock.today()
        goals = [
            {"goal": goal, "url": f"{reverse('alliances:networks')}?{_query(goal.query)}"}
            for goal in networks.goals(self.actor, on)
        ]
        trail = under(_("联盟和共同体"), "networks", (_("共同体目标"), ""))
        return self.page("goals", {"goals": goals, "on": on, "crumbs": trail})


def _query(query: networks.Query) -> str:
    given = {"kind": query.kind, "level": query.level, "on": query.on.isoformat()}
    return urlencode({name: value for name, value in given.items() if value})


class OfAlliance(Page):
    """A page about one alliance and a year; 404 for other kinds."""

    def alliance(self, code: str) -> Entity:
        """The alliance as this actor sees it."""
        entity = get_visible(self.actor, code)
        if entity.kind != terms.KIND:
            raise NotVisible.one("not_found", _("没有找到这个登记主体，或您无权查看。"))
        return entity

    def year(self, years: list[int], default: int) -> int:
        """The year asked for, if it is one of those offered."""
        asked = self.request.GET.get("year", "")
        return int(asked) if asked.isdecimal() and len(asked) < 5 and int(asked) in years else default


class Tasks(OfAlliance):
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        entity = self.alliance(code)
        years = yearly.years(entity)
        year = self.year(years, yearly.this_year(entity))
        span, rows = yearly.of_year(entity, year)
        context = {
            "entity": entity,
            "years": years,
            "year": year,
            "span": span,
            "lines": [shown.task_line(task) for task in rows],
            "may_add": record_writer(self.actor, entity),
            "crumbs": crumbs(entity, (_("年度任务"), "")),
        }
        return self.page("tasks", context)


class Intensity(OfAlliance):
    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        entity = self.alliance(code)
        years = list(range(clock.today().year, entity.valid_from.year - 1, -1))
        year = self.year(years, intensity.last_year(entity))
        found = intensity.as_read_by(intensity.of_year(entity, year), self.actor, entity)
        context = {
            "entity": entity,
            "years": years,
            "year": year,
            "found": shown.intensity_facts(found),
            "crumbs": crumbs(entity, (_("研发投入强度"), "")),
        }
        return self.page("intensity", context)
