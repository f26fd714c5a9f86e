"""Periods and returns an actor may see, with each value beside its past. No writes.

A draft is compared with the past as it stands now; what was reported keeps what it was compared with then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES, DistrictKind, Role
from accounts.models import District, Membership, Organisation
from accounts.selectors import in_force as holds_today
from accounts.selectors import places_within
from clusters import permissions_statistics as may
from clusters.enums_statistics import (
    EDITABLE,
    INNOVATIVE,
    REPORTED,
    STRATEGIC,
    Origin,
    PeriodStanding,
    ReturnState,
    Standing,
)
from clusters.models import ClusterReturn, Period, ReturnValue
from clusters.statistics_checks import Entry, Found, Indicator, Limits, Result, change, check
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings.enums import EntityState
from filings.models import Entity
from policy.law import law_on

REASONS = "statistics_reasons"
OTHER = "other"  # the reason that says nothing without words of its own
REPORT = "stat_quarterly_report"
SOON = 5  # days before the date on which a period is called due


# --- law and places ------------------------------------------------------------------------------


def province() -> str:
    """Code of the province this portal serves."""
    code = District.objects.filter(kind=DistrictKind.PROVINCE).order_by("code").values_list("code", flat=True)
    return str(code.first() or "")


def reasons_on(day: date, place: str) -> dict[str, dict[str, Any]]:
    """{code: {label, need_text}} of the list in force; every reason a soft finding may be given."""
    rows = law_on(day, place).list(REASONS)
    return {row["id"]: {"label": row["label"], "need_text": row["id"] == OTHER} for row in rows}


def reasons_of(owner: ClusterReturn) -> dict[str, dict[str, Any]]:
    """The list as it was when the period ended."""
    return reasons_on(owner.period.ends_on, owner.entity.district.code)


def bureau_of(entity: Entity, role: str) -> Organisation:
    """The bureau in which somebody holds `role` for this cluster's city or province; else its authority."""
    if entity.kind == STRATEGIC:
        wanted = DistrictKind.CITY if role == Role.MUNICIPAL_DRC else DistrictKind.PROVINCE
        place: District | None = entity.district
        while place is not None and place.kind != wanted:
            place = place.parent
        held = Membership.objects.filter(holds_today(), role=role, organisation__jurisdiction=place)
        found = held.select_related("organisation").order_by("organisation_id").first() if place else None
        if found is not None:
            return found.organisation
    return entity.authority


def expected(period: Period) -> QuerySet[Entity]:
    """The clusters that report for a period: on the register on its last day."""
    rows = Entity.objects.filter(kind=period.entity_kind, valid_from__lte=period.ends_on)
    ended = Q(standing=EntityState.REGISTERED) | Q(ended_on__gt=period.ends_on)
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gte=period.ends_on)
    return rows.filter(ended & lasting).select_related("district__parent", "lead", "authority")


# --- who sees which ------------------------------------------------------------------------------


def reach_of(actor: Actor, path: str = "entity__") -> Q:
    """Agrees with `permissions_statistics.viewer`."""
    reach = Q(pk__in=[])
    if actor.user is None or actor.organisation is None:
        return reach
    if actor.has_role(*UNIT_ROLES):
        reach |= Q(**{f"{path}lead_id": actor.organisation_id})
    strategic, innovative = Q(**{f"{path}kind": STRATEGIC}), Q(**{f"{path}kind": INNOVATIVE})
    place = actor.organisation.jurisdiction
    inside = Q(**{f"{path}district__in": places_within(place)}) if place else Q(pk__in=[])
    ours = Q(**{f"{path}authority_id": actor.organisation_id})
    if actor.has_role(Role.MUNICIPAL_DRC, Role.PROVINCIAL_DRC):
        reach |= strategic & inside
    if actor.has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD):
        reach |= ours & (strategic | innovative)
    if actor.has_role(Role.AUDITOR):
        reach |= inside | ours
    return reach


def visible_returns(actor: Actor) -> QuerySet[ClusterReturn]:
    rows = ClusterReturn.objects.filter(reach_of(actor))
    return rows.select_related("period", "entity__district__parent", "entity__lead", "entity__authority")


def visible_clusters(actor: Actor) -> QuerySet[Entity]:
    """The clusters whose statistics this actor sees."""
    return Entity.objects.filter(reach_of(actor, ""), kind__in=(STRATEGIC, INNOVATIVE)).order_by(
        "name_key", "id"
    )


def visible_periods(actor: Actor) -> QuerySet[Period]:
    """Periods in which this actor sees a return, and those of the kinds the actor keeps."""
    kinds = [kind for kind in (STRATEGIC, INNOVATIVE) if may.period_keeper(actor, kind)]
    seen = ClusterReturn.objects.filter(reach_of(actor)).values("period_id")
    return Period.objects.filter(Q(pk__in=seen) | Q(entity_kind__in=kinds))


def get_return(actor: Actor, pk: int) -> ClusterReturn:
    """The return, or the same NotVisible as for a number that does not exist."""
    found = (
        ClusterReturn.objects.select_related(
            "period",
            "entity__district__parent__parent",
            "entity__district__maps_to",
            "entity__lead",
            "entity__authority__jurisdiction",
            "submitted_by",
            "accepted_by",
            "confirmed_by",
        )
        .filter(pk=pk)
        .first()
    )
    if found is None or not may.viewer(actor, found):
        raise NotVisible.one("return", _("没有找到这份统计报表，或您无权查看。"))
    return found


def get_period(actor: Actor, pk: int) -> Period:
    found = visible_periods(actor).filter(pk=pk).first()
    if found is None:
        raise NotVisible.one("period", _("没有找到这个报告期，或您无权查看。"))
    return found


# --- a return with its past ----------------------------------------------------------------------


@dataclass
class Row:
    """One indicator of a return as page, workbook and API show it."""

    indicator: Indicator
    value: Decimal | None = None
    origin: str = Origin.ENTERED
    previous: Decimal | None = None
    same: Decimal | None = None
    history: Sequence[Decimal] = ()
    cumulates: bool = False
    reason_code: str = ""
    reason_text: str = ""
    standing: str = Standing.PENDING
    message: str = ""
    stored: bool = False
    editable: bool = False
    found: list[Found] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.indicator.key

    @property
    def entry(self) -> Entry:
        return Entry(self.value, self.previous, self.same, self.history, self.cumulates)

    @property
    def on_year(self) -> Decimal | None:
        """同比 as a share."""
        return change(self.value, self.same)

    @property
    def on_period(self) -> Decimal | None:
        """环比 as a share; None where the figure starts again from the year's beginning."""
        return change(self.value, self.previous)

    @property
    def asks_reason(self) -> bool:
        return any(row.severity == "soft" for row in self.found)


@dataclass
class Sheet:
    """A return with all its rows and what the checks say."""

    owner: ClusterReturn
    rows: list[Row]
    result: Result

    def row(self, key: str) -> Row | None:
        return next((row for row in self.rows if row.key == key), None)

    @property
    def outliers(self) -> list[Row]:
        return [row for row in self.rows if row.found]

    @property
    def is_clean(self) -> bool:
        return not self.outliers


Past = dict[int, dict[tuple[int, int], dict[str, Decimal]]]  # entity → (year, number) → indicator → value


def limits_of(period: Period) -> Limits:
    given = period.scheme
    return Limits(Decimal(given.get("change", "0.3")), int(given.get("history", 4)))


def sheets(owners: Iterable[ClusterReturn]) -> dict[int, Sheet]:
    """The sheets of several returns, in two queries however many."""
    listed = list(owners)
    stored: dict[int, dict[str, ReturnValue]] = defaultdict(dict)
    for value in ReturnValue.objects.filter(owner__in=[owner.pk for owner in listed]):
        stored[value.owner_id][value.indicator] = value
    past = _past(listed)
    return {owner.pk: _sheet(owner, stored[owner.pk], past.get(owner.entity_id, {})) for owner in listed}


def sheet_of(owner: ClusterReturn) -> Sheet:
    return sheets([owner])[owner.pk]


def _past(owners: list[ClusterReturn]) -> Past:
    """What these clusters reported in other periods of the same cadence."""
    if not owners:
        return {}
    rows = ReturnValue.objects.filter(
        owner__entity__in={owner.entity_id for owner in owners},
        owner__period__cadence=owners[0].period.cadence,
        owner__period__ends_on__lt=max(owner.period.ends_on for owner in owners),
        owner__state__in=REPORTED,
        value__isnull=False,
    )
    past: Past = defaultdict(lambda: defaultdict(dict))
    columns = ("owner__entity_id", "owner__period__year", "owner__period__number", "indicator", "value")
    for entity, year, number, indicator, value in rows.values_list(*columns):
        past[entity][year, number][indicator] = value
    return past


def _sheet(
    owner: ClusterReturn, stored: dict[str, ReturnValue], past: dict[tuple[int, int], dict[str, Decimal]]
) -> Sheet:
    rows = [_row(owner, indicator, stored.get(indicator.key), past) for indicator in owner.period.indicators]
    if owner.state in EDITABLE:
        result = check(
            [row.indicator for row in rows], {row.key: row.entry for row in rows}, limits_of(owner.period)
        )
    else:
        result = Result(
            {
                key: [Found(c["code"], c["severity"], c["message"], key) for c in value.checks]
                for key, value in stored.items()
                if value.checks
            }
        )
    for row in rows:
        row.found = result.of(row.key)
    return Sheet(owner, rows, result)


def _row(
    owner: ClusterReturn,
    indicator: Indicator,
    stored: ReturnValue | None,
    past: dict[tuple[int, int], dict[str, Decimal]],
) -> Row:
    period, key = owner.period, indicator.key
    before = _before(period.year, period.number, 12 // period.span.months)
    row = Row(indicator, cumulates=indicator.cumulative and before[0] == period.year)
    row.previous, row.same = (
        past.get(before, {}).get(key),
        past.get((period.year - 1, period.number), {}).get(key),
    )
    row.history = [
        values[key]
        for (year, number), values in sorted(past.items())
        if key in values
        and (year, number) < (period.year, period.number)
        and (number == period.number or not indicator.cumulative)
    ]
    if stored is None:
        row.editable = owner.state in EDITABLE
        if indicator.is_constant and row.previous is not None and owner.state in EDITABLE:
            row.value, row.origin = row.previous, Origin.CONSTANT
        return row
    row.stored, row.value, row.origin = True, stored.value, stored.origin
    row.reason_code, row.reason_text = stored.reason_code, stored.reason_text
    row.standing, row.message = stored.standing, stored.message
    sent_back = owner.state == ReturnState.RETURNED and stored.standing == Standing.RETURNED
    row.editable = owner.state == ReturnState.DRAFT or sent_back
    if owner.state not in EDITABLE:
        row.previous, row.same = stored.previous, stored.same
    return row


def _before(year: int, number: int, in_year: int) -> tuple[int, int]:
    return (year, number - 1) if number > 1 else (year - 1, in_year)


# --- periods -------------------------------------------------------------------------------------


def counts_by_period(actor: Actor) -> dict[int, dict[str, int]]:
    """{period: {state: how many}} of the returns this actor sees; late ones as `late`, missing ones as `missing`."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = ClusterReturn.objects.filter(reach_of(actor)).order_by()
    for period, state, n in rows.values_list("period_id", "state").annotate(n=Count("pk")):
        found[period][state] = n
    return found


def standing_of(period: Period, counts: dict[str, int]) -> PeriodStanding:
    """How a period stands for who sees these returns."""
    total = sum(counts.values())
    waiting = counts.get(ReturnState.DRAFT, 0) + counts.get(ReturnState.RETURNED, 0)
    today = clock.today()
    if not total:  # nothing of it is this reader's to wait for
        return PeriodStanding.COMPLETE if today > period.due_on else PeriodStanding.OPEN
    if counts.get(ReturnState.LOCKED, 0) == total:
        return PeriodStanding.LOCKED
    if not waiting:
        return PeriodStanding.COMPLETE
    if today > period.due_on:
        return PeriodStanding.OVERDUE
    return PeriodStanding.DUE if (period.due_on - today).days <= SOON else PeriodStanding.OPEN


def waiting_for(actor: Actor) -> QuerySet[ClusterReturn]:
    """Returns with which this actor is to do something now."""
    rows = ClusterReturn.objects.filter(reach_of(actor))
    wanted = Q(pk__in=[])
    if actor.has_role(*UNIT_ROLES):
        wanted |= Q(state__in=EDITABLE)
    if actor.has_role(Role.MUNICIPAL_DRC):
        wanted |= Q(state=ReturnState.SUBMITTED, entity__kind=STRATEGIC)
    if actor.has_role(Role.PROVINCIAL_DRC):
        wanted |= Q(state=ReturnState.ACCEPTED, entity__kind=STRATEGIC)
    if actor.has_role(*may.OFFICERS):
        wanted |= Q(state=ReturnState.SUBMITTED, entity__kind=INNOVATIVE)
    return rows.filter(wanted)
