"""The chain of platforms: the overview, the list behind each number, named instances, the incubation chain."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Level
from core import clock
from platforms import permissions as may
from platforms.enums import ChainStep
from platforms.forms import PlatformFilter
from platforms.selectors import overview as see
from platforms.types import department_labels, of
from platforms.views.base import PlatformPage
from policy.law import law_on

LEVELS = (Level.NATIONAL, Level.PROVINCIAL, Level.MUNICIPAL, Level.DISTRICT)


def _link(on: datetime.date, **wanted: str) -> str:
    query = "&".join(f"{key}={value}" for key, value in {**wanted, "on": on.isoformat()}.items() if value)
    return f"{reverse('platforms:list')}?{query}"


def _on(request: HttpRequest) -> datetime.date:
    """The day asked for, else today; nothing is known of tomorrow."""
    try:
        asked = datetime.date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return clock.today()
    return min(asked, clock.today())


class Overview(PlatformPage):
    """Four stages × types × levels; each number leads to a list of that length."""

    access = may.overseer

    def get(self, request: HttpRequest) -> HttpResponse:
        on = _on(request)
        law = law_on(on, "370300")
        context = {
            "on": on,
            "columns": [self._column(column, on) for column in see.chain(self.actor, on)],
            "levels": [level.label for level in LEVELS],
            "ladder": see.ladder(self.actor, on),
            "running_url": _link(on),
            "layers": see.layers(),
            "chain_clause": law.cite("platform_chain_four_stage"),
            "ladder_clause": law.cite("fil_platform_ladder"),
            "layers_clause": law.cite("innovation_system_three_layer"),
        }
        return self.page("overview", context)

    def _column(self, column: see.Column, on: datetime.date) -> dict[str, Any]:
        rows = [
            {
                "label": row.kind.label,
                "total": row.total,
                "url": _link(on, kind=row.kind.key),
                "departments": "、".join(department_labels(row.kind)),
                "cells": [
                    {
                        "label": level.label,
                        "n": row.counts.get(level, 0),
                        "has": level in row.kind.levels,
                        "url": _link(on, kind=row.kind.key, level=level.value),
                    }
                    for level in LEVELS
                ],
            }
            for row in column.rows
        ]
        url = _link(on, stage=column.stage.key)
        return {"stage": column.stage, "total": column.total, "url": url, "rows": rows}


class PlatformList(PlatformPage):
    """Platforms in force on a day in this office's place."""

    access = may.overseer

    def get(self, request: HttpRequest) -> HttpResponse:
        filters = PlatformFilter(request.GET)
        wanted = filters.wanted()
        listed = self.listed(see.listed(self.actor, wanted))
        lines = [
            {
                "entity": entity,
                "kind": of(entity.kind).label,
                "stage": of(entity.kind).stage.label,
                "level": Level(entity.level_then).label,
            }
            for entity in listed["page"]
        ]
        narrowed = set(wanted) - {"on"}
        return self.page(
            "list", {"filter": filters, "lines": lines, "on": wanted["on"], "narrowed": narrowed, **listed}
        )


class Named(PlatformPage):
    """What the documents name: on the register or not."""

    access = "public"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page("named", {"rows": see.instances(clock.today())})


class Chain(PlatformPage):
    """苗圃 + 孵化器 + 加速器 + 科技园区."""

    access = may.overseer

    def get(self, request: HttpRequest) -> HttpResponse:
        on = _on(request)
        words = dict(ChainStep.choices)
        steps = [
            {
                "step": step,
                "url": _link(on, kind=step.key),
                "came": [_("%(step)s %(n)s 家") % {"step": words[k], "n": n} for k, n in step.came.items()],
            }
            for step in see.incubation(self.actor, on)
        ]
        clause = law_on(on, "370300").cite("incubation_chain_four_stage")
        return self.page("chain", {"on": on, "steps": steps, "clause": clause})
