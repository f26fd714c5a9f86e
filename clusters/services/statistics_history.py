"""Figures of the years before the portal, taken over from the books of whoever keeps the periods: locked at once.

They were reviewed when they were reported, so nothing is asked again; later returns are compared with them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from clusters.enums_statistics import REPORTED, ReturnState, Standing
from clusters.models import ClusterReturn, Period, ReturnStep, ReturnValue
from clusters.permissions_statistics import period_keeper
from clusters.selectors.statistics import province
from clusters.services.statistics_periods import scheme_on
from clusters.statistics_calendar import Span
from core import audit, clock, numbering
from core.actor import Actor
from core.canonical import digest
from core.errors import Invalid, Problem, raise_if
from filings.models import Entity
from policy.law import law_on

Figures = Mapping[Entity, Mapping[str, Decimal]]
Known = dict[tuple[int, str], Decimal]


@transaction.atomic
def take_over(
    *, actor: Actor, entity_kind: str, cadence: str, year: int, number: int, figures: Figures
) -> Period:
    """Keep {cluster: {indicator: value}} of a period that is over, each cluster's return locked. Money in the form's unit.

    A cluster that has a return for the period, or an indicator the form does not have, refuses the whole. Raises
    NotAllowed, Invalid.
    """
    if not actor.is_system:
        period_keeper.require(actor, entity_kind)
    span = Span(cadence, year, number)
    if not span.is_valid or span.ends_on >= clock.today():
        raise Invalid.one("number", _("只能转入已经结束的报告期。"), "number")
    period = _period(actor, span, entity_kind)
    raise_if(_unfit(period, figures))
    before = Span(cadence, year, number - 1) if number > 1 else Span(cadence, year - 1, 12 // span.months)
    previous, same = _known(entity_kind, before), _known(entity_kind, Span(cadence, year - 1, number))
    moment = clock.start_of_day(period.due_on)
    owners = ClusterReturn.objects.bulk_create(
        _return(period, entity, values, moment, actor) for entity, values in figures.items()
    )
    ReturnValue.objects.bulk_create(
        ReturnValue(
            owner=owner,
            indicator=key,
            value=value,
            previous=previous.get((owner.entity_id, key)),
            same=same.get((owner.entity_id, key)),
            standing=Standing.ACCEPTED,
        )
        for owner in owners
        for key, value in figures[owner.entity].items()
    )
    ReturnStep.objects.bulk_create(
        ReturnStep(
            owner=owner,
            name="lock",
            text=_("由历史台账转入"),
            at=clock.now(),
            by=actor.user,
            organisation=actor.organisation,
        )
        for owner in owners
    )
    audit.record("period.take_over", actor=actor, obj=period, detail={"returns": len(owners)})
    return period


def _period(actor: Actor, span: Span, entity_kind: str) -> Period:
    law = law_on(span.ends_on, province())
    facts = {
        "starts_on": span.starts_on,
        "ends_on": span.ends_on,
        "opens_on": span.ends_on + datetime.timedelta(days=1),
        "due_on": span.due_on(int(law.value("stat_quarterly_report.due_days"))),
        "scheme": scheme_on(law),
        "opened_at": clock.now(),
        "opened_by": actor.user,
    }
    keys = {"cadence": span.cadence, "year": span.year, "number": span.number}
    return Period.objects.get_or_create(entity_kind=entity_kind, **keys, defaults=facts)[0]


def _unfit(period: Period, figures: Figures) -> list[Problem]:
    known = {indicator.key: indicator for indicator in period.indicators}
    there = set(period.returns.values_list("entity_id", flat=True))
    found = []
    for entity, values in figures.items():
        if entity.kind != period.entity_kind or entity.pk in there:
            words = _("“%(name)s”不能转入%(period)s：类别不符，或者已有报表。")
            found.append(Problem("entity", words % {"name": entity.name, "period": period.label}, "figures"))
        for key in values:
            if key not in known:
                found.append(Problem("unknown_indicator", _("没有这项指标。"), key))
    return found


def _known(entity_kind: str, span: Span) -> Known:
    """What was reported in a period: {(cluster, indicator): value}."""
    rows = ReturnValue.objects.filter(
        owner__period__entity_kind=entity_kind,
        owner__period__cadence=span.cadence,
        owner__period__year=span.year,
        owner__period__number=span.number,
        owner__state__in=REPORTED,
        value__isnull=False,
    )
    columns = ("owner__entity_id", "indicator", "value")
    return {(entity, key): value for entity, key, value in rows.values_list(*columns) if value is not None}


def _return(
    period: Period, entity: Entity, values: Mapping[str, Decimal], moment: datetime.datetime, actor: Actor
) -> ClusterReturn:
    facts = {
        "entity": entity.code,
        "period": [period.entity_kind, period.cadence, period.year, period.number],
    }
    number = numbering.next_number("clusters.return", period.year)
    stamps = dict.fromkeys(
        ("first_submitted_at", "submitted_at", "accepted_at", "confirmed_at", "locked_at"), moment
    )
    return ClusterReturn(
        period=period,
        entity=entity,
        state=ReturnState.LOCKED,
        state_changed_at=moment,
        state_changed_by=actor.user,
        receipt=f"TJ-{period.year}-{number:05d}",
        digest=digest(facts | {"values": dict(values)}),
        **stamps,
    )
