"""The working-day clock of a filing: limits are the law's parameters, time used is read off the timeline.

The bureau's clock stops while the applicant has the ball: states that share a parameter share one
allowance, and what was used before a correction is not given again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core import clock, workdays
from filings.enums import APPLICANT_HOLDS, State
from filings.models import Cancellation, Filing, HearingPause
from filings.selectors.reading import law_for


@dataclass(frozen=True)
class Span:
    state: str
    entered: datetime
    left: datetime | None


@dataclass(frozen=True)
class ClockFace:
    """What a page shows: who is to act, until when, working days left (negative when late), and whether it is paused."""

    holder: str
    due_at: datetime | None
    days_left: int | None
    limit: int | None
    paused: bool
    late: bool
    certain: bool


def spans(filing: Filing) -> list[Span]:
    """The states passed so far, in order; the last one is open."""
    return spans_of(
        list(filing.events.exclude(target="").order_by("at", "id").values_list("source", "target", "at"))
    )


def spans_of(moves: Sequence[tuple[str, str, datetime]]) -> list[Span]:
    """As `spans`, from (source, target, moment) in order."""
    result = []
    for index, (source, target, at) in enumerate(moves):
        if source == target:
            continue
        left = next((later for s, t, later in moves[index + 1 :] if s != t), None)
        result.append(Span(target, at, left))
    return result


def limit_days(filing: Filing, state: str) -> int | None:
    """Working days the law (or the bureau's default) gives to a state."""
    key = filing.spec.procedure.limits.get(state)
    value = law_for(filing).value(key) if key else None
    return None if value is None else int(value)


def _used(filing: Filing, key: str, passed: list[Span]) -> int:
    limits = filing.spec.procedure.limits
    return sum(
        workdays.workdays_between(clock.local(s.entered).date(), clock.local(s.left).date())
        for s in passed
        if s.left is not None and limits.get(s.state) == key
    )


def due_after(filing: Filing) -> datetime | None:
    """When the present state's limit ends; None for states without one."""
    limit = limit_days(filing, filing.state)
    if limit is None or filing.is_final:
        return None
    if filing.state == State.ON_NOTICE:
        notice = filing.notices.filter(closed_at=None).first()
        if notice is not None:
            return clock.end_of_day(notice.ends_on)
    return counted(filing, spans(filing))


def counted(filing: Filing, passed: list[Span]) -> datetime | None:
    """When the present state's limit ends, counted from the states passed; None for states without one."""
    limit = limit_days(filing, filing.state)
    if limit is None:
        return None
    start = passed[-1].entered if passed else clock.now()
    if filing.state not in APPLICANT_HOLDS:
        limit -= _used(filing, filing.spec.procedure.limits[filing.state], passed[:-1])
    return workdays.deadline(start, max(limit, 1))


def answer_due(filing: Filing, received: datetime) -> datetime:
    """Until when an objection received at a moment is to be answered."""
    return workdays.deadline(received, int(law_for(filing).value("procedure.objection")))


def hearing_until(row: Cancellation, last_pause: HearingPause | None) -> date | None:
    """The last day of a running hearing: its days after it was served, or those left after the last pause."""
    if last_pause is not None and last_pause.until is not None:
        return workdays.add_workdays(last_pause.until, max(last_pause.days_left, 1))
    if row.served_at is None or row.hearing_days is None:
        return None
    return workdays.add_workdays(clock.local(row.served_at).date(), row.hearing_days)


def face(filing: Filing) -> ClockFace:
    """The clock as a page shows it."""
    if filing.is_final or filing.state == State.DRAFT:
        return ClockFace("", None, None, None, False, False, True)
    due = filing.due_at
    today = clock.today()
    left = None if due is None else workdays.workdays_between(today, clock.local(due).date())
    holder = "applicant" if filing.state in APPLICANT_HOLDS else "bureau"
    if filing.state == State.SUBMITTED:
        holder = "district"
    return ClockFace(
        holder=holder,
        due_at=due,
        days_left=left,
        limit=limit_days(filing, filing.state),
        paused=filing.state in APPLICANT_HOLDS,
        late=due is not None and clock.now() > due,
        certain=due is None or workdays.is_certain(clock.local(due).year),
    )


def is_deemed_accepted(filing: Filing) -> bool:
    """Derived: the examination limit ran out without notice (domain rule after 行政许可法 art. 32). Moves nothing by itself."""
    waiting = filing.state in (State.RECOMMENDED, State.IN_EXAMINATION)
    return (
        waiting
        and filing.due_at is not None
        and clock.now() > filing.due_at
        and not filing.corrections.exists()
    )
