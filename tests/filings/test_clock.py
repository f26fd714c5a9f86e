"""The working-day clock: limits from the law, paused while the applicant has the ball."""

import datetime

import pytest

from core import clock
from filings.selectors.clock import due_after, face, is_deemed_accepted
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


def day(moment):
    return clock.local(moment).date()


def test_each_step_has_the_limit_of_the_law(frozen):
    case = make.make_case()
    filing = make.drive(case, "submitted", frozen)  # Monday 2 March 2026
    assert day(filing.due_at) == datetime.date(2026, 3, 16)  # ten working days
    filing = make.drive(case, "recommended", frozen, filing=filing)
    assert day(filing.due_at) == datetime.date(2026, 3, 9)  # five


def test_the_bureaus_clock_stops_during_correction(frozen):
    case = make.make_case()
    filing = make.drive(case, "in_examination", frozen)
    frozen.at(datetime.datetime(2026, 3, 4, 10, tzinfo=clock.SHANGHAI))  # two of five days used
    filing = make.send_back(case, filing)
    assert face(filing).paused and face(filing).holder == "applicant"
    assert day(filing.due_at) == datetime.date(2026, 3, 25)  # fifteen working days for the applicant
    frozen.at(datetime.datetime(2026, 3, 24, 10, tzinfo=clock.SHANGHAI))
    filing = make.correct(case, filing)
    assert day(filing.due_at) == datetime.date(2026, 3, 27)  # the three that were left


def test_a_missed_limit_is_flagged_and_moves_nothing(frozen):
    case = make.make_case()
    filing = make.drive(case, "recommended", frozen)
    assert not is_deemed_accepted(filing)
    frozen.at(datetime.datetime(2026, 3, 10, 0, 0, tzinfo=clock.SHANGHAI))
    assert is_deemed_accepted(filing)
    assert face(filing).late
    filing.refresh_from_db()
    assert filing.state == "recommended"


def test_the_notice_ends_with_its_own_last_day(frozen):
    filing = make.drive(make.make_case(), "on_notice", frozen)
    assert day(due_after(filing)) == filing.notices.get().ends_on
