"""Who owes what by when in a return, a dispatch sheet, a half-year. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import Organisation
from clusters.enums_statistics import STRATEGIC, DispatchState, ReportState, ReturnState
from clusters.models import ClusterReturn, DispatchSheet, HalfYearReport, Period
from clusters.selectors.statistics import bureau_of, province
from clusters.statistics_calendar import half_year_label
from core import clock, workdays
from filings.enums import DutyKind
from filings.owed import Owed
from policy.law import law_on

AUDIT = "obl_city_drc_statistics"
REPORT = "stat_quarterly_report"
DISPATCH = "stat_quarterly_dispatch"
HALF_YEAR = "obl_sd_half_year_report"
LOOKED_BACK = datetime.timedelta(days=400)


def _days(key: str, place: str) -> int:
    return int(law_on(clock.today(), place).value(f"procedure.statistics_{key}"))


def _workdays_after(moment: datetime.datetime, key: str, place: str) -> datetime.datetime:
    return clock.end_of_day(workdays.add_workdays(clock.local(moment).date(), _days(key, place)))


def return_owed(pk: int) -> list[Owed]:
    """The body owes the return, then the next level its review, then the level above its confirmation."""
    rows = ClusterReturn.objects.select_related(
        "period", "entity__lead", "entity__authority", "entity__district__parent__parent"
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        return []
    if row.state in (ReturnState.DRAFT, ReturnState.RETURNED):
        return [_by_body(row)]
    if row.state == ReturnState.SUBMITTED and row.submitted_at:
        words, role, start, key = (
            _("审核“%(name)s”%(period)s统计报表"),
            Role.MUNICIPAL_DRC,
            row.submitted_at,
            "audit",
        )
    elif row.state == ReturnState.ACCEPTED and row.accepted_at:
        words, role, start, key = (
            _("确认“%(name)s”%(period)s统计报表"),
            Role.PROVINCIAL_DRC,
            row.accepted_at,
            "confirm",
        )
    else:
        return []
    return [
        Owed(
            key=key,
            kind=DutyKind.STATISTICS_AUDIT,
            title=words % {"name": row.entity.name, "period": row.period.label},
            due_at=_workdays_after(start, key, row.entity.district.code),
            organisation_id=bureau_of(row.entity, role).pk,
            opens_on=clock.local(start).date(),
            entity_id=row.entity_id,
            clause=law_on(row.period.ends_on, row.entity.district.code).cite(AUDIT),
        )
    ]


def _by_body(row: ClusterReturn) -> Owed:
    sent_back = row.state == ReturnState.RETURNED
    words = _("修改“%(name)s”%(period)s统计报表") if sent_back else _("报送“%(name)s”%(period)s统计报表")
    due = clock.end_of_day(row.period.due_on)
    if sent_back:
        due = _workdays_after(row.state_changed_at, "correct", row.entity.district.code)
    return Owed(
        key="correct" if sent_back else "report",
        kind=DutyKind.STATISTICS,
        title=words % {"name": row.entity.name, "period": row.period.label},
        due_at=due,
        organisation_id=row.entity.lead_id,
        authority_id=bureau_of(row.entity, Role.MUNICIPAL_DRC).pk,
        opens_on=clock.local(row.state_changed_at).date() if sent_back else row.period.opens_on,
        entity_id=row.entity_id,
        clause=law_on(row.period.ends_on, row.entity.district.code).cite(REPORT),
    )


def returns_living() -> Iterable[int]:
    waiting = (ReturnState.DRAFT, ReturnState.RETURNED, ReturnState.SUBMITTED, ReturnState.ACCEPTED)
    return ClusterReturn.objects.filter(state__in=waiting).values_list("pk", flat=True)


def dispatch_owed(pk: int) -> list[Owed]:
    """The city's DRC owes the sheet so many days after the quarter."""
    rows = DispatchSheet.objects.select_related(
        "period", "entity__authority", "entity__district__parent__parent"
    )
    row = rows.filter(pk=pk, state=DispatchState.DRAFT).first()
    if row is None:
        return []
    place = row.entity.district.code
    due = row.period.ends_on + datetime.timedelta(days=_days("dispatch", place))
    return [
        Owed(
            key="dispatch",
            kind=DutyKind.DISPATCH,
            title=_("报送“%(name)s”%(period)s调度表") % {"name": row.entity.name, "period": row.period.label},
            due_at=clock.end_of_day(due),
            organisation_id=bureau_of(row.entity, Role.MUNICIPAL_DRC).pk,
            opens_on=row.period.opens_on,
            entity_id=row.entity_id,
            clause=law_on(row.period.ends_on, place).cite(DISPATCH),
        )
    ]


def dispatches_living() -> Iterable[int]:
    return DispatchSheet.objects.filter(state=DispatchState.DRAFT).values_list("pk", flat=True)


def period_owed(pk: int) -> list[Owed]:
    """At the end of a half-year the province owes the report, until one is issued."""
    period = Period.objects.filter(pk=pk, entity_kind=STRATEGIC).first()
    if period is None or not period.closes_half or not period.returns.exists():
        return []
    year, half = period.year, period.closes_half
    issued = HalfYearReport.objects.filter(
        entity_kind=STRATEGIC, year=year, half=half, state__in=(ReportState.ISSUED, ReportState.SUPERSEDED)
    )
    bureau = _province_bureau(period)
    if bureau is None or issued.exists():
        return []
    due = period.ends_on + datetime.timedelta(days=_days("half_year", province()))
    return [
        Owed(
            key="half_year",
            kind=DutyKind.HALF_YEAR_REPORT,
            title=_("汇总上报%(half)s集群发展情况") % {"half": half_year_label(year, half)},
            due_at=clock.end_of_day(due),
            organisation_id=bureau.pk,
            opens_on=period.opens_on,
            clause=law_on(period.ends_on, province()).cite(HALF_YEAR),
        )
    ]


def _province_bureau(period: Period) -> Organisation | None:
    first = period.returns.select_related("entity__authority", "entity__district__parent__parent").first()
    return bureau_of(first.entity, Role.PROVINCIAL_DRC) if first else None


def periods_living() -> Iterable[int]:
    since = clock.today() - LOOKED_BACK
    return Period.objects.filter(ends_on__gte=since, entity_kind=STRATEGIC).values_list("pk", flat=True)
