"""Which clocks stand on which working days: what a change of the calendar would move. No writes.

Each open clock is counted twice by the function that once set it, under the calendar in force and under the
proposed one. What differs is a move. What was promised to a unit or to the public is only ever lengthened.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.enums import RECOMMENDERS, Role
from core import clock, workdays
from core.actor import Actor
from core.workdays import Calendar
from filings import permissions_calendar as may
from filings import programmes
from filings.enums import APPLICANT_HOLDS, FINAL_STATES, CancellationState, DutyKind, DutyStanding, State
from filings.models import Cancellation, Duty, Entity, Filing, FilingEvent, Notice, Objection
from filings.selectors.clock import Span, answer_due, counted, hearing_until, spans_of
from filings.selectors.lifecycle import law_of

#: From this day of the year on the next year's holidays are asked for; the notice comes out about then.
ASKED_FROM = (11, 1)
#: How many years ahead a calendar may be entered.
AHEAD = 2
#: Duties whose dates are calendar dates by their own rule.
PLAIN_DATES = (DutyKind.RENEWAL, DutyKind.ANNUAL_REPORT, DutyKind.VISIT, DutyKind.SELF_ASSESSMENT)


class ClockKind(models.TextChoices):
    """The clocks that stand on working days."""

    FILING = "filing", _("申报件办理期限")
    NOTICE = "notice", _("公示期")
    OBJECTION = "objection", _("异议答复期限")
    HEARING = "hearing", _("陈述申辩期")
    DUTY = "duty", _("任务期限")


@dataclass(frozen=True)
class Move:
    """One clock: where it stands, where the proposed calendar alone would put it, where it goes.

    Dates are last days. `promised` ones never go back: there `new` may be later than `counted`.
    """

    kind: ClockKind
    pk: int
    label: str
    step: str
    old: date
    counted: date
    promised: bool = False
    authority_id: int | None = None
    filing_id: int | None = None
    entity_code: str = ""
    cancellation_id: int | None = None

    @property
    def new(self) -> date:
        return max(self.old, self.counted) if self.promised else self.counted

    @property
    def moves(self) -> bool:
        return self.new != self.old


@dataclass(frozen=True)
class OpenClock:
    """A clock as it stands, and the question that once set it; the answer depends on the calendar in force."""

    stands: Move
    count: Callable[[], date | None]


def moves(before: Calendar, after: Calendar, since: date) -> list[Move]:
    """Open clocks that the change from `before` to `after` concerns; its first changed day is `since`.

    Those that keep their date because they were promised are among them (`moves` is False). A constant number of
    queries. Duties that follow one of these clocks, or the bureau's own, are left to their sources.
    """
    found = [
        *_filings(since),
        *_notices(since),
        *_objections(since),
        *_hearings(since),
        *_rectifications(since),
    ]
    with workdays.under(before):
        old = [one.count() for one in found]
    with workdays.under(after):
        new = [one.count() for one in found]
    told = [
        replace(one.stands, counted=day)
        for one, was, day in zip(found, old, new, strict=True)
        if day is not None and day != was
    ]
    return [move for move in told if move.moves or move.counted < move.old]


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _of_filing(
    kind: ClockKind, pk: int, filing: Filing, step: str, last: date, *, promised: bool = False
) -> Move:
    return Move(
        kind,
        pk,
        str(filing),
        step,
        last,
        last,
        promised=promised,
        authority_id=filing.authority_id,
        filing_id=filing.pk,
    )


def _filings(since: date) -> Iterator[OpenClock]:
    """Filings under way with a limit of their own; one on notice follows its notice."""
    rows = (
        Filing.objects.exclude(state__in=(State.DRAFT, *FINAL_STATES))
        .filter(due_at__gte=clock.start_of_day(since), programme__in=dict(programmes.choices()))
        .exclude(notices__in=Notice.objects.filter(closed_at=None))
        .order_by("pk")
    )
    steps = _steps(rows)
    for row in rows:
        stands = _of_filing(
            ClockKind.FILING,
            row.pk,
            row,
            row.staff_label,
            _day(cast(datetime, row.due_at)),
            promised=row.state in APPLICANT_HOLDS,
        )
        yield OpenClock(stands, partial(_filing_day, row, spans_of(steps[row.pk])))


def _filing_day(row: Filing, passed: list[Span]) -> date | None:
    due = counted(row, passed)
    return None if due is None else _day(due)


def _steps(rows: Iterable[Filing]) -> dict[int, list[tuple[str, str, datetime]]]:
    """The transitions of several filings, in order."""
    found: dict[int, list[tuple[str, str, datetime]]] = defaultdict(list)
    events = FilingEvent.objects.filter(filing__in=[row.pk for row in rows]).exclude(target="")
    for pk, source, target, at in events.order_by("at", "id").values_list(
        "filing_id", "source", "target", "at"
    ):
        found[pk].append((source, target, at))
    return found


def _notices(since: date) -> Iterator[OpenClock]:
    """Notices that are not closed. An announcement (公告) takes no objections: its dates stay."""
    rows = Notice.objects.filter(closed_at=None, filing__isnull=False, ends_on__gte=since)
    for row in rows.select_related("filing").order_by("pk"):
        filing = cast(Filing, row.filing)
        stands = _of_filing(ClockKind.NOTICE, row.pk, filing, row.number, row.ends_on, promised=True)
        yield OpenClock(stands, partial(workdays.add_workdays, row.starts_on, row.days))


def _objections(since: date) -> Iterator[OpenClock]:
    rows = Objection.objects.filter(
        answered_at=None, due_at__gte=clock.start_of_day(since), notice__filing__isnull=False
    )
    for row in rows.select_related("notice__filing").order_by("pk"):
        filing = cast(Filing, row.notice.filing)
        stands = _of_filing(ClockKind.OBJECTION, row.pk, filing, row.receipt, _day(row.due_at))
        yield OpenClock(stands, partial(_answer_day, filing, row.received_at))


def _answer_day(filing: Filing, received: datetime) -> date:
    return _day(answer_due(filing, received))


def _hearings(since: date) -> Iterator[OpenClock]:
    """Hearings whose clock runs; one that is paused gets its date when it goes on."""
    rows = Cancellation.objects.filter(state=CancellationState.HEARING, hearing_until__gte=since)
    for row in rows.select_related("entity").prefetch_related("pauses").order_by("pk"):
        last = cast(date, row.hearing_until)
        stands = Move(
            ClockKind.HEARING,
            row.pk,
            row.entity.name,
            row.get_state_display(),
            last,
            last,
            promised=True,
            authority_id=row.entity.authority_id,
            entity_code=row.entity.code,
            cancellation_id=row.pk,
        )
        pauses = list(row.pauses.all())
        yield OpenClock(stands, partial(hearing_until, row, pauses[-1] if pauses else None))


def _rectifications(since: date) -> Iterator[OpenClock]:
    """A unit's time to put right what stands in the way: the one duty whose date is stored with itself."""
    rows = following(since).filter(kind=DutyKind.RECTIFY, entity__isnull=False)
    for row in rows:
        entity = cast(Entity, row.entity)
        yield OpenClock(duty_move(row, _day(row.due_at)), partial(_rectify_day, entity, row.created_at))


def _rectify_day(entity: Entity, since: datetime) -> date | None:
    days = law_of(entity, _day(since)).value("procedure.rectification")
    return None if days is None else _day(workdays.deadline(since, int(days)))


def duty_move(row: Duty, day: date) -> Move:
    """A duty (with its entity) that would be due on a day. What a unit has to put right is its promised time."""
    return Move(
        ClockKind.DUTY,
        row.pk,
        row.title,
        row.kind_label,
        _day(row.due_at),
        day,
        promised=row.kind == DutyKind.RECTIFY,
        authority_id=row.authority_id or row.organisation_id,
        filing_id=row.filing_id,
        entity_code=row.entity.code if row.entity else "",
    )


def following(since: date) -> models.QuerySet[Duty]:
    """Open duties whose sources may answer otherwise after a change from `since` on."""
    return (
        Duty.objects.filter(standing=DutyStanding.OPEN, due_at__gte=clock.start_of_day(since))
        .exclude(kind__in=PLAIN_DATES)
        .select_related("entity")
        .order_by("scope", "pk")
    )


def editable_years() -> range:
    """The years whose calendar may be changed: this one and the next two."""
    year = clock.today().year
    return range(year, year + AHEAD + 1)


@dataclass(frozen=True)
class Hint:
    """A year whose holidays have not been entered though clocks already run into it."""

    year: int
    may_enter: bool


def hint(actor: Actor) -> Hint | None:
    """What staff are warned of: this year, and from November on the next, is counted by weekday only."""
    if not actor.has_role(Role.CASE_OFFICER, Role.DIVISION_HEAD, *RECOMMENDERS, Role.SYSADMIN):
        return None
    today = clock.today()
    years = [today.year]
    if (today.month, today.day) >= ASKED_FROM:
        years.append(today.year + 1)
    unknown = next((year for year in years if not is_complete(year)), None)
    return None if unknown is None else Hint(unknown, may.prepares_calendar(actor))


def is_complete(year: int) -> bool:
    """Whether every day of a year is known: the library has it, or somebody has said that it is all entered."""
    return workdays.in_library(year) or year in workdays.current().stated
