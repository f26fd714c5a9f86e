"""A change of the calendar: what it would move, what it moves, what it never touches."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from core import clock, workdays
from core.errors import Invalid, NotAllowed, Stale
from core.models import AuditEntry, CalendarDay, CalendarYear
from filings.models import Duty, Filing, Notice, Objection
from filings.selectors.calendar import ClockKind, Move
from filings.services import calendar, duties, notice
from filings.services.calendar import Outcome
from tests.makers import filings as make
from tests.makers.accounts import act, make_bureau, make_user
from tests.makers.calendar import NOTICE_2027, SOURCE, YEAR_2027, enter

pytestmark = pytest.mark.django_db


def at(year: int, month: int, day: int) -> datetime.datetime:
    return datetime.datetime(year, month, day, 10, tzinfo=clock.SHANGHAI)


def day(moment: Any) -> datetime.date:
    return clock.local(moment).date()


def of(found: Outcome, kind: ClockKind) -> list[Move]:
    return [move for move in found.concerned if move.kind == kind]


def test_a_notice_across_the_october_holiday_and_its_make_up_day(frozen):
    """Published on the last day before: the 8th, 9th, Saturday the 10th, 12th and 13th are five working days."""
    frozen.at(at(2026, 9, 30))
    filing = make.drive(make.make_case(), "on_notice", frozen)
    row = filing.notices.get()
    assert (row.days, row.ends_on) == (5, datetime.date(2026, 10, 13))
    assert day(filing.due_at) == row.ends_on


def test_a_notice_runs_longer_when_its_make_up_day_is_free_after_all(frozen):
    frozen.at(at(2026, 9, 30))
    case = make.make_case()
    filing = make.drive(case, "on_notice", frozen)
    found = enter(case.actor("director"), year=2026, text="2026-10-10 放假 临时安排", complete=False)
    assert [(m.old.day, m.new.day) for m in of(found, ClockKind.NOTICE)] == [(13, 14)]
    filing = make.fresh(filing)
    row = filing.notices.get()
    assert row.ends_on == day(filing.due_at) == datetime.date(2026, 10, 14)
    line = filing.events.get(name="clock_moved")
    assert "2026-10-13 顺延至 2026-10-14，因节假日安排顺延" in line.comment
    assert not line.staff_only


class TestAcrossTheYear:
    """A clock that runs into a year the library does not know."""

    @pytest.fixture
    def case(self, frozen):
        return make.make_case()

    @pytest.fixture
    def filing(self, frozen, case):
        """Recommended on Wednesday 30 December: five days by weekday end on 6 January."""
        frozen.at(at(2026, 12, 30))
        return make.drive(case, "recommended", frozen)

    @pytest.fixture
    def beside(self, frozen, filing):
        """One whose clock ends before, and one that is over."""
        frozen.at(at(2026, 12, 23))
        other = make.make_case()
        early = make.drive(other, "recommended", frozen, name="青岛市早期创新联合体")
        assert day(early.due_at) == datetime.date(2026, 12, 30)
        frozen.at(at(2026, 12, 30))
        return early

    def test_it_is_counted_by_weekday_and_said_to_be_uncertain(self, filing):
        from filings.selectors.clock import face

        assert day(filing.due_at) == datetime.date(2027, 1, 6)
        assert not face(filing).certain

    def test_the_preview_lists_exactly_it_and_keeps_nothing(self, case, filing, beside):
        duties.sync(filing)
        before = AuditEntry.objects.count()
        found = calendar.preview(actor=case.actor("officer"), **YEAR_2027)
        assert [(m.filing_id, m.old, m.new) for m in of(found, ClockKind.FILING)] == [
            (filing.pk, datetime.date(2027, 1, 6), datetime.date(2027, 1, 7))
        ]
        assert {m.filing_id for m in found.concerned} == {filing.pk}
        assert [m.new for m in of(found, ClockKind.DUTY)] == [datetime.date(2027, 1, 7)]
        assert not found.kept
        assert day(make.fresh(filing).due_at) == datetime.date(2027, 1, 6)
        assert not CalendarDay.objects.exists()
        assert not CalendarYear.objects.exists()
        assert not workdays.is_certain(2027)
        assert AuditEntry.objects.count() == before

    def test_applied_it_moves_and_again_changes_nothing(self, case, filing, beside):
        director = case.actor("director")
        duties.sync(filing)
        seen = calendar.preview(actor=director, **YEAR_2027)
        found = enter(director, seen=seen.fingerprint)
        assert found.fingerprint == seen.fingerprint
        assert day(make.fresh(filing).due_at) == datetime.date(2027, 1, 7)
        assert day(make.fresh(beside).due_at) == datetime.date(2026, 12, 30)
        assert day(Duty.objects.get(scope=f"filing:{filing.pk}", standing="open").due_at).day == 7
        assert workdays.is_certain(2027)
        stated = CalendarYear.objects.get()
        assert (stated.source, stated.stated_by_id) == (SOURCE, director.user_id)
        entries = AuditEntry.objects.count()
        again = enter(director)
        assert again.changes_nothing
        assert not again.concerned
        assert AuditEntry.objects.count() == entries
        assert make.fresh(filing).events.filter(name="clock_moved").count() == 1

    def test_the_audit_names_the_days_and_the_clocks(self, case, filing):
        enter(case.actor("director"))
        entered = AuditEntry.objects.get(action="calendar.entered")
        assert entered.detail["source"] == SOURCE
        assert {"day": "2027-01-31", "kind": "workday", "note": "春节"} in entered.detail["days"]
        moved = AuditEntry.objects.get(action="calendar.clocks").detail["clocks"]
        assert {
            "kind": "filing",
            "id": filing.pk,
            "old": "2027-01-06",
            "counted": "2027-01-07",
            "new": "2027-01-07",
        } in moved

    def test_a_day_taken_back_brings_the_bureaus_limit_back(self, case, filing):
        director = case.actor("director")
        enter(director)
        enter(director, text="2027-01-01 恢复", complete=False)
        assert day(make.fresh(filing).due_at) == datetime.date(2027, 1, 6)

    def test_what_is_closed_is_never_touched(self, case, filing):
        from filings.services import examination

        examination.start(actor=case.actor("officer"), filing=filing)
        closed = examination.not_accept(
            actor=case.actor("officer"), filing=make.fresh(filing), comment="不属于受理范围。"
        )
        was = make.fresh(closed).due_at
        assert not enter(case.actor("director")).concerned
        assert make.fresh(closed).due_at == was

    def test_a_confirmation_of_something_else_than_was_seen_is_refused(self, case, filing, frozen):
        director = case.actor("director")
        seen = calendar.preview(actor=director, **YEAR_2027)
        make.drive(make.make_case(), "recommended", frozen, name="青岛市后来创新联合体")
        with pytest.raises(Stale, match="请重新核对"):
            enter(director, seen=seen.fingerprint)
        assert not CalendarDay.objects.exists()


class TestPromises:
    """What a unit or the public was promised is only ever lengthened."""

    @pytest.fixture
    def case(self, frozen):
        return make.make_case()

    @pytest.fixture
    def correction(self, frozen, case):
        """Sent back on 30 December for fifteen working days, by weekday until 20 January."""
        frozen.at(at(2026, 12, 30))
        filing = make.drive(case, "in_correction", frozen)
        assert day(filing.due_at) == datetime.date(2027, 1, 20)
        return filing

    # Saturdays and Sundays in January that are worked, and one free day far away: everything ends earlier.
    SHORTER = "1月9日、1月10日、1月16日上班。\n2月8日放假。"

    def test_a_correction_is_lengthened(self, case, correction):
        enter(case.actor("director"))
        assert day(make.fresh(correction).due_at) == datetime.date(2027, 1, 21)
        assert (
            "补正截止日期由 2027-01-20 顺延至 2027-01-21" in correction.events.get(name="clock_moved").comment
        )

    def test_a_correction_is_never_shortened_and_the_preview_says_so(self, case, correction):
        found = enter(case.actor("director"), text=self.SHORTER)
        assert [(m.old.day, m.counted.day, m.new.day, m.moves) for m in of(found, ClockKind.FILING)] == [
            (20, 16, 20, False)
        ]
        assert day(make.fresh(correction).due_at) == datetime.date(2027, 1, 20)
        assert not correction.events.filter(name="clock_moved").exists()

    def test_control_without_the_rule_it_would_be_shortened(self, case, correction, monkeypatch):
        monkeypatch.setattr(Move, "new", property(lambda move: move.counted))
        enter(case.actor("director"), text=self.SHORTER)
        assert day(make.fresh(correction).due_at) == datetime.date(2027, 1, 16)

    def test_the_bureaus_own_limit_follows_exactly(self, case, frozen):
        frozen.at(at(2026, 12, 30))
        filing = make.drive(case, "submitted", frozen)  # ten days: until the 13th by weekday
        assert day(filing.due_at) == datetime.date(2027, 1, 13)
        enter(case.actor("director"), text=self.SHORTER)
        assert day(make.fresh(filing).due_at) == datetime.date(2027, 1, 11)

    def test_after_a_date_was_kept_only_what_goes_beyond_it_moves_it(self, case, correction):
        director = case.actor("director")
        enter(director, text=self.SHORTER)
        found = enter(
            director, text="2027-01-12 放假 临时安排", complete=False
        )  # counted 18th, promised 20th
        assert not of(found, ClockKind.FILING) or not of(found, ClockKind.FILING)[0].moves
        assert day(make.fresh(correction).due_at) == datetime.date(2027, 1, 20)

    def test_a_notice_and_an_objection(self, case, frozen):
        frozen.at(at(2026, 12, 30))
        filing = make.drive(case, "on_notice", frozen)
        row = filing.notices.get()
        made = notice.object_to(
            actor=case.actor("applicant"),
            notice_id=row.pk,
            name="测试人员",
            contact="0532-0000000",
            text="对牵头单位的条件有异议。",
        )
        assert (row.ends_on, day(made.due_at)) == (datetime.date(2027, 1, 6), datetime.date(2027, 1, 20))
        found = enter(case.actor("director"), text=self.SHORTER)
        assert Notice.objects.get().ends_on == datetime.date(2027, 1, 6)  # not across the 9th
        assert day(Objection.objects.get().due_at) == datetime.date(2027, 1, 16)  # the bureau's own
        assert not of(found, ClockKind.NOTICE)
        enter(case.actor("director"))
        assert Notice.objects.get().ends_on == datetime.date(2027, 1, 7)
        assert day(Filing.objects.get().due_at) == datetime.date(2027, 1, 7)


class TestRights:
    def test_who_prepares_and_who_decides(self, frozen):
        case = make.make_case()
        with pytest.raises(NotAllowed, match="处室负责人"):
            enter(case.actor("officer"))
        calendar.preview(actor=case.actor("officer"), **YEAR_2027)
        sysadmin = act(make_user("sysadmin", make_bureau("370200")))
        for actor in (case.actor("applicant"), case.actor("district"), sysadmin):
            with pytest.raises(NotAllowed):
                calendar.preview(actor=actor, **YEAR_2027)
            with pytest.raises(NotAllowed):
                enter(actor)

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"complete": False}, "请一次录入全年"),
            ({"source": " "}, "请写明依据"),
            ({"source": "长" * 121}, "最多 120 字"),
            ({"text": ""}, "不能声明已录全"),
            ({"text": "", "complete": False}, "没有认出任何日期"),
            ({"text": NOTICE_2027 + "1月2日上班"}, "在第 2 行已经写过"),
            ({"year": 2025, "text": "2025-01-02 放假", "complete": False}, "只能改动今年和以后两年"),
            ({"year": 2029}, "只能改动今年和以后两年"),
        ],
    )
    def test_what_cannot_be_entered_says_why(self, frozen, changes, words):
        director = make.make_case().actor("director")
        with pytest.raises(Invalid, match=words):
            enter(director, **changes)
        assert not CalendarDay.objects.exists()
