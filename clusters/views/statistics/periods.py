"""Periods: what is due, who has not reported, what may be done with many at once; trends over the periods."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import permissions_statistics as may
from clusters.enums_statistics import Cadence, ReturnState
from clusters.forms_statistics import PeriodForm
from clusters.models import ClusterReturn, Period
from clusters.presentation import statistics as shown
from clusters.selectors import statistics as see
from clusters.selectors.statistics_half_year import kinds_kept, visible_dispatches
from clusters.selectors.statistics_summary import series_of
from clusters.services import statistics_periods, statistics_returns
from clusters.statistics_calendar import ended_before
from clusters.views.statistics.base import StatisticsView, crumbs, reader
from clusters.workflow_statistics import RETURN
from core import clock
from core.errors import NotAllowed
from core.presentation import charts
from filings.views.accompany.base import Sheet

MATRIX = 8  # periods side by side
CHARTED = 40
BATCH = ("accept", "confirm", "lock")


class Periods(StatisticsView):
    """A body sees its returns, newest first; an office its periods with how far each is."""

    access = reader

    def get(self, request: HttpRequest) -> HttpResponse:
        if not may.is_office(self.actor, None):
            return self._of_body()
        periods = see.visible_periods(self.actor).order_by("-ends_on", "entity_kind")
        listed, counts = self.listed(periods), see.counts_by_period(self.actor)
        context = {
            "lines": [shown.period_line(period, counts.get(period.pk, {})) for period in listed["page"]],
            "may_open": bool(kinds_kept(self.actor)),
            "reads_half_years": may.half_year_reader(self.actor),
            **listed,
        }
        return self.page("periods", context)

    def _of_body(self) -> HttpResponse:
        rows = see.visible_returns(self.actor).order_by("-period__ends_on", "entity__name_key", "id")
        listed = self.listed(rows)
        lines = [shown.return_line(owner) for owner in listed["page"]]
        return self.page("own", {"lines": lines, **listed})


class OnePeriod(StatisticsView):
    """The returns of a period: what is missing first, then the outliers; clean ones are taken together."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        period = see.get_period(self.actor, pk)
        owners = list(see.visible_returns(self.actor).filter(period=period).order_by("entity__name_key"))
        sheets = see.sheets(owners)
        lines = [shown.return_line(owner, sheets[owner.pk]) for owner in owners]
        lines.sort(key=lambda line: (not line["missing"], not line["outliers"]))
        counts = see.counts_by_period(self.actor).get(period.pk, {})
        context = {
            "period": period,
            "line": shown.period_line(period, counts),
            "lines": lines,
            "missing": [line for line in lines if line["missing"]],
            "actions": self._actions(owners),
            "dispatches": visible_dispatches(self.actor).filter(period=period).order_by("entity__name_key"),
            "office": may.is_office(self.actor, None),
            "reads_half_years": may.half_year_reader(self.actor),
            "crumbs": crumbs((period.label, "")),
        }
        return self.page("period", context)

    def _actions(self, owners: list[ClusterReturn]) -> list[dict[str, Any]]:
        """What this actor may do with many of them."""
        offered = {t.name for owner in owners for t in RETURN.available(owner, self.actor)}
        return [{"name": name, "label": RETURN[name].label} for name in BATCH if name in offered]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        period = see.get_period(self.actor, pk)
        chosen = [int(n) for n in request.POST.getlist("returns") if n.isdecimal() and len(n) < 12]
        owners = see.visible_returns(self.actor).filter(period=period)
        owners = owners if request.POST.get("all") else owners.filter(pk__in=chosen)
        name = request.POST.get("action", "")
        if name == "remind":
            self._remind(list(owners.filter(state__in=(ReturnState.DRAFT, ReturnState.RETURNED))))
        elif name in BATCH:
            told = statistics_returns.many(actor=self.actor, name=name, owners=owners)
            self._tell(RETURN[name].label, told)
        return HttpResponseRedirect(reverse("clusters:period", args=[period.pk]))

    def _remind(self, owners: list[ClusterReturn]) -> None:
        for owner in owners:
            statistics_returns.remind(actor=self.actor, owner=owner)
        messages.success(self.request, _("已向 %(n)s 个集群催报。") % {"n": len(owners)})

    def _tell(self, label: Any, told: dict[str, list[Any]]) -> None:
        if told["done"]:
            words = _("%(act)s：已办理 %(n)s 份。")
            messages.success(self.request, words % {"act": label, "n": len(told["done"])})
        for owner, why in told["skipped"]:
            messages.warning(self.request, f"{owner.entity.name}：{why}")
        if not told["done"] and not told["skipped"]:
            messages.info(self.request, _("没有选择报表。"))


class OpenPeriod(Sheet):
    form_class = PeriodForm
    success_message = gettext_lazy("报告期已开放，集群管理机构可以填报。")

    def prepare(self, **kwargs: Any) -> None:
        self.kinds = kinds_kept(self.actor)
        if not self.kinds:
            raise NotAllowed.one("not_allowed", may.period_keeper.sentence)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"kinds": self.kinds}

    def get_initial(self) -> dict[str, Any]:
        span = ended_before(clock.today(), Cadence.QUARTER)
        return {"cadence": span.cadence, "year": span.year, "number": span.number}

    def perform(self, form: Any) -> Period:
        return statistics_periods.open_period(actor=self.actor, **form.cleaned_data)

    def after(self, result: Period) -> HttpResponse:
        return HttpResponseRedirect(reverse("clusters:period", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        return {
            "heading": _("开放报告期"),
            "lead": _("报告期结束后会自动开放；需要补开或者另定期限的，在这里办理。"),
            "button": _("开放填报"),
            "back": reverse("clusters:statistics"),
            "crumbs": crumbs((_("开放报告期"), "")),
        }


class Overview(StatisticsView):
    """Periods side by side for each cluster, and a small picture for each indicator."""

    access = may.is_office

    def get(self, request: HttpRequest) -> HttpResponse:
        clusters = list(see.visible_clusters(self.actor))
        reported = see.visible_periods(self.actor).filter(returns__entity__in=clusters).distinct()
        periods = list(reported.order_by("-ends_on", "entity_kind")[:MATRIX])
        asked = request.GET.get("cluster", "")
        chosen = next((row for row in clusters if row.code == asked), clusters[0] if clusters else None)
        context = {
            "heads": [{"label": period.label, "kind": period.kind_label} for period in periods],
            "rows": self._matrix(clusters, periods),
            "clusters": clusters,
            "chosen": chosen,
            "charts": self._charts(chosen),
            "crumbs": crumbs((_("各期一览"), "")),
        }
        return self.page("overview", context)

    def _matrix(self, clusters: list[Any], periods: list[Period]) -> list[dict[str, Any]]:
        owners = see.visible_returns(self.actor).filter(period__in=periods)
        known = {(owner.entity_id, owner.period_id): shown.return_line(owner) for owner in owners}
        rows = []
        for entity in clusters:
            cells = [known.get((entity.pk, period.pk)) for period in periods]
            if any(cells):
                rows.append({"entity": entity, "cells": cells})
        return rows

    def _charts(self, entity: Any) -> list[charts.Chart]:
        if entity is None:
            return []
        found = series_of([entity.pk], periods=CHARTED)[entity.pk]
        owner = entity.statistics_returns.select_related("period").order_by("-period__ends_on").first()
        indicators = owner.period.indicators if owner else []
        return [charts.line(i.label, found.get(i.key, []), unit=i.unit) for i in indicators if i.key in found]
