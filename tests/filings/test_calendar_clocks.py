"""The clocks of the years after under a changed calendar, and what others count in the meantime."""

from __future__ import annotations

import datetime
import threading

import pytest

from accounts.models import Message
from core import clock, workdays
from core.calendar_text import read
from core.models import CalendarDay
from core.workdays import Calendar
from filings.enums import DutyKind
from filings.models import Cancellation, Duty
from filings.selectors.calendar import ClockKind
from filings.services import calendar, cancellation, duties
from tests.core.threads import together
from tests.makers import after
from tests.makers import filings as make
from tests.makers.calendar import YEAR_2027, enter
from tests.makers.duties import make_entity

WORKED_WEEKEND = {"text": "1月9日、1月10日上班。2月8日放假。"}


def at(year: int, month: int, day: int) -> datetime.datetime:
    return datetime.datetime(year, month, day, 10, tzinfo=clock.SHANGHAI)


def until(row: Cancellation) -> datetime.date | None:
    return Cancellation.objects.get(pk=row.pk).hearing_until


@pytest.mark.django_db
class TestHearing:
    @pytest.fixture
    def served(self, frozen):
        """Served on 30 December for five working days: by weekday until 6 January."""
        case, entity = after.filed(frozen)
        frozen.at(at(2026, 12, 30))
        row = after.serve(case, entity)
        assert until(row) == datetime.date(2027, 1, 6)
        return case, row

    def test_it_is_lengthened_its_duty_follows_and_the_unit_is_told(self, served):
        case, row = served
        found = enter(case.actor("director"))
        assert until(row) == datetime.date(2027, 1, 7)
        assert {m.kind for m in found.moved} == {ClockKind.HEARING, ClockKind.DUTY}
        duty = Duty.objects.get(kind=DutyKind.HEARING, standing="open")
        assert clock.local(duty.due_at).date() == datetime.date(2027, 1, 7)
        assert Message.objects.filter(user=case.applicant, title__contains="因节假日安排顺延").count() == 1

    def test_it_is_never_shortened(self, served, frozen):
        case, row = served
        frozen.at(at(2026, 12, 31))
        cancellation.pause(actor=case.actor("officer"), cancellation=row, comment="等待补充证据。")
        frozen.at(at(2027, 1, 5))
        again = Cancellation.objects.get(pk=row.pk)
        cancellation.resume(actor=case.actor("officer"), cancellation=again)
        assert until(row) == datetime.date(2027, 1, 11)  # four days after the 5th
        found = enter(case.actor("director"), **WORKED_WEEKEND)
        assert until(row) == datetime.date(2027, 1, 11)
        assert [(m.counted, m.moves) for m in found.concerned if m.kind == ClockKind.HEARING] == [
            (datetime.date(2027, 1, 9), False)
        ]

    def test_while_it_is_paused_nothing_moves(self, served, frozen):
        case, row = served
        frozen.at(at(2026, 12, 31))
        cancellation.pause(actor=case.actor("officer"), cancellation=row, comment="等待补充证据。")
        assert not enter(case.actor("director")).concerned


@pytest.mark.django_db
class TestDuties:
    def test_the_time_to_put_right_is_promised(self, frozen):
        case = make.make_case()
        frozen.at(at(2026, 12, 30))
        entity = make_entity(case.lead)
        entity.unmet = [{"condition": "cond_x", "label": "成员数量"}]
        entity.save()
        duties.sync(entity)
        duty = Duty.objects.get(kind=DutyKind.RECTIFY)
        was = clock.local(duty.due_at).date()
        assert was.year == 2027
        found = enter(case.actor("director"), **WORKED_WEEKEND)
        duty.refresh_from_db()
        assert clock.local(duty.due_at).date() >= was
        enter(case.actor("director"))
        duty.refresh_from_db()
        assert clock.local(duty.due_at).date() > was
        assert not [m for m in found.moved if m.pk == duty.pk and m.new < m.old]

    def test_duties_on_calendar_dates_stay(self, frozen):
        case = make.make_case()
        frozen.at(at(2026, 12, 30))
        entity = make_entity(case.lead, valid_until=datetime.date(2027, 3, 1))
        duties.sync(entity)
        renewal = Duty.objects.get(kind=DutyKind.RENEWAL)
        enter(case.actor("director"), text=YEAR_2027["text"] + "2027-03-01 放假 临时安排")
        assert Duty.objects.get(pk=renewal.pk).due_at == renewal.due_at
        entity.refresh_from_db()
        assert entity.valid_until == datetime.date(2027, 3, 1)


def test_a_proposed_calendar_is_seen_in_its_own_thread_alone():
    """Both inside and outside at the very same time; no database, so that nothing but the block can differ."""
    day, friday = datetime.date(2027, 1, 1), datetime.date(2026, 12, 31)
    inside, looked = threading.Event(), threading.Event()
    workdays.calendar.forget()

    def proposing() -> tuple[bool, datetime.date]:
        with workdays.under(Calendar({day: False})):
            inside.set()
            assert looked.wait(10)
            return workdays.is_workday(day), workdays.add_workdays(friday, 1)

    def looking() -> tuple[bool, datetime.date]:
        assert inside.wait(10)
        try:
            with workdays.under(Calendar()):  # what this thread counts with, instead of the stored rows
                return workdays.is_workday(day), workdays.add_workdays(friday, 1)
        finally:
            looked.set()

    assert together(proposing, looking) == [
        (False, datetime.date(2027, 1, 4)),
        (True, datetime.date(2027, 1, 1)),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_preview_never_changes_what_another_thread_counts(frozen, monkeypatch):
    """The other one counts while the preview stands in the middle of its work, the new rows written."""
    frozen.at(at(2026, 12, 30))
    case = make.make_case()
    filing = make.drive(case, "recommended", frozen)
    director = case.actor("director")
    inside, looked = threading.Event(), threading.Event()
    real = calendar._move_all

    def slow(*args):
        inside.set()
        assert looked.wait(20)
        return real(*args)

    monkeypatch.setattr(calendar, "_move_all", slow)

    def looking() -> tuple[datetime.date, datetime.datetime, int]:
        assert inside.wait(20)
        try:
            counted = workdays.add_workdays(datetime.date(2026, 12, 31), 1)
            return counted, make.fresh(filing).due_at, CalendarDay.objects.count()
        finally:
            looked.set()

    previewed, seen = together(lambda: calendar.preview(actor=director, **YEAR_2027), looking)
    assert [move.new for move in previewed.moved if move.kind == ClockKind.FILING] == [
        datetime.date(2027, 1, 7)
    ]
    assert seen == (datetime.date(2027, 1, 1), filing.due_at, 0)
    assert workdays.add_workdays(datetime.date(2026, 12, 31), 1) == datetime.date(2027, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_two_heads_at_once_enter_it_once(frozen):
    frozen.at(at(2026, 12, 30))
    case = make.make_case()
    filing = make.drive(case, "recommended", frozen)
    director = case.actor("director")
    found = together(lambda: enter(director), lambda: enter(director))
    assert sorted(one.changes_nothing for one in found) == [False, True]
    assert make.fresh(filing).events.filter(name="clock_moved").count() == 1


def test_the_make_up_day_of_october_counts():
    """Five working days from 30 September 2026: 8, 9, 10 (a Saturday), 12, 13."""
    assert Calendar().add(datetime.date(2026, 9, 30), 5) == datetime.date(2026, 10, 13)
    without = Calendar().changed({datetime.date(2026, 10, 10): False})
    assert without.add(datetime.date(2026, 9, 30), 5) == datetime.date(2026, 10, 14)


def test_a_proposal_is_merged_and_taken_back():
    first = Calendar().changed({one.day: one.worked for one in read("1月1日放假", 2027).days}, {2027})
    assert first.is_certain(2027)
    assert not first.is_workday(datetime.date(2027, 1, 1))
    back = first.changed({one.day: one.worked for one in read("2027-01-01 恢复", 2027).days})
    assert back.is_workday(datetime.date(2027, 1, 1))
    assert back.is_certain(2027)
    assert not Calendar().is_certain(2027)
