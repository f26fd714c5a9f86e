"""Periods open by themselves on the day after they end, or by an officer; each expected cluster gets its return."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.enums_statistics import STRATEGIC, Cadence
from clusters.models import ClusterReturn, DispatchSheet, Period
from clusters.permissions_statistics import period_keeper
from clusters.selectors.statistics import REPORT, expected, province
from clusters.statistics_calendar import Span, ended_before
from core import audit, clock, jobs
from core.actor import Actor
from core.errors import Invalid, Problem, raise_if
from filings.services import duties
from policy.book import Law
from policy.law import law_on

JOB = "clusters.periods"
PEOPLE = ("head", "statistician", "filler", "phone")


def scheme_on(law: Law) -> dict[str, Any]:
    """The form as it is law on a day: indicators in order, thresholds."""
    required = tuple(law.item(REPORT).data["indicators"])
    optional = tuple(law.value("procedure.statistics_optional") or ())
    rows = []
    for key in (*required, *optional):
        item = law.item(key)
        rows.append(
            {
                "key": key,
                "label": item.label,
                "unit": item.data["unit"],
                "kind": item.data["kind"],
                "cumulative": bool(item.data.get("cumulative_in_year", False)),
                "may_be_negative": bool(item.data.get("may_be_negative", False)),
                "required": key in required,
            }
        )
    return {
        "indicators": rows,
        "change": str(law.value("procedure.statistics_change")),
        "history": int(law.value("procedure.statistics_history")),
        "clause": law.cite(REPORT),
    }


@transaction.atomic
def open_period(
    *,
    actor: Actor,
    entity_kind: str,
    cadence: str,
    year: int,
    number: int,
    due_on: datetime.date | None = None,
) -> Period:
    """Open a period of a kind of cluster and give each expected cluster its return. Opening it again only adds
    those that are missing. Raises NotAllowed, Invalid."""
    if not actor.is_system:
        period_keeper.require(actor, entity_kind)
    span = Span(cadence, year, number)
    law = law_on(span.ends_on if span.is_valid else clock.today(), province())
    raise_if(_unfit(span, law, entity_kind, due_on))
    due = due_on or span.due_on(int(law.value("stat_quarterly_report.due_days")))
    period, made = Period.objects.get_or_create(
        entity_kind=entity_kind,
        cadence=cadence,
        year=year,
        number=number,
        defaults={
            "starts_on": span.starts_on,
            "ends_on": span.ends_on,
            "opens_on": span.ends_on + datetime.timedelta(days=1),
            "due_on": due,
            "scheme": scheme_on(law),
            "opened_at": clock.now(),
            "opened_by": actor.user,
        },
    )
    added = admit(period)
    if made:
        detail = {"period": period.label, "kind": entity_kind, "due_on": period.due_on, "returns": added}
        audit.record("period.open", actor=actor, obj=period, detail=detail)
    duties.sync(period)
    return period


def _unfit(span: Span, law: Law, kind: str, due_on: datetime.date | None) -> list[Problem]:
    if not span.is_valid or span.cadence not in Cadence.values:
        return [Problem("number", _("没有这个报告期。"), "number")]
    found = []
    if kind not in tuple(law.value("procedure.statistics_kinds") or ()):
        found.append(Problem("kind", _("这类集群不报送统计报表。"), "entity_kind"))
    if span.ends_on >= clock.today():
        found.append(Problem("not_ended", _("报告期结束后才能开放填报。"), "number"))
    if due_on is not None and due_on <= span.ends_on:
        found.append(Problem("due_on", _("报送期限应晚于报告期末。"), "due_on"))
    return found


def admit(period: Period) -> int:
    """Give every expected cluster its return, and its dispatch sheet where a quarter closes; how many were new."""
    known = set(period.returns.values_list("entity_id", flat=True))
    new = [entity for entity in expected(period) if entity.pk not in known]
    for entity in new:
        made = ClusterReturn.objects.create(period=period, entity=entity, **_people(entity.pk, period))
        duties.sync(made)
        if period.closes_quarter and period.entity_kind == STRATEGIC:
            duties.sync(DispatchSheet.objects.get_or_create(period=period, entity=entity)[0])
    return len(new)


def _people(entity_id: int, period: Period) -> dict[str, str]:
    """The names under the last return stand under this one until somebody changes them."""
    earlier = ClusterReturn.objects.filter(entity_id=entity_id, period__ends_on__lt=period.ends_on)
    last = earlier.order_by("-period__ends_on").values(*PEOPLE).first()
    return dict(last or {})


def open_due(running: jobs.Running) -> dict[str, Any]:
    """The job of a day: the last period that is over is open for each kind that reports, with every cluster in it."""
    today, system = clock.today(), Actor.system()
    law = law_on(today, province())
    span = ended_before(today, str(law.value("procedure.statistics_cadence", Cadence.QUARTER)))
    opened = []
    for kind in tuple(law.value("procedure.statistics_kinds") or ()):
        try:
            period = open_period(
                actor=system, entity_kind=kind, cadence=span.cadence, year=span.year, number=span.number
            )
        except Invalid:
            continue
        opened.append({"kind": kind, "period": period.label})
    return {"opened": opened}


def ring() -> None:
    """Queue the look of today, once."""
    jobs.enqueue(JOB, period=clock.today().isoformat())
