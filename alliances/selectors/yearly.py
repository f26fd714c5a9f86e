"""The yearly tasks of an alliance, and who owes what of them. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from alliances.alliance import terms
from alliances.alliance.yearly import Span, Task, span_of, tasks, year_on
from alliances.enums import ACTIVITIES
from alliances.models import NetworkProfile
from alliances.selectors.records import living as living_records
from core import clock, workdays
from filings.enums import DutyKind, EntityState
from filings.models import Entity
from filings.owed import Owed
from filings.periods import last_day
from filings.selectors.lifecycle import law_of

REPORT_MONTH = "procedure.annual_report_month"
EXAMINATION = "procedure.examination"


def of_year(entity: Entity, year: int) -> tuple[Span, list[Task]]:
    """The year as it is read, and its four rows. The law is that of the year's last day, or of today while it runs."""
    registered = entity.valid_from
    span = span_of(year, registered, law_of(entity))
    law = law_of(entity, min(span.last, clock.today()))
    return span, tasks(living_records(entity).filter(kind__in=ACTIVITIES), span, law)


def this_year(entity: Entity) -> int:
    """The year that runs."""
    return year_on(clock.today(), entity.valid_from, law_of(entity))


def years(entity: Entity) -> list[int]:
    """From that of registration to the one that runs, the newest first."""
    first = year_on(entity.valid_from, entity.valid_from, law_of(entity))
    last = this_year(entity)
    if entity.ended_on is not None:
        last = min(last, year_on(entity.ended_on, entity.valid_from, law_of(entity)))
    return list(range(last, min(first, last) - 1, -1))


def missing_by_entity(entities: Iterable[Entity]) -> dict[int, int]:
    """How many of the four rows are short this year, by entity. One query for all; the records must be prefetched
    as `year_records`.
    """
    found = {}
    for entity in entities:
        law = law_of(entity)
        span = span_of(year_on(clock.today(), entity.valid_from, law), entity.valid_from, law)
        rows = tasks(entity.year_records, span, law)  # type: ignore[attr-defined]
        found[entity.pk] = sum(task.missing > 0 for task in rows)
    return found


# --- duties ----------------------------------------------------------------------------------


def living() -> Iterator[int]:
    """Profiles of the alliances on the register: a new year makes them owe something."""
    rows = NetworkProfile.objects.filter(entity__kind=terms.KIND, entity__standing=EntityState.REGISTERED)
    return rows.values_list("pk", flat=True).iterator()


def owed(pk: int) -> list[Owed]:
    """Source `networkprofile`: links the chair has not made, what it has not held this year, and last year's until the
    report of it is due; what an officer has not looked at.
    """
    profile = (
        NetworkProfile.objects.filter(pk=pk, entity__kind=terms.KIND, entity__standing=EntityState.REGISTERED)
        .select_related("entity")
        .first()
    )
    if profile is None or profile.entity.status_on(clock.today()) != "valid":
        return []
    entity = profile.entity
    now = this_year(entity)
    found = [*_standing(entity), *_annual(entity, now)]
    before, _rows = of_year(entity, now - 1)
    if now - 1 in years(entity) and clock.today() <= _late_until(entity, before):
        found += _annual(entity, now - 1)
    return [*found, *_of_bureau(entity)]


def _late_until(entity: Entity, span: Span) -> datetime.date:
    months = int(law_of(entity).value(REPORT_MONTH, 0) or 0)
    start = span.last + datetime.timedelta(days=1)
    return last_day(start, months) if months else span.last


def _annual(entity: Entity, year: int) -> Iterator[Owed]:
    """What is owed anew each year, by its end."""
    span, rows = of_year(entity, year)
    for task in rows:
        if task.rule.annual and not task.exempt:
            yield from _short(entity, task, span, f"{task.rule.kind}:{year}", f"{year} ")


def _standing(entity: Entity) -> Iterator[Owed]:
    """The links an alliance is to have as long as it stands, by the end of its first whole year."""
    first = years(entity)[-1]
    span = span_of(first, entity.valid_from, law_of(entity))
    if span.is_part:
        span = span_of(first + 1, entity.valid_from, law_of(entity))
    _now, rows = of_year(entity, this_year(entity))
    for task in rows:
        if not task.rule.annual:
            yield from _short(entity, task, span, task.rule.kind, "")


def _short(entity: Entity, task: Task, span: Span, key: str, year: str) -> Iterator[Owed]:
    """What waits for an officer is no longer the chair's to do."""
    if task.counted + task.waiting >= task.required:
        return
    words = _("%(year)s年度任务：%(label)s（“%(name)s”）")
    yield Owed(
        key=key,
        kind=DutyKind.YEARLY_TASK.value,
        title=words % {"year": year, "label": task.rule.label, "name": entity.name},
        due_at=clock.end_of_day(span.last),
        organisation_id=entity.lead_id,
        authority_id=entity.authority_id,
        opens_on=min(max(span.first, entity.valid_from), span.last),
        entity_id=entity.pk,
        clause=task.clause,
    )


def _of_bureau(entity: Entity) -> Iterator[Owed]:
    law = law_of(entity)
    days = law.value(EXAMINATION)
    rows = living_records(entity).filter(kind__in=ACTIVITIES, counts__isnull=True, evidence__isnull=False)
    for row in rows.order_by("pk") if days is not None else ():
        due = workdays.deadline(row.created_at, int(days))
        yield Owed(
            key=f"judge:{row.pk}",
            kind=DutyKind.YEARLY_TASK.value,
            title=_("认定“%(name)s”的活动是否计入年度任务") % {"name": entity.name},
            due_at=due,
            organisation_id=entity.authority_id,
            person_id=entity.officer_id,
            opens_on=min(clock.local(row.created_at).date(), clock.local(due).date()),
            entity_id=entity.pk,
            clause=law.cite(f"obl_all_{row.kind}"),
        )
