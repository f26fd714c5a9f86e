"""Changing the calendar that all offices share: first shown what it would move, then put in force.

The preview is the change itself, carried out and rolled back: what it shows is what will happen. Why dates only
grow where they were promised: docs/decisions/0017-calendar-changes.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, calendar_days, calendar_text, clock, workdays
from core.actor import Actor
from core.calendar_text import ProposedDay, Reading
from core.canonical import digest
from core.errors import Invalid, Problem, Stale
from core.workdays import Calendar
from filings import permissions_calendar as may
from filings.enums import FINAL_STATES, CancellationState, DutyStanding
from filings.models import Cancellation, Duty, Filing, Notice, Objection
from filings.selectors import calendar as clocks
from filings.selectors.calendar import ClockKind, Move
from filings.services import duties, telling
from filings.services.timeline import log

MAX_SOURCE = 120


@dataclass(frozen=True)
class Outcome:
    """What a change does: days that differ from the table, clocks it moves, promised ones that keep their date."""

    year: int
    reading: Reading
    changed: list[ProposedDay]
    states: bool
    concerned: list[Move] = field(default_factory=list)

    @property
    def moved(self) -> list[Move]:
        return [move for move in self.concerned if move.moves]

    @property
    def kept(self) -> list[Move]:
        return [move for move in self.concerned if not move.moves]

    @property
    def changes_nothing(self) -> bool:
        return not self.changed and not self.states

    @property
    def fingerprint(self) -> str:
        """Of what a person was shown: another one means that something happened in between."""
        days = [(one.day, one.kind, one.note) for one in self.changed]
        moves = sorted((str(m.kind), m.pk, m.old.isoformat(), m.new.isoformat()) for m in self.concerned)
        return digest({"days": days, "states": self.states, "moves": moves})


def preview(*, actor: Actor, year: int, text: str, complete: bool = False, source: str = "") -> Outcome:
    """What `apply` would do now. Nothing is kept. Raises as `apply` does."""
    may.prepares_calendar.require(actor)
    with transaction.atomic():
        found = _carry_out(actor, year, text, complete, source)
        transaction.set_rollback(True)
    workdays.calendar.forget()
    return found


@transaction.atomic
def apply(
    *, actor: Actor, year: int, text: str, complete: bool = False, source: str = "", seen: str = ""
) -> Outcome:
    """Enter the days that `text` says (as `calendar_text.read` takes it) and move the open clocks, all or nothing.

    `complete` states that the year is all entered, on the ground of `source`. `seen` is the fingerprint of the
    preview a person has confirmed. Raises Invalid with every line that could not be read, NotAllowed, and Stale
    when the change would now do something else than was seen. Running it again changes nothing.
    """
    may.changes_calendar.require(actor)
    found = _carry_out(actor, year, text, complete, source)
    if seen and seen != found.fingerprint:
        raise Stale.one(
            "calendar_moved", _("预览之后又有新的办理，影响的期限与预览不同，请重新核对后再确认。")
        )
    for move in found.moved:
        _tell(actor, move)
    if found.concerned:
        told = [
            {"kind": str(m.kind), "id": m.pk, "old": m.old, "counted": m.counted, "new": m.new}
            for m in found.concerned
        ]
        audit.record("calendar.clocks", actor=actor, detail={"year": year, "clocks": told})
    return found


def _carry_out(actor: Actor, year: int, text: str, complete: bool, source: str) -> Outcome:
    reading = calendar_text.read(text, year)
    calendar_days.lock()
    before = workdays.calendar()
    _admit(reading, year, complete, source.strip(), before)
    changed = calendar_days.differing(reading.days)
    states = complete and not _is_stated(year, source.strip())
    found = Outcome(year, reading, changed, states)
    if found.changes_nothing:
        return found
    after = before.changed({one.day: one.worked for one in changed}, {year} if complete else ())
    calendar_days.enter(actor=actor, year=year, days=changed, complete=states, source=source)
    if changed:
        since = min(one.day for one in changed)
        found.concerned.extend(_move_all(clocks.moves(before, after, since), after, since))
    return found


def _is_stated(year: int, source: str) -> bool:
    row = calendar_days.statement(year)
    return row is not None and row.source == source


def _admit(reading: Reading, year: int, complete: bool, source: str, before: Calendar) -> None:
    problems = list(reading.problems)
    if year not in clocks.editable_years():
        problems.append(Problem("year", _("只能改动今年和以后两年的日历。"), "text"))
    if len(source) > MAX_SOURCE:
        problems.append(Problem("too_long", _("最多 %(n)s 字") % {"n": MAX_SOURCE}, "source"))
    if complete and not source:
        problems.append(Problem("required", _("请写明依据的通知及文号。"), "source"))
    if not reading.days and not complete and not problems:
        problems.append(Problem("nothing", _("没有认出任何日期。"), "text"))
    if not complete and not problems and not clocks.is_complete(year):
        words = _("%(year)s 年的放假安排尚未录全：请一次录入全年，并勾选“已录全”。") % {"year": year}
        problems.append(Problem("partial", words, "complete"))
    known = before.changed({one.day: one.worked for one in reading.days})
    if complete and not problems and not known.is_certain(year):
        problems.append(Problem("nothing", _("一天假也没有录入，不能声明已录全。"), "text"))
    if problems:
        raise Invalid(problems)


def _move_all(concerned: list[Move], after: Calendar, since: date) -> list[Move]:
    """Write the new dates, then let the duties follow; returns all, with the duties that moved."""
    for move in concerned:
        if move.moves:
            _WRITE[move.kind](move)
    own = {move.pk for move in concerned if move.kind == ClockKind.DUTY}
    rows = list(clocks.following(since))
    with workdays.under(after):
        for scope in dict.fromkeys([*(row.scope for row in rows), *_scopes(concerned)]):
            duties.sync_scope(scope)
    due = dict(Duty.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", "due_at"))
    followed = [
        clocks.duty_move(row, clock.local(due[row.pk]).date())
        for row in rows
        if row.pk not in own and due[row.pk] != row.due_at
    ]
    return concerned + followed


def _scopes(concerned: Iterable[Move]) -> list[str]:
    filings = {move.filing_id for move in concerned if move.filing_id}
    return [f"filing:{pk}" for pk in sorted(filings)]


def _written(rows: int) -> None:
    """What was changed or closed by somebody else since it was counted is not written over."""
    if not rows:
        raise Stale.one("calendar_moved", _("核对期间有人办理了受影响的事项，请重新预览。"))


def _filing(move: Move) -> None:
    rows = Filing.objects.filter(pk=move.pk, due_at__range=_within(move.old)).exclude(state__in=FINAL_STATES)
    _written(rows.update(due_at=clock.end_of_day(move.new)))


def _notice(move: Move) -> None:
    rows = Notice.objects.filter(pk=move.pk, closed_at=None, ends_on=move.old)
    _written(rows.update(ends_on=move.new))
    Filing.objects.filter(notices=move.pk).update(due_at=clock.end_of_day(move.new))


def _objection(move: Move) -> None:
    rows = Objection.objects.filter(pk=move.pk, answered_at=None)
    _written(rows.update(due_at=clock.end_of_day(move.new)))


def _hearing(move: Move) -> None:
    rows = Cancellation.objects.filter(pk=move.pk, state=CancellationState.HEARING, hearing_until=move.old)
    _written(rows.update(hearing_until=move.new))


def _duty(move: Move) -> None:
    rows = Duty.objects.filter(pk=move.pk, standing=DutyStanding.OPEN, due_at__range=_within(move.old))
    _written(rows.update(due_at=clock.end_of_day(move.new), reminded_on=None, escalated_at=None))


def _within(day: date) -> tuple[datetime, datetime]:
    return clock.start_of_day(day), clock.end_of_day(day)


_WRITE = {
    ClockKind.FILING: _filing,
    ClockKind.NOTICE: _notice,
    ClockKind.OBJECTION: _objection,
    ClockKind.HEARING: _hearing,
    ClockKind.DUTY: _duty,
}


def _tell(actor: Actor, move: Move) -> None:
    """The timeline says it; a unit learns of a date of its own."""
    days = {"a": move.old.isoformat(), "b": move.new.isoformat()}
    detail = {"clock": str(move.kind), "id": move.pk, "old": days["a"], "new": days["b"]}
    if move.kind == ClockKind.HEARING:
        telling.hearing_prolonged(Cancellation.objects.select_related("entity__lead").get(pk=move.pk))
    if move.kind not in (ClockKind.FILING, ClockKind.NOTICE) or move.filing_id is None:
        return
    filing = Filing.objects.select_related("applicant").get(pk=move.filing_id)
    words = {
        ClockKind.NOTICE: _("公示截止日期由 %(a)s 顺延至 %(b)s，因节假日安排顺延。"),
        ClockKind.FILING: _("补正截止日期由 %(a)s 顺延至 %(b)s，因节假日安排顺延。")
        if move.promised
        else _("办理期限由 %(a)s 改为 %(b)s，因节假日安排调整。"),
    }[move.kind]
    log(
        filing,
        "clock_moved",
        _("期限顺延") if move.promised else _("期限随日历调整"),
        actor=actor,
        comment=words % days,
        detail=detail,
        staff_only=not move.promised,
    )
    if move.promised:
        telling.clock_moved(filing)
