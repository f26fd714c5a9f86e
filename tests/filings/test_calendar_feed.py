"""The calendar to subscribe to: made, read back, renewed, taken back, and worth no more than its owner's rights of today."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlsplit

import icalendar
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core import clock
from core.models import AuditEntry
from filings.enums import DutyKind
from filings.models import CalendarFeed, Duty, Entity
from filings.services import duties
from tests.makers.accounts import make_bureau, make_organisation, make_user
from tests.makers.desk import browse, text
from tests.makers.duties import make_entity, morning, open_duties
from tests.makers.filings import drive, make_case

pytestmark = pytest.mark.django_db


def subscribe(user: User) -> str:
    """The path of a new address, as the page shows it once."""
    page = browse(user).post(reverse("duties:calendar"))
    assert page.status_code == 200
    assert page.context["address"] in text(page)
    return urlsplit(page.context["address"]).path


def read(path: str) -> icalendar.Calendar:
    """What a program without a session gets."""
    answer = Client().get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert not answer.cookies
    return icalendar.Calendar.from_ical(answer.content)


def events(path: str) -> list[Any]:
    return read(path).walk("VEVENT")


@pytest.fixture
def entity(frozen: Any) -> Entity:
    made = make_entity(name="青岛市、测试；很长名称的创新联合体" * 3)
    duties.sync(made)
    return made


@pytest.fixture
def person(entity: Entity) -> User:
    return make_user("unit_admin", entity.lead)


def test_what_is_in_the_calendar(entity: Entity, person: User, settings: Any) -> None:
    settings.SITE_URL = "https://portal.example.cn"
    (event,) = events(subscribe(person))
    duty = Duty.objects.get(organisation=entity.lead)
    assert event["UID"] == f"duty-{duty.pk}@portal.example.cn"
    assert event["SUMMARY"] == duty.title  # folded, escaped and read back whole
    assert event["DTSTART"].dt == datetime.date(2026, 3, 31)
    assert event["DTEND"].dt == datetime.date(2026, 4, 1)
    assert event["URL"] == f"https://portal.example.cn/duties/{duty.pk}/"
    alarms = [clock.local(a["TRIGGER"].dt) for a in event.walk("VALARM")]
    assert [(a.month, a.day, a.hour) for a in alarms] == [(3, 1, 9), (3, 24, 9), (3, 30, 9)]


def test_no_line_is_longer_than_75_octets(entity: Entity, person: User) -> None:
    body = Client().get(subscribe(person)).content
    assert body.startswith(b"BEGIN:VCALENDAR\r\n") and b"\n" not in body.replace(b"\r\n", b"")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75


def test_a_moment_inside_a_day_is_told_in_the_zone_of_the_portal(person: User, entity: Entity) -> None:
    Duty.objects.update(due_at=morning(2026, 3, 31, 15))
    held = read(subscribe(person))
    (event,) = held.walk("VEVENT")
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert clock.local(event["DTSTART"].dt) == morning(2026, 3, 31, 15)
    assert [zone["TZID"] for zone in held.walk("VTIMEZONE")] == ["Asia/Shanghai"]


def test_a_date_that_moves_keeps_its_identity(frozen: Any) -> None:
    case = make_case()
    filing = drive(case, "in_correction", frozen)
    duties.sync(filing)
    path = subscribe(case.applicant)
    (before,) = events(path)
    type(filing).objects.filter(pk=filing.pk).update(due_at=filing.due_at + datetime.timedelta(days=1))
    duties.sync(filing)
    (after,) = events(path)
    assert after["UID"] == before["UID"]
    assert after["DTSTART"].dt == before["DTSTART"].dt + datetime.timedelta(days=1)


def test_what_is_done_leaves_the_calendar(entity: Entity, person: User) -> None:
    path = subscribe(person)
    Duty.objects.update(standing="done", done_at=clock.now())
    assert events(path) == []


def test_a_missed_date_stays_and_is_said(entity: Entity, person: User, frozen: Any) -> None:
    path = subscribe(person)
    frozen.at(morning(2026, 4, 1))
    (event,) = events(path)
    assert str(event["SUMMARY"]).startswith("逾期：")


def test_an_officers_calendar_holds_the_own_duties_only(frozen: Any) -> None:
    bureau = make_bureau("370200")
    me, other = make_user("case_officer", bureau), make_user("case_officer", bureau)
    for number, owner in enumerate((me, other)):
        Duty.objects.create(
            scope=f"made:{number}",
            key="made",
            kind=DutyKind.EXAMINE,
            title=f"形式审查{number}",
            organisation=bureau,
            person=owner,
            opens_on=clock.today(),
            due_at=clock.end_of_day(clock.today()),
            created_at=clock.now(),
        )
    assert [str(e["SUMMARY"]) for e in events(subscribe(me))] == ["形式审查0"]


def test_25_cost_what_1_costs(entity: Entity, person: User) -> None:
    path = subscribe(person)
    read(path)

    def cost() -> int:
        with CaptureQueriesContext(connection) as spent:
            read(path)
        return len(spent)

    one = cost()
    for number in range(24):
        open_duties(make_entity(entity.lead, name=f"青岛市第{number}个"))
    assert len(events(path)) == 25
    assert cost() == one


# --- the address ---


def test_the_address_is_shown_once_and_kept_nowhere(entity: Entity, person: User) -> None:
    path = subscribe(person)
    token = path.rsplit("/", 1)[1].removesuffix(".ics")
    assert len(token) >= 40
    page = browse(person).get(reverse("duties:calendar"))
    assert token not in text(page)
    assert token not in str(list(CalendarFeed.objects.values())) + str(list(AuditEntry.objects.values()))
    assert CalendarFeed.objects.get().last_read_at is None
    read(path)
    assert CalendarFeed.objects.get().last_read_at == clock.now()


def test_renewing_and_taking_back_end_the_address_at_once(entity: Entity, person: User) -> None:
    first = subscribe(person)
    second = subscribe(person)
    assert Client().get(first).status_code == 404
    assert len(events(second)) == 1
    answer = browse(person).post(reverse("duties:calendar"), {"do": "revoke"})
    assert answer.status_code == 302
    assert Client().get(second).status_code == 404
    assert browse(person).post(reverse("duties:calendar"), {"do": "revoke"}).status_code == 302
    names = list(AuditEntry.objects.filter(action__startswith="calendar.").values_list("action", flat=True))
    assert sorted(names) == ["calendar.renewed", "calendar.renewed", "calendar.revoked"]


@pytest.mark.parametrize("token", ["x", "a" * 43, "..%2f", "a" * 2000])
def test_a_guess_finds_nothing(entity: Entity, token: str) -> None:
    assert Client().get(f"/calendar/{token}.ics").status_code == 404


def test_only_reading(entity: Entity, person: User) -> None:
    assert Client().post(subscribe(person)).status_code in (403, 405)


# --- rights of today ---


def test_an_ended_membership_ends_the_calendar(entity: Entity, person: User) -> None:
    path = subscribe(person)
    person.memberships.update(ended_at=clock.now())
    assert Client().get(path).status_code == 404


def test_a_closed_account_ends_the_calendar(entity: Entity, person: User) -> None:
    path = subscribe(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert Client().get(path).status_code == 404


def test_a_membership_in_another_unit_is_no_substitute(entity: Entity, person: User) -> None:
    path = subscribe(person)
    person.memberships.update(organisation=make_organisation())
    assert Client().get(path).status_code == 404


def test_a_role_without_duties_ends_the_calendar(frozen: Any) -> None:
    bureau = make_bureau("370200")
    me = make_user("case_officer", bureau)
    path = subscribe(me)
    me.memberships.update(role="finance")
    assert Client().get(path).status_code == 404


def test_a_unit_that_is_not_approved_reads_nothing(entity: Entity, person: User) -> None:
    path = subscribe(person)
    type(entity.lead).objects.filter(pk=entity.lead.pk).update(state="rejected", decision_reason="x")
    assert Client().get(path).status_code == 404


def test_the_calendar_holds_nothing_of_another_unit(entity: Entity, person: User) -> None:
    path = subscribe(person)
    other = make_entity()
    open_duties(other)
    assert len(events(path)) == 1


def test_nobody_without_duties_makes_an_address(frozen: Any) -> None:
    me = make_user("finance", make_bureau("370200"))
    assert browse(me).post(reverse("duties:calendar")).status_code == 403
    assert not CalendarFeed.objects.exists()
