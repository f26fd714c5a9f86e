"""Away from a day to a day: who covers, what is refused, and that cover gives work and no rights."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from django.db import connection

from accounts.models import Membership, Message
from core import clock
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, PortalError
from core.models import AuditEntry
from filings.models import Absence
from filings.selectors import worklist
from filings.selectors.assignment import covered_by, officer_panel, stands_in
from filings.services import decision, examination
from filings.services.absence import end_absence, set_absence, tell_covers
from tests.makers import accounts as people
from tests.makers import filings as make

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)


@pytest.fixture
def case() -> make.Case:
    return make.make_case(experts=0)


@pytest.fixture
def second(case):
    return people.make_user("case_officer", case.bureau)


def away(case, user=None, cover=None, since=0, until=3, who=None):
    user = user or case.officer
    return set_absence(
        actor=who or people.act(user, case.bureau),
        user=user,
        cover=cover or case.director,
        since=TODAY + timedelta(days=since),
        until=TODAY + timedelta(days=until),
        reason="年休假",
    )


def refused(call) -> list[str]:
    with pytest.raises(Invalid) as found:
        call()
    return [problem.code for problem in found.value.problems]


# --- who stands in ---------------------------------------------------------------------------


def test_the_cover_stands_in_from_the_first_day_to_the_last(case, second, frozen):
    away(case, cover=second, since=1, until=3)
    days = [TODAY + timedelta(days=n) for n in range(6)]
    found = [stands_in(case.officer, case.bureau, day) for day in days]
    assert found == [case.officer, second, second, second, case.officer, case.officer]
    assert [covered_by(second, case.bureau, day) for day in days[:2]] == [[], [case.officer]]
    assert covered_by(case.officer, case.bureau, days[1]) == []


def test_a_cover_who_lost_the_role_stands_in_for_nobody(case, second):
    away(case, cover=second)
    assert stands_in(case.officer, case.bureau, TODAY) == second
    Membership.objects.filter(user=second).delete()
    assert stands_in(case.officer, case.bureau, TODAY) == case.officer


def test_one_step_only(case, second):
    """Should the cover be away after all, nobody is passed on to a third."""
    away(case, cover=second)
    third = people.make_user("case_officer", case.bureau)
    Absence.objects.create(
        organisation=case.bureau,
        user=second,
        cover=third,
        since=TODAY,
        until=TODAY,
        created_by=case.director,
        created_at=clock.now(),
    )
    assert stands_in(case.officer, case.bureau, TODAY) == second
    assert covered_by(third, case.bureau, TODAY) == [second]


def test_it_counts_in_one_bureau(case, second):
    other = people.make_bureau("370300")
    away(case, cover=second)
    assert stands_in(case.officer, other, TODAY) == case.officer
    assert covered_by(second, other, TODAY) == []


# --- what is refused -------------------------------------------------------------------------


def test_days(case, second):
    assert refused(lambda: away(case, cover=second, since=-1)) == ["since"]
    assert refused(lambda: away(case, cover=second, since=2, until=1)) == ["until"]
    assert refused(lambda: away(case, cover=second, until=400)) == ["until"]
    for since, until in ((date.min, TODAY), (TODAY, date.max)):
        me = case.actor("officer")
        with pytest.raises(Invalid):
            set_absence(actor=me, user=case.officer, cover=second, since=since, until=until)
    assert away(case, cover=second, until=0).until == TODAY


def test_overlaps(case, second):
    third = people.make_user("case_officer", case.bureau)
    away(case, cover=second, since=2, until=4)
    assert refused(lambda: away(case, cover=second, since=4, until=6)) == ["overlap"]
    assert refused(lambda: away(case, cover=third, since=0, until=2)) == ["overlap"]
    away(case, cover=second, since=5, until=6)
    # who covers is not away in these days, nor covered by the one covered
    assert refused(lambda: away(case, second, third, since=3, until=3)) == ["covers"]
    assert refused(lambda: away(case, second, case.officer, since=3, until=3)) == ["cover_away"]
    # and who is away covers nobody
    away(case, third, case.director, since=20, until=21)
    assert refused(lambda: away(case, cover=third, since=21, until=22)) == ["cover_away"]
    away(case, second, third, since=10, until=12)


def test_an_absence_that_was_ended_stands_in_nobodys_way(case, second):
    row = away(case, cover=second)
    end_absence(actor=case.actor("officer"), absence_id=row.pk)
    assert stands_in(case.officer, case.bureau, TODAY) == case.officer
    away(case, cover=second)


def test_the_cover_holds_what_the_work_needs(case, second):
    assert refused(lambda: away(case, cover=case.officer)) == ["cover"]
    auditor, stranger = people.make_user("auditor", case.bureau), case.applicant
    for nobody in (auditor, stranger, case.district):
        assert refused(lambda nobody=nobody: away(case, cover=nobody)) == ["cover"]
    # a head may do an officer's work, an officer not a head's
    head, other = case.actor("director"), people.make_user("division_head", case.bureau)
    assert refused(lambda: away(case, case.director, second, who=head)) == ["cover"]
    away(case, case.director, other, who=head, since=30, until=31)
    away(case, cover=case.director)
    # who is both needs somebody who may do both
    people.give_role(second, "division_head", case.bureau)
    third = people.make_user("case_officer", case.bureau)
    assert refused(lambda: away(case, second, third)) == ["cover"]
    away(case, second, other)


def test_a_district_officer_is_covered_by_a_district_officer(case):
    bureau = case.district_bureau
    officer = people.make_user("case_officer", bureau)
    colleague = people.make_user("district_officer", bureau)
    given = {
        "actor": people.act(case.district, bureau),
        "user": case.district,
        "since": TODAY,
        "until": TODAY,
    }
    assert refused(lambda: set_absence(cover=officer, **given)) == ["cover"]
    set_absence(cover=colleague, **given)
    assert stands_in(case.district, bureau, TODAY) == colleague


def test_for_oneself_or_by_a_head(case, second):
    with pytest.raises(NotAllowed):
        away(case, cover=second, who=people.act(second, case.bureau))
    auditor = people.make_user("auditor", case.bureau)
    with pytest.raises(NotAllowed):
        away(case, auditor, second)
    head = case.actor("director")
    assert refused(lambda: away(case, auditor, second, who=head)) == ["user"]
    assert refused(lambda: away(case, case.applicant, second, who=head)) == ["user"]
    row = away(case, cover=second, who=head)
    assert row.created_by == case.director
    assert AuditEntry.objects.get(action="absence.set").user_id == case.director.pk


def test_ending(case, second):
    row = away(case, cover=second)
    with pytest.raises(NotAllowed):
        end_absence(actor=people.act(second, case.bureau), absence_id=row.pk)
    zibo = people.make_bureau("370300")
    with pytest.raises(NotVisible):
        stranger = people.act(people.make_user("division_head", zibo), zibo)
        end_absence(actor=stranger, absence_id=row.pk)
    with pytest.raises(NotVisible):
        end_absence(actor=case.actor("officer"), absence_id=987654)
    end_absence(actor=case.actor("director"), absence_id=row.pk)
    with pytest.raises(NotNow):
        end_absence(actor=case.actor("officer"), absence_id=row.pk)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_cover_each_other(case, second):
    """Each alone is fine; together they would be away with nobody there. The second to come is told."""
    barrier, outcome = threading.Barrier(2), []

    def run(user, cover):
        try:
            barrier.wait(10)
            outcome.append(away(case, user, cover))
        except PortalError as error:
            outcome.append(error)
        finally:
            connection.close()

    pairs = ((case.officer, second), (second, case.officer))
    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(isinstance(found, Invalid) for found in outcome) == 1
    assert Absence.objects.count() == 1


# --- work, and no rights ---------------------------------------------------------------------


def test_the_cases_of_who_is_away_are_on_the_covers_list(case, second, frozen):
    filing = make.drive(case, "in_examination")
    me = people.act(second, case.bureau)

    def mine():
        rows = worklist.on_desk(me).filter(worklist.waits_for(me))
        return [(line.pk, line.covered, line.cover_words) for line in worklist.lines(rows, me)]

    assert mine() == [] and not worklist.mine(me)
    away(case, cover=second, since=1, until=2)
    assert mine() == []
    frozen.move(days=1)
    assert mine() == [(filing.pk, True, f"代 {case.officer} 办理")]
    assert len(worklist.mine(me)) == 1 == worklist.counts(worklist.on_desk(me), me)["mine"]
    panel = officer_panel(filing, me)
    assert (panel["person"], panel["cover"]) == (case.officer, second)
    frozen.move(days=2)
    assert mine() == []


def test_the_cover_acts_under_the_own_name_and_the_case_stays(case, second):
    filing = make.drive(case, "recommended")
    assert filing.assigned_to == case.officer
    away(case, cover=second)
    examination.start(actor=people.act(second, case.bureau), filing=filing)
    assert make.fresh(filing).assigned_to == case.officer
    assert filing.events.get(name="start_examination").actor == second
    # who neither covers nor has the case takes it by beginning
    other = people.make_user("case_officer", case.bureau)
    again = make.drive(make.make_case(experts=0), "recommended")
    Absence.objects.all().delete()
    examination.start(actor=people.act(other, case.bureau), filing=again)
    assert make.fresh(again).assigned_to == other


def test_covering_a_head_makes_nobody_a_head(frozen):
    case = make.make_case()
    filing = make.drive(case, "proposed", frozen)
    head = people.make_user("division_head", case.bureau)
    away(case, case.director, head)
    # the officer who proposed covers nobody's office; with the role gone the cover has nothing left either
    Membership.objects.filter(user=head).delete()
    people.give_role(head, "case_officer", case.bureau)
    with pytest.raises(NotAllowed):
        decision.confirm(actor=people.act(head, case.bureau), filing=filing)


# --- who is told -----------------------------------------------------------------------------


def test_the_cover_is_told_ahead_at_the_start_and_at_the_end(case, second, frozen):
    row = away(case, cover=second, since=2, until=4)
    titles = lambda: [m.title for m in Message.objects.filter(user=second).order_by("pk")]  # noqa: E731
    assert len(titles()) == 1 and "休假" in titles()[0]
    assert tell_covers() == 0
    frozen.move(days=2)
    assert tell_covers() == 1 and tell_covers() == 0
    assert "今日起由您代办" in titles()[1]
    end_absence(actor=case.actor("officer"), absence_id=row.pk)
    assert "代办结束" in titles()[2]


def test_a_cover_that_begins_today_is_told_once(case, second):
    away(case, cover=second)
    assert [m.title for m in Message.objects.filter(user=second)] == [f"今日起由您代办：{case.officer}"]
