"""What is told: one matter that raises keeps nobody else waiting, and no name of a matter breaks a mail or a calendar."""

import datetime
import re

import icalendar
import pytest
from django.core import mail

from accounts import notices
from accounts.models import Message
from accounts.services import notify
from accounts.services.digest import send_digest
from core import clock, jobs, outbox
from core.models import Job, OutboxMail
from filings import owed
from filings.models import Duty
from filings.services import duties, feeds, nightly, standing
from tests.makers import accounts as people
from tests.makers import after
from tests.makers import duties as make_duties

pytestmark = pytest.mark.django_db
NASTY = "甲联合体\r\nBcc: x@example.cn\r\nBEGIN:VALARM;X=1,2\\n" + "很长的名称" * 30


@pytest.fixture
def kinds(monkeypatch):
    """Two kinds of message: one whose recheck raises, one that holds."""
    monkeypatch.setattr(notices, "_kinds", dict(notices._kinds))

    def poisoned(message):
        raise RuntimeError("the matter cannot be read")

    notices.register(notices.Kind("poisoned", "坏", recheck=poisoned))
    notices.register(notices.Kind("sound", "好"))


def tell(person, kind, title="请办理"):
    return notify.tell(kind=kind, to=[person], title=title, url="/duties/")[0]


def test_one_message_that_cannot_be_judged_keeps_no_other_from_the_digest(kinds, frozen):
    person = people.make_user("unit_admin", people.make_organisation())
    bad, good = tell(person, "poisoned", "坏消息"), tell(person, "sound", "好消息")
    assert send_digest(person=person, day=clock.today())
    outbox.deliver()
    assert len(mail.outbox) == 1 and "好消息" in mail.outbox[0].body and "坏消息" not in mail.outbox[0].body
    bad.refresh_from_db()
    good.refresh_from_db()
    assert good.mailed_at is not None
    assert bad.mailed_at is None and bad.dropped_at is None  # asked about again tomorrow


def test_one_mail_that_cannot_be_composed_keeps_no_other_back(kinds, monkeypatch, frozen):
    one = people.make_user("unit_admin", people.make_organisation())
    other = people.make_user("unit_admin", people.make_organisation())
    notify.send(one, [tell(one, "poisoned", "坏消息")], key="a")
    notify.send(other, [tell(other, "sound", "好消息")], key="b")
    outbox.deliver()
    assert [m.to for m in mail.outbox] == [[other.email]]


def test_a_closed_account_gets_nothing_that_was_waiting(kinds, frozen):
    person = people.make_user("unit_admin", people.make_organisation())
    message = tell(person, "sound")
    notify.send(person, [message], key="a")
    person.is_active = False
    person.save(update_fields=["is_active"])
    outbox.deliver()
    assert mail.outbox == [] and OutboxMail.objects.get().dropped_at is not None


def test_a_name_with_lines_in_it_adds_no_header(kinds, frozen):
    person = people.make_user("unit_admin", people.make_organisation())
    notify.send(person, [tell(person, "sound", NASTY[:190])], key="a")
    outbox.deliver()
    sent = mail.outbox[0].message()
    assert sent["Bcc"] is None and "\n" not in mail.outbox[0].subject


def test_a_name_with_lines_in_it_adds_nothing_to_a_calendar(frozen, client):
    case, entity = after.filed(frozen)
    entity.name = NASTY[:120]
    entity.save(update_fields=["name"])
    Duty.objects.filter(entity=entity).delete()
    after.later(frozen, datetime.date(2027, 1, 11))
    standing.refresh(entity)
    assert Duty.objects.filter(entity=entity, standing="open").exists()
    token = feeds.renew(actor=case.actor("applicant"))
    answer = client.get(f"/calendar/{token}.ics")
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(line.startswith((b"Bcc", b"BEGIN:VALARM;")) for line in lines)
    parsed = icalendar.Calendar.from_ical(answer.content)
    titles = [str(event["summary"]) for event in parsed.walk("VEVENT")]
    assert any("Bcc: x@example.cn" in re.sub(r"\s+", " ", title) for title in titles)
    assert len(titles) == Duty.objects.filter(organisation=case.lead, standing="open").count()
    assert client.get(f"/calendar/{token[:-1]}.ics").status_code == 404


def test_a_feed_ends_with_the_rights_of_its_owner(frozen, client):
    case, _entity = after.filed(frozen)
    token = feeds.renew(actor=case.actor("applicant"))
    assert client.get(f"/calendar/{token}.ics").status_code == 200
    case.applicant.is_active = False
    case.applicant.save(update_fields=["is_active"])
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def run(kind):
    """Every queued job of a kind, as a worker would; those that fail are left as failed."""
    for job in Job.objects.filter(kind=kind, state=Job.State.QUEUED):
        jobs.run(job.pk)


def test_a_poisoned_entity_stops_no_other(frozen, monkeypatch):
    entities = [make_duties.make_entity(valid_until=datetime.date(2026, 6, 30)) for _n in range(3)]
    bad, real = entities[0].pk, owed._sources["entity"]

    def source(pk):
        if pk == bad:
            raise ValueError("this entity cannot be read")
        return real(pk)

    monkeypatch.setitem(owed._sources, "entity", source)
    nightly.ring()
    run(nightly.DUTIES)
    run(nightly.DUTIES_SLICE)
    for entity in entities[1:]:
        assert Duty.objects.filter(scope=f"entity:{entity.pk}", standing="open").exists()
    assert not Duty.objects.filter(scope=f"entity:{bad}").exists()


def test_a_clock_that_jumps_three_years_floods_nobody(frozen):
    case, entity = after.filed(frozen)
    standing.refresh(entity)
    Message.objects.all().delete()
    after.later(frozen, datetime.date(2029, 4, 2))
    for _turn in range(3):
        nightly.ring()
        for kind in (nightly.DUTIES, nightly.DUTIES_SLICE, nightly.REMINDERS, nightly.REMINDERS_SLICE):
            run(kind)
        nightly.ring()
    per_person = {}
    for message in Message.objects.all():
        per_person.setdefault(message.user_id, []).append((message.kind, message.about))
    for found in per_person.values():
        assert len(found) == len(set(found)) <= 8
    assert duties.sync(after.again(entity))
    assert case.applicant.pk in per_person
