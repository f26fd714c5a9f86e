"""Who is reminded of a duty, when, and who is not any more; what is missed goes up, once."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core import mail
from django.test import TestCase

from accounts import notices
from accounts.models import Message, Organisation, User
from accounts.services import digest
from core import clock, jobs, outbox
from core.models import AuditEntry, Job
from filings.enums import Action, Lamp, State
from filings.models import Absence, Duty, Entity, Filing
from filings.selectors.duty_people import recipients
from filings.services import duties, nightly, reminders, standing
from tests.makers.accounts import give_role, make_bureau, make_organisation, make_user
from tests.makers.duties import make_entity, morning, open_duties
from tests.makers.filings import Case, correct, drive, make_case
from tests.support.remembered import remembered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def conditions_are_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entities of these tests have no members; what that means for them is told elsewhere."""
    monkeypatch.setattr(standing, "lamp_of", lambda entity, on: (Lamp.GREEN, []))


UNITS, FINISHED = 260, 255


def day_has_come(frozen: Any, year: int, month: int, day: int, hour: int = 9) -> None:
    """A day on which the scheduler rang, and every job it queued was done."""
    frozen.at(morning(year, month, day, hour))
    for _time in range(2):
        nightly.ring()
        jobs.run_pending()
    assert not Job.objects.filter(state=Job.State.FAILED).exists()


def told(kind: str = reminders.REMINDER) -> list[tuple[str, int]]:
    return list(Message.objects.filter(kind=kind).order_by("pk").values_list("title", "user_id"))


def mails_of_the_day(day: datetime.date) -> list[str]:
    """Send every digest of a day and everything that waits; returns the addresses mailed."""
    for person in User.objects.filter(is_active=True).exclude(email=""):
        with TestCase.captureOnCommitCallbacks(execute=True):
            digest.send_digest(person=person, day=day)
    outbox.deliver(limit=1000)
    return [address for letter in mail.outbox for address in letter.to]


def report_handed_in(entity: Entity) -> None:
    """The annual report of 2025, as its submission leaves it."""
    Filing.objects.create(
        programme="consortium",
        action=Action.ANNUAL_REPORT,
        period="2025",
        state=State.SUBMITTED,
        applicant=entity.lead,
        authority=entity.authority,
        district=entity.district,
        entity=entity,
        created_at=clock.now(),
        created_by=User.objects.first(),
        submitted_at=clock.now(),
        receipt_number=f"R-{entity.pk}",
    )


@remembered
def many_units(count: int) -> tuple[list[Entity], dict[int, User]]:
    """Consortia that owe the report of 2025 by 31 March 2026, each with a lead of its own and one person."""
    make_bureau("370200")
    entities, people = [], {}
    for number in range(count):
        unit = make_organisation(name=f"青岛测试单位{number}有限公司")
        entities.append(make_entity(unit))
        people[entities[-1].pk] = make_user("unit_admin", unit, email=f"unit{number}@example.cn")
    return entities, people


def queued_for_the_digest(frozen: Any, count: int, finished: int) -> tuple[list[Entity], dict[int, User]]:
    """All of them told in the morning; by the time the mails leave, most have handed in."""
    entities, people = many_units(count)
    day_has_come(frozen, 2026, 3, 24, hour=7)
    assert len(told()) == count
    frozen.at(morning(2026, 3, 24, 8))
    for entity in entities[:finished]:
        report_handed_in(entity)
    return entities, people


def test_les_emplois_2003_units_that_have_finished_are_not_reminded(frozen: Any) -> None:
    """A portal warned 255 units which had already passed (public issue gip-inclusion/les-emplois #2003).

    Here 260 reminders wait for the digest of eight o'clock, and 255 units finish before it leaves.
    """
    entities, people = queued_for_the_digest(frozen, UNITS, FINISHED)
    mailed = mails_of_the_day(clock.today())
    assert sorted(mailed) == sorted(people[e.pk].email for e in entities[FINISHED:])
    assert Message.objects.filter(dropped_at=None, kind=reminders.REMINDER).count() == UNITS - FINISHED


def test_without_asking_again_the_finished_would_have_been_warned(
    frozen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test above, with fewer of them."""
    _entities, people = queued_for_the_digest(frozen, 6, 5)
    monkeypatch.setitem(notices._kinds, reminders.REMINDER, notices.Kind(reminders.REMINDER, "没有复核"))
    assert len(mails_of_the_day(clock.today())) == len(people) == 6


def test_who_finishes_after_the_digest_was_made_but_before_the_mail_left_gets_none(frozen: Any) -> None:
    entity = make_entity()
    person = make_user("unit_admin", entity.lead)
    day_has_come(frozen, 2026, 3, 24)
    with TestCase.captureOnCommitCallbacks(execute=False):
        assert digest.send_digest(person=person, day=clock.today())
    report_handed_in(entity)
    outbox.deliver()
    assert mail.outbox == []


def test_who_has_finished_when_the_job_comes_is_not_told_and_the_duty_is_closed(frozen: Any) -> None:
    """The table had not followed: the reminder itself asks the source."""
    entity = make_entity()
    make_user("unit_admin", entity.lead)
    duty = open_duties(entity)["annual_report:2025"]
    report_handed_in(entity)
    frozen.at(morning(2026, 3, 24))
    assert reminders.remind_in(duty.scope) == 0
    duty.refresh_from_db()
    assert (duty.standing, told()) == ("done", [])


# --- when ---


def report_days(frozen: Any, days: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of these days of 2026, in order, those on which a reminder of the report of 2025 was given."""
    given = []
    for month, day in days:
        before = len(told())
        day_has_come(frozen, 2026, month, day)
        if len(told()) > before:
            assert len(told()) == before + 1
            given.append((month, day))
    return given


def test_a_report_is_reminded_of_thirty_seven_and_one_day_before(frozen: Any) -> None:
    frozen.at(morning(2026, 2, 27))
    make_user("filler", make_entity().lead)
    days = [(2, 28), (3, 1), (3, 2), (3, 23), (3, 24), (3, 25), (3, 30), (3, 31)]
    assert report_days(frozen, days) == [(3, 1), (3, 24), (3, 30)]


def test_days_that_were_skipped_give_one_reminder_and_not_several(frozen: Any) -> None:
    frozen.at(morning(2026, 2, 19))
    make_user("filler", make_entity().lead)
    assert report_days(frozen, [(2, 20), (3, 27), (3, 28), (3, 30)]) == [(3, 27), (3, 30)]


def test_a_clock_that_jumps_past_the_date_reminds_of_nothing(frozen: Any) -> None:
    frozen.at(morning(2026, 2, 19))
    make_user("filler", make_entity().lead)
    assert report_days(frozen, [(2, 20), (4, 1)]) == []


def test_other_duties_are_reminded_of_in_working_days_across_a_holiday(frozen: Any) -> None:
    """Due on Friday 9 October 2026: three working days before are 29 September, one is 8 October."""
    case = make_case()
    frozen.at(morning(2026, 9, 18, 10))
    filing = drive(case, "in_correction", frozen)
    Filing.objects.filter(pk=filing.pk).update(due_at=clock.end_of_day(datetime.date(2026, 10, 9)))
    given = []
    for month, day in [(9, 28), (9, 29), (9, 30), (10, 1), (10, 7), (10, 8), (10, 9)]:
        before = len(told(reminders.LEGAL))
        day_has_come(frozen, 2026, month, day)
        if len(told(reminders.LEGAL)) > before:
            given.append((month, day))
    assert given == [(9, 29), (10, 8)]


def test_reminders_wait_for_the_morning_and_for_the_look_at_every_matter(frozen: Any) -> None:
    make_user("filler", make_entity().lead)
    planned = Job.objects.filter(kind=nightly.REMINDERS)
    day_has_come(frozen, 2026, 3, 24, hour=6)
    assert not planned.exists()
    frozen.at(morning(2026, 3, 25, 7))
    nightly.ring()
    assert not planned.exists()  # the day's matters have not been looked at
    day_has_come(frozen, 2026, 3, 25, hour=7)
    assert planned.count() == 1
    assert len(told()) == 1


def test_a_legal_date_is_mailed_at_once(frozen: Any) -> None:
    case = make_case()
    filing = drive(case, "in_correction", frozen)
    Message.objects.all().delete()
    frozen.at(clock.start_of_day(clock.local(filing.due_at).date()) + datetime.timedelta(hours=9))
    with TestCase.captureOnCommitCallbacks(execute=False):
        reminders.remind_in(f"filing:{filing.pk}")
    assert told(reminders.LEGAL) == [(f"补正“{filing.title}”", case.applicant.pk)]
    assert Message.objects.get().mailed_at is not None
    correct(case, filing)
    outbox.deliver()
    assert not any("补正" in letter.body and "到期" in letter.subject for letter in mail.outbox)


# --- who ---


def test_a_units_administrators_and_fillers_are_told_but_nobody_of_another_unit(frozen: Any) -> None:
    entity = make_entity()
    admin, filler = (make_user(role, entity.lead) for role in ("unit_admin", "filler"))
    make_user("signer", entity.lead)
    make_user("unit_admin", make_organisation())
    assert set(recipients(open_duties(entity)["annual_report:2025"])) == {admin, filler}


@pytest.fixture
def case() -> Case:
    return make_case()


def only_duty(filing: Filing) -> Duty:
    (found,) = duties.sync(filing)
    return Duty.objects.select_related("filing", "entity", "organisation").get(pk=found.pk)


def test_the_officer_of_the_case_or_every_officer(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_examination", frozen)
    other = make_user("case_officer", case.bureau)
    assert recipients(only_duty(filing)) == [case.officer]
    Filing.objects.filter(pk=filing.pk).update(assigned_to=None)
    assert set(recipients(only_duty(filing))) == {case.officer, other}


def test_somebody_who_has_left_the_bureau_is_not_told(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_examination", frozen)
    other = make_user("case_officer", case.bureau)
    case.officer.memberships.update(ended_at=clock.now())
    assert recipients(only_duty(filing)) == [other]


def test_the_district_s_people_and_the_heads_for_the_second_step(case: Case, frozen: Any) -> None:
    filing = drive(case, "submitted", frozen)
    assert recipients(only_duty(filing)) == [case.district]
    filing = drive(case, "proposed", frozen, filing=filing)
    assert recipients(only_duty(filing)) == [case.director]


def test_the_first_of_two_is_never_asked_to_be_the_second(case: Case, frozen: Any) -> None:
    filing = drive(case, "reviewed", frozen)
    give_role(case.officer, "division_head", case.bureau)
    filing = drive(case, "proposed", frozen, filing=filing)
    assert recipients(only_duty(filing)) == [case.director]


def away(person: User, cover: User, bureau: Organisation) -> None:
    today = clock.today()
    Absence.objects.create(
        organisation=bureau,
        user=person,
        cover=cover,
        since=today,
        until=today,
        created_by=person,
        created_at=clock.now(),
    )


def test_the_cover_is_told_while_the_officer_is_away(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_examination", frozen)
    cover = make_user("case_officer", case.bureau)
    away(case.officer, cover, case.bureau)
    assert recipients(only_duty(filing)) == [cover]
    frozen.move(days=1)
    assert recipients(only_duty(filing)) == [case.officer]


def test_who_no_longer_belongs_is_not_mailed_what_was_queued(frozen: Any) -> None:
    entity = make_entity()
    person = make_user("unit_admin", entity.lead)
    stays = make_user("filler", entity.lead)
    day_has_come(frozen, 2026, 3, 24)
    assert {user for _title, user in told()} == {person.pk, stays.pk}
    person.memberships.update(ended_at=clock.now())
    assert mails_of_the_day(clock.today()) == [stays.email]


# --- escalation ---


def test_what_a_bureau_misses_goes_to_its_heads_once(case: Case, frozen: Any) -> None:
    drive(case, "in_examination", frozen)  # due on Monday 9 March
    Message.objects.all().delete()
    day_has_come(frozen, 2026, 3, 10)
    assert told(reminders.ESCALATED) == []
    day_has_come(frozen, 2026, 3, 11)
    assert [user for _title, user in told(reminders.ESCALATED)] == [case.director.pk]
    day_has_come(frozen, 2026, 3, 12)
    assert len(told(reminders.ESCALATED)) == 1
    assert AuditEntry.objects.filter(action="duty.escalated").count() == 1


def test_what_a_unit_misses_goes_to_its_administrators_and_the_officer(frozen: Any) -> None:
    entity = make_entity()
    officer = make_user("case_officer", entity.authority)
    Entity.objects.filter(pk=entity.pk).update(officer=officer)
    admin = make_user("unit_admin", entity.lead)
    make_user("filler", entity.lead)
    day_has_come(frozen, 2026, 4, 2)
    assert {user for _title, user in told(reminders.ESCALATED)} == {admin.pk, officer.pk}


def test_a_new_date_may_be_missed_again(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_examination", frozen)
    day_has_come(frozen, 2026, 3, 11)
    Filing.objects.filter(pk=filing.pk).update(due_at=clock.end_of_day(datetime.date(2026, 3, 12)))
    day_has_come(frozen, 2026, 3, 12)
    day_has_come(frozen, 2026, 3, 16)
    assert len(told(reminders.ESCALATED)) == 2
