"""Records of a platform as each role reads them, their years, and what is owed in them. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings.enums import DutyKind, EntityState
from filings.models import Entity
from filings.owed import Owed
from filings.periods import add_months, last_day
from filings.selectors.entities import looked_after_by
from platforms.enums import OPEN_PROJECT
from platforms.models import ForumProject, Record, RecordsYear
from platforms.permissions import record_viewer
from platforms.records import KINDS, RecordKind, of_type
from platforms.types import of, types
from policy.law import law_on

MONTH = "procedure.platform_records_month"
FEWEST_MONTHS = "procedure.annual_report_months"


def get_platform(actor: Actor, code: str) -> Entity:
    """A platform whose records this actor reads; the same NotVisible as for a code that does not exist."""
    entity = (
        Entity.objects.select_related(
            "lead__district", "authority__jurisdiction", "district__parent", "officer"
        )
        .filter(code=code, kind__in=types())
        .first()
    )
    if entity is None or not record_viewer(actor, entity):
        raise NotVisible.one("not_found", _("没有找到这个平台，或您无权查看。"))
    return entity


def get_kind(entity: Entity, key: str) -> RecordKind:
    """A kind of records this platform keeps."""
    if key not in of(entity.kind).traits.records:
        raise NotVisible.one("kind", _("这类平台没有这种台账"))
    return KINDS[key]


def rows(entity: Entity, kind: RecordKind, *, year: int | None = None, struck: bool = False) -> QuerySet[Any]:
    """Records of a kind, those of one year by their day where asked."""
    found = kind.model._default_manager.filter(entity=entity, struck_at__isnull=not struck)
    if year is not None:
        found = found.filter(**{f"{kind.model.DAY}__year": year})
    related = [kind.inner] if kind.inner else []
    return found.select_related("proof", *related)


def get_record(entity: Entity, kind: RecordKind, pk: int) -> Record:
    """One record, whether struck out or not."""
    found = kind.model._default_manager.filter(entity=entity, pk=pk).select_related("proof").first()
    if found is None:
        raise NotVisible.one("record", _("没有找到这条台账"))
    found.entity = entity
    return found


def counts(entity: Entity) -> list[tuple[RecordKind, int]]:
    """Every kind this platform keeps with the number of its records."""
    return [(kind, rows(entity, kind).count()) for kind in of_type(of(entity.kind))]


def keepers(actor: Actor) -> QuerySet[Entity]:
    """Platforms that keep records: those this actor's unit hosts, or those it looks after as staff."""
    keeping = [key for key, kind in types().items() if kind.traits.records]
    if actor.has_role(*UNIT_ROLES):
        found = Entity.objects.filter(lead_id=actor.organisation_id)
    else:
        found = looked_after_by(actor)
    return found.filter(kind__in=keeping).select_related("lead", "district").order_by("name_key", "id")


# --- years -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Year:
    """A year with its confirmation: `state` is open, due, confirmed, accepted or returned."""

    year: int
    row: RecordsYear | None
    state: str
    due_on: datetime.date


def due_on(entity: Entity, year: int) -> datetime.date:
    """The last day for the confirmation of a year."""
    law = law_on(datetime.date(year, 12, 31), of(entity.kind).place)
    return last_day(datetime.date(year + 1, 1, 1), int(law.value(MONTH, 2)))


def years(entity: Entity) -> list[Year]:
    """Every year since it came onto the register, the latest first."""
    today = clock.today()
    known = {
        row.year: row for row in RecordsYear.objects.filter(entity=entity).select_related("confirmed_by")
    }
    return [
        _year(entity, year, known.get(year), today)
        for year in range(today.year, entity.valid_from.year - 1, -1)
    ]


def _year(entity: Entity, year: int, row: RecordsYear | None, today: datetime.date) -> Year:
    state = "due" if year < today.year else "open"
    if row is not None and row.is_confirmed:
        state = "accepted" if row.accepted_at else "confirmed"
    elif row is not None and row.returned_at:
        state = "returned"
    return Year(year, row, state, due_on(entity, year))


def locked_years(entity: Entity) -> set[int]:
    """Years whose confirmation stands: their records are as they are."""
    held = RecordsYear.objects.filter(entity=entity, confirmed_at__isnull=False)
    return set(held.values_list("year", flat=True))


def confirmed(entities: Iterable[Entity]) -> dict[int, set[int]]:
    """The confirmed years of several platforms, by their number, in one query."""
    found: dict[int, set[int]] = {entity.pk: set() for entity in entities}
    held = RecordsYear.objects.filter(entity__in=list(found), confirmed_at__isnull=False)
    for pk, year in held.values_list("entity_id", "year"):
        found[pk].add(year)
    return found


def to_confirm(entity: Entity, done: set[int]) -> Iterable[int]:
    """Years that are over and not among the confirmed; a short first year counts not, as with the annual report.

    What was recorded here later than it began owes nothing for the years before it was here.
    """
    today = clock.today()
    law = law_on(today, of(entity.kind).place)
    start = max(entity.valid_from, clock.local(entity.registered_at).date())
    for year in range(start.year, today.year):
        short = year == start.year and add_months(start, int(law.value(FEWEST_MONTHS, 0))) > datetime.date(
            year + 1, 1, 1
        )
        if year not in done and not short:
            yield year


# --- what is owed ----------------------------------------------------------------------------


def owed(pk: int) -> list[Owed]:
    """Source `platformrecords`: the host of an entity confirms its records of each year that is over."""
    entity = Entity.objects.filter(pk=pk, standing=EntityState.REGISTERED, kind__in=types()).first()
    if entity is None or not of(entity.kind).traits.records:
        return []
    clause = law_on(clock.today(), of(entity.kind).place).cite(of_type(of(entity.kind))[0].clause)
    return [
        Owed(
            key=f"{DutyKind.RECORDS}:{year}",
            kind=DutyKind.RECORDS,
            title=_("确认“%(name)s”%(year)s 年度业务台账") % {"name": entity.name, "year": year},
            due_at=clock.end_of_day(due_on(entity, year)),
            opens_on=datetime.date(year + 1, 1, 1),
            organisation_id=entity.lead_id,
            authority_id=entity.authority_id,
            entity_id=entity.pk,
            clause=clause,
        )
        for year in to_confirm(entity, locked_years(entity))
    ]


def living() -> Iterable[int]:
    """Platforms on the register that keep records, however they came there."""
    keeping = [key for key, kind in types().items() if kind.traits.records]
    found = Entity.objects.filter(standing=EntityState.REGISTERED, kind__in=keeping)
    return found.values_list("pk", flat=True).iterator()


def project_owed(pk: int) -> list[Owed]:
    """Source `forumproject`: the bureau follows a signed project until it has landed (obl_forum_followup)."""
    row = ForumProject.objects.select_related("entity").filter(pk=pk).first()
    if row is None or row.struck_at or row.standing not in OPEN_PROJECT or row.next_on is None:
        return []
    return [
        Owed(
            key=f"{DutyKind.FOLLOW_UP}",
            kind=DutyKind.FOLLOW_UP,
            title=_("跟踪签约项目“%(name)s”") % {"name": row.name},
            due_at=clock.end_of_day(row.next_on),
            opens_on=min(row.signed_on, row.next_on),
            organisation_id=row.entity.authority_id,
            person_id=row.entity.officer_id,
            entity_id=row.entity_id,
            clause=law_on(clock.today(), of(row.entity.kind).place).cite("obl_forum_followup"),
        )
    ]


def project_progress(entity: Entity) -> dict[str, int]:
    """Signed projects by standing."""
    found = ForumProject.objects.filter(entity=entity, struck_at__isnull=True)
    return {row["standing"]: row["n"] for row in found.values("standing").annotate(n=Count("pk")).order_by()}
