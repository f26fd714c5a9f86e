"""Half-year reports: which an actor sees, and the figures of a half-year as plain data. No writes."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import DistrictKind, Role
from accounts.models import Organisation
from accounts.selectors import places_within
from clusters import permissions_statistics as may
from clusters.enums_statistics import INNOVATIVE, STRATEGIC, VOUCHED
from clusters.models import ClusterReturn, DispatchSheet, HalfYearReport, Period, ReturnValue
from clusters.selectors.statistics import reach_of, reasons_on
from clusters.statistics_calendar import cumulated_label, half_year_label, half_year_of
from clusters.statistics_checks import Indicator, change
from core.actor import Actor
from core.errors import NotVisible

FORMS = {STRATEGIC: "ZX-BN-1", INNOVATIVE: "CX-BN-1"}  # our own numbers of the form


# --- which -----------------------------------------------------------------------------------------


def kinds_kept(actor: Actor) -> list[str]:
    """Kinds of cluster whose periods and reports this actor keeps."""
    return [kind for kind in (STRATEGIC, INNOVATIVE) if may.period_keeper(actor, kind)]


def visible_reports(actor: Actor) -> QuerySet[HalfYearReport]:
    """Those of the own bureau for who writes them; for the auditor those of bureaus of the own place."""
    reach = Q(pk__in=[])
    if actor.user is not None and actor.organisation is not None:
        reach |= Q(bureau_id=actor.organisation_id, entity_kind__in=kinds_kept(actor))
        if actor.has_role(Role.AUDITOR):
            place = actor.organisation.jurisdiction
            inside = Q(bureau__jurisdiction__in=places_within(place)) if place else Q(pk__in=[])
            reach |= inside | Q(bureau_id=actor.organisation_id)
    return HalfYearReport.objects.filter(reach).select_related("bureau", "workbook", "paper", "supersedes")


def get_report(actor: Actor, pk: int) -> HalfYearReport:
    rows = visible_reports(actor).select_related("frozen_by", "issued_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible.one("report", _("没有找到这份汇总，或您无权查看。"))
    return found


def visible_dispatches(actor: Actor) -> QuerySet[DispatchSheet]:
    """Of the clusters this actor sees as an office or as their body."""
    return DispatchSheet.objects.filter(reach_of(actor)).select_related("period", "entity")


def get_dispatch(actor: Actor, pk: int) -> DispatchSheet:
    rows = DispatchSheet.objects.select_related(
        "period", "entity__district__parent", "entity__lead", "entity__authority", "submitted_by"
    )
    found = rows.filter(pk=pk).first()
    if found is None or not may.viewer(actor, found):
        raise NotVisible.one("dispatch", _("没有找到这份调度表，或您无权查看。"))
    return found


# --- the figures -----------------------------------------------------------------------------------


def period_of(kind: str, year: int, half: int) -> Period | None:
    """The period that ends with the half-year; the quarter where there is also a month."""
    ends_on = half_year_of(year, half)[1]
    return Period.objects.filter(entity_kind=kind, ends_on=ends_on).order_by("-cadence").first()


def figures(kind: str, bureau: Organisation, year: int, half: int) -> dict[str, Any]:
    """What both papers print: {form, period, indicators, clusters, totals, missing, footnotes}. Numbers as text.

    Counted is what the level above has confirmed; every other cluster is named with where it stands.
    """
    period = period_of(kind, year, half)
    rows = _returns(period, bureau) if period else []
    counted = [row for row in rows if row.state in VOUCHED]
    indicators = period.indicators if period else []
    values = _values(counted)
    notes = _Notes(
        reasons_on(period.ends_on, bureau.jurisdiction.code) if period and bureau.jurisdiction else {}
    )
    clusters = [_cluster(row, indicators, values.get(row.pk, {}), notes) for row in counted]
    return {
        "form": {"number": FORMS.get(kind, ""), "maker": bureau.name, "half": half_year_label(year, half)},
        "covers": cumulated_label(half),
        "indicators": [
            {"key": i.key, "label": i.label, "unit": i.unit, "cumulative": i.cumulative} for i in indicators
        ],
        "clusters": clusters,
        "totals": {i.key: _total(i, values.values()) for i in indicators},
        "missing": [
            {
                "code": row.entity.code,
                "name": row.entity.name,
                "place": _city(row),
                "why": str(row.get_state_display()),
            }
            for row in rows
            if row.state not in VOUCHED
        ],
        "footnotes": notes.listed,
    }


def _returns(period: Period, bureau: Organisation) -> list[ClusterReturn]:
    rows = period.returns.select_related("entity__district__parent", "entity__lead")
    if bureau.jurisdiction is not None:
        rows = rows.filter(entity__district__in=places_within(bureau.jurisdiction))
    return list(rows.order_by("entity__district__code", "entity__name_key", "entity_id"))


def _values(rows: list[ClusterReturn]) -> dict[int, dict[str, ReturnValue]]:
    found: dict[int, dict[str, ReturnValue]] = {}
    for value in ReturnValue.objects.filter(owner__in=[row.pk for row in rows]):
        found.setdefault(value.owner_id, {})[value.indicator] = value
    return found


class _Notes:
    """Reasons as numbered footnotes, in the order of the table."""

    def __init__(self, reasons: dict[str, dict[str, Any]]) -> None:
        self.reasons = reasons
        self.listed: list[dict[str, Any]] = []

    def of(self, owner: ClusterReturn, indicator: Indicator, value: ReturnValue) -> int | None:
        if not value.reason_code:
            return None
        label = self.reasons.get(value.reason_code, {}).get("label", value.reason_code)
        note = {
            "number": len(self.listed) + 1,
            "cluster": owner.entity.name,
            "indicator": indicator.label,
            "findings": [check["message"] for check in value.checks],
            "reason": label,
            "text": value.reason_text,
        }
        self.listed.append(note)
        return int(note["number"])


def _cluster(
    row: ClusterReturn, indicators: list[Indicator], values: dict[str, ReturnValue], notes: _Notes
) -> dict[str, Any]:
    cells = {}
    for indicator in indicators:
        value = values.get(indicator.key)
        if value is not None and value.value is not None:
            note = notes.of(row, indicator, value)
            cells[indicator.key] = _cell(value.value, value.same) | {"note": note}
    return {
        "code": row.entity.code,
        "name": row.entity.name,
        "place": _city(row),
        "level": str(row.entity.get_level_display()),
        "receipt": row.receipt,
        "digest": row.digest,
        "late": row.is_late,
        "values": cells,
    }


def _cell(value: Decimal, same: Decimal | None) -> dict[str, Any]:
    share = change(value, same)
    return {
        "value": f"{value:f}",
        "same": None if same is None else f"{same:f}",
        "change": None if share is None else f"{share:.4f}",
    }


def _total(indicator: Indicator, values: Iterable[dict[str, ReturnValue]]) -> dict[str, Any] | None:
    """The sum, and its growth over those clusters alone that have both figures; a share has no sum."""
    if indicator.kind == "ratio":
        return None
    found = [row[indicator.key] for row in values if indicator.key in row]
    known = [(row.value, row.same) for row in found if row.value is not None]
    if not known:
        return None
    total = sum((value for value, _base in known), Decimal(0))
    both = [(value, base) for value, base in known if base is not None]
    same = sum((base for _value, base in both), Decimal(0))
    share = change(sum((value for value, _base in both), Decimal(0)), same) if both else None
    return {
        "value": f"{total:f}",
        "same": f"{same:f}" if both else None,
        "change": None if share is None else f"{share:.4f}",
        "compared": len(both),
        "counted": len(known),
    }


def _city(row: ClusterReturn) -> str:
    place = row.entity.district
    while place.parent is not None and place.kind != DistrictKind.CITY:
        place = place.parent
    return str(place.label)


def reopened_since(report: HalfYearReport) -> list[str]:
    """Names of clusters whose figures were opened again after they went into a report."""
    codes = [row["code"] for row in report.data.get("clusters", ())]
    period = period_of(report.entity_kind, report.year, report.half)
    if period is None or report.issued_at is None:
        return []
    digests = {row["code"]: row["digest"] for row in report.data["clusters"]}
    rows = period.returns.filter(entity__code__in=codes).select_related("entity").order_by("entity__name_key")
    return [
        row.entity.name for row in rows if row.state not in VOUCHED or row.digest != digests[row.entity.code]
    ]
