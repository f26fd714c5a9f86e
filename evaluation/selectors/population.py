"""Who is evaluated in a round, and who is not and why. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from core import clock
from evaluation.enums import Exclusion, Occasion
from evaluation.models import Round
from evaluation.scheme import SchemeDoc
from filings.enums import OPEN_CANCELLATION, EntityState
from filings.models import Cancellation, Certificate, Entity
from filings.periods import add_months


@dataclass(frozen=True)
class Candidate:
    """An entity of the kinds a round is about. `exclusion` empty: it is evaluated."""

    entity: Entity
    exclusion: str = ""
    note: str = ""

    @property
    def included(self) -> bool:
        return not self.exclusion


def candidates(row: Round) -> Iterator[Candidate]:
    """Every entity of the scheme's kinds that the round's authority registered, by code."""
    for entity in _entities(row).iterator(chunk_size=500):
        reason, note = _why_not(row, entity)
        yield Candidate(entity, reason, note)


def of_kind(row: Round) -> QuerySet[Entity]:
    """What was on the authority's register before the period ended, of the kinds the scheme is for."""
    return Entity.objects.filter(
        authority=row.authority, kind__in=row.scheme.kinds, valid_from__lte=row.period_until
    )


def _entities(row: Round) -> QuerySet[Entity]:
    """The same with what the question needs."""
    return (
        of_kind(row)
        .select_related("lead", "district")
        .prefetch_related(
            Prefetch("certificates", Certificate.objects.order_by("valid_from")),
            Prefetch("cancellations", Cancellation.objects.filter(state__in=OPEN_CANCELLATION)),
        )
        .order_by("code")
    )


def _why_not(row: Round, entity: Entity) -> tuple[str, str]:
    if entity.standing != EntityState.REGISTERED:
        return Exclusion.ENDED, str(entity.ended_on or "")
    if not _valid_in(entity, row.period_from, row.period_until):
        return Exclusion.NOT_VALID, _("有效期至 %(day)s") % {"day": entity.valid_until}
    if entity.cancellations.all():
        return Exclusion.ENDING, ""
    if row.occasion == Occasion.MIDTERM or row.occasion == Occasion.EXPIRY:
        day = due_day(row, entity)
        if day is None or not _between(day, row.due_from, row.due_until):
            return Exclusion.NOT_DUE, str(day or "")
        return "", ""
    if add_months(entity.valid_from, row.least_months) > row.period_until + datetime.timedelta(days=1):
        return Exclusion.NOT_YET, _("自 %(day)s 起登记") % {"day": entity.valid_from}
    return "", ""


def due_day(row: Round, entity: Entity) -> datetime.date | None:
    """When a mid-term or an expiry evaluation of an entity falls due; none for a validity without an end."""
    if row.occasion == Occasion.EXPIRY:
        return entity.valid_until
    months = row.plan.months_after if row.plan is not None else MIDTERM_MONTHS
    return add_months(entity.valid_from, months)


#: Mid-term evaluations of consortia (amb: 适时, proposed default).
MIDTERM_MONTHS = 18


def _between(day: datetime.date, first: datetime.date | None, last: datetime.date | None) -> bool:
    return (first is None or day >= first) and (last is None or day <= last)


def _valid_in(entity: Entity, first: datetime.date, last: datetime.date) -> bool:
    """Whether it was valid on some day of the period; one without certificates by its own dates."""
    papers = entity.certificates.all()
    if not papers:
        return entity.valid_from <= last and (entity.valid_until is None or entity.valid_until >= first)
    return any(
        paper.valid_from <= last and (paper.valid_until is None or paper.valid_until >= first)
        for paper in papers
    )


def proposed_period(today: datetime.date | None = None) -> tuple[datetime.date, datetime.date]:
    """The calendar year before, which is what a yearly evaluation is about."""
    year = (today or clock.today()).year - 1
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31)


def group_of(doc: SchemeDoc, entity: Entity) -> str:
    """With whom an entity is compared under a scheme; empty: with all of the round."""
    by = {"level": entity.level, "industry": entity.industry, "district": entity.district.code}
    return str(by.get(doc.compared_within, ""))
