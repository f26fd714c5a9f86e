"""Statistics of one cluster for its page: the latest figures and their series. A constant number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from clusters.enums_statistics import REPORTED, VOUCHED
from clusters.models import ClusterReturn, Period, ReturnValue
from clusters.statistics_checks import Indicator, change
from filings.models import Entity

LONGEST = 40


@dataclass(frozen=True)
class Figure:
    """The latest figure of an indicator, with the same period of the year before."""

    indicator: Indicator
    period: str
    value: Decimal | None
    previous: Decimal | None
    same: Decimal | None
    vouched: bool
    owner: int

    @property
    def on_year(self) -> Decimal | None:
        return change(self.value, self.same)


def latest(entity: Entity, *, vouched: bool = False) -> list[Figure]:
    """The figures of the last period that was reported (with `vouched`: confirmed by the province). Two queries."""
    states = VOUCHED if vouched else REPORTED
    rows = ClusterReturn.objects.filter(entity=entity, state__in=states).select_related("period")
    owner = rows.order_by("-period__ends_on").first()
    if owner is None:
        return []
    values = {row.indicator: row for row in owner.values.all()}
    sure = owner.state in VOUCHED
    found = []
    for indicator in owner.period.indicators:
        row = values.get(indicator.key)
        if row is not None and row.value is not None:
            found.append(
                Figure(indicator, owner.period.label, row.value, row.previous, row.same, sure, owner.pk)
            )
    return found


def newest_statistics(cluster: Entity, *, public: bool) -> list[dict[str, Any]]:
    """[{"label", "value", "unit", "previous", "period", "url"}] of the newest period: what the province confirmed for the
    public, what was reported for those who read the cluster from the inside. Two queries."""
    return [
        {
            "label": figure.indicator.label,
            "value": figure.value,
            "unit": figure.indicator.unit,
            "previous": figure.previous,
            "period": figure.period,
            "url": "" if public else reverse("clusters:return", args=[figure.owner]),
        }
        for figure in latest(cluster, vouched=public)
    ]


def series(
    entity: Entity, *, periods: int = LONGEST, vouched: bool = False
) -> dict[str, list[tuple[str, Decimal | None]]]:
    """{indicator: [(period, value or nothing)]}, oldest first, over the last periods. Two queries."""
    return series_of([entity.pk], periods=periods, vouched=vouched).get(entity.pk, {})


def series_of(
    entities: list[int], *, periods: int = LONGEST, vouched: bool = False
) -> dict[int, dict[str, list[tuple[str, Decimal | None]]]]:
    """The same for several clusters: {cluster: {indicator: [(period, value)]}}. Two queries however many."""
    spans = Period.objects.filter(returns__entity__in=entities).distinct().order_by("-ends_on")[:periods]
    ordered = sorted(spans, key=lambda period: (period.ends_on, period.cadence))
    wanted = {
        "owner__entity__in": entities,
        "owner__period__in": ordered,
        "owner__state__in": VOUCHED if vouched else REPORTED,
    }
    columns = ("owner__entity_id", "owner__period_id", "indicator", "value")
    known: dict[tuple[int, int, str], Decimal] = {
        (entity, period, key): value
        for entity, period, key, value in ReturnValue.objects.filter(**wanted).values_list(*columns)
        if value is not None
    }
    keys = list(dict.fromkeys(indicator.key for period in ordered for indicator in period.indicators))
    return {
        entity: {
            key: [(short(period), known.get((entity, period.pk, key))) for period in ordered] for key in keys
        }
        for entity in entities
    }


def short(period: Period) -> str:
    """`2025Q4` or `2025-04`: for axes and heads of tables."""
    mark = "Q" if period.cadence == "quarter" else "-"
    return f"{period.year}{mark}{period.number:02d}" if mark == "-" else f"{period.year}{mark}{period.number}"


def standing(entity: Entity) -> dict[str, Any]:
    """What the cluster's page says in a line: {last, reported, missing, late}. One query."""
    rows = ClusterReturn.objects.filter(entity=entity).select_related("period").order_by("-period__ends_on")
    listed = list(rows[:LONGEST])
    return {
        "last": listed[0] if listed else None,
        "reported": sum(1 for row in listed if row.first_submitted_at is not None),
        "missing": sum(1 for row in listed if row.is_missing),
        "late": sum(1 for row in listed if row.is_late and not row.is_missing),
    }
