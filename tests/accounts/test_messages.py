"""Telling people: in the portal at once, by mail when they want it, and never about what is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.conf import settings as given
from django.db import transaction

from accounts import notices, selectors, tasks
from accounts.models import Message, MessageSettings, User
from accounts.services import digest, messages, notify
from core import bell, clock, jobs, outbox
from core.errors import Invalid
from core.models import Job, OutboxMail
from tests.core.threads import together
from tests.makers.accounts import act, make_organisation, make_user

pytestmark = pytest.mark.django_db(transaction=True)

#: What `about` names and is still to be done.
OPEN: set[str] = set()


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: Any) -> None:
    monkeypatch.setattr(notices, "_kinds", {})
    monkeypatch.setattr(bell.current_app, "send_task", lambda task, **options: None)
    OPEN.clear()
    OPEN.update({"duty:1", "duty:2"})
    notices.register(notices.Kind("news", "进展"))
    notices.register(notices.Kind("duty", "任务提醒", recheck=lambda message: message.about in OPEN))
    notices.register(
        notices.Kind("clock", "法定期限", urgent=True, recheck=lambda message: message.about in OPEN)
    )


@pytest.fixture
def person() -> User:
    return make_user("filler", make_organisation())


def tell(person: User, kind: str = "news", title: str = "申报已受理", **options: Any) -> list[Message]:
    return notify.tell(kind=kind, to=[person], title=title, **options)


def strike(hour: int, day: int = 2) -> None:
    """The hour strikes: beat rings, the worker works, the mails go."""
    tasks.digests()
    jobs.run_pending()
    outbox.deliver()
    period = f"2026-03-{day:02}T{hour:02}"
    assert Job.objects.get(kind=digest.JOB, period=period).state == "done"


def at(frozen: Any, hour: int, day: int = 2) -> None:
    frozen.at(datetime(2026, 3, day, hour, 5, tzinfo=clock.SHANGHAI))


def choose(person: User, **options: Any) -> MessageSettings:
    chosen: dict[str, Any] = {"digest_hour": 8, "by_kind": {}, "mail_off": False, **options}
    return messages.save_settings(actor=act(person), **chosen)


# --- telling ---


def test_everybody_is_told_once_and_who_left_is_not(person: User) -> None:
    other, gone = make_user(), make_user()
    gone.is_active = False
    gone.save()
    told = notify.tell(kind="news", to=[person, other, person, gone], title="申报已受理", url="/filings/1/")
    assert sorted(message.user_id for message in told) == sorted([person.pk, other.pk])
    assert all(message.pk for message in told)


def test_the_same_is_told_once_under_its_key(person: User) -> None:
    assert len(tell(person, "clock", about="duty:1", once="due:1:7")) == 1
    assert tell(person, "clock", about="duty:1", once="due:1:7") == []
    late = make_user()
    told = notify.tell(kind="clock", to=[person, late], title="即将到期", about="duty:1", once="due:1:7")
    assert [message.user_id for message in told] == [late.pk]
    assert OutboxMail.objects.count() == 2
    made = together(*[lambda: tell(person, once="race")] * 4)
    assert sorted(len(rows) for rows in made) == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"kind": "unheard"}, "not registered"),
        ({"kind": "news", "title": " "}, "title"),
        ({"kind": "news", "url": "https://evil.example/"}, "path"),
        ({"kind": "news", "url": "//evil.example/"}, "path"),
        ({"kind": "news", "url": "filings/1/"}, "path"),
    ],
)
def test_what_cannot_be_told_is_refused(person: User, options: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        tell(person, **options)
    assert not Message.objects.exists()


def test_a_rollback_leaves_neither_message_nor_mail(person: User, mailoutbox: list[Any]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(person, "clock", about="duty:1")
        raise RuntimeError
    outbox.deliver()
    assert (Message.objects.count(), OutboxMail.objects.count(), mailoutbox) == (0, 0, [])


# --- at once ---


def test_a_legal_clock_is_mailed_at_once_and_says_nothing_but_title_and_link(
    person: User, mailoutbox: list[Any]
) -> None:
    secret = "研发投入 1234.56 万元，联系人 13800000000"  # data
    [message] = tell(
        person, "clock", "“海洋传感”申报需在 3 月 9 日前补正", text=secret, url="/filings/7/", about="duty:1"
    )
    outbox.deliver()
    [sent] = mailoutbox
    assert sent.to == [person.email] and sent.subject == "【联创】“海洋传感”申报需在 3 月 9 日前补正"
    link = f"{given.SITE_URL}/messages/{message.pk}/"
    lines = [line.strip() for line in sent.body.splitlines() if line.strip()]
    unsubscribe = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert lines == [
        "您好：",
        "科技创新管理服务门户有需要您查看的消息：",
        "- “海洋传感”申报需在 3 月 9 日前补正",
        link,
        "为保护信息安全，邮件中不包含办理内容，请登录后查看。",
        f"不再接收消息邮件：{unsubscribe}",
    ]
    assert secret not in sent.body and "/filings/7/" not in sent.body


@pytest.mark.parametrize("way", ["done", "read", "closed", "off", "control"])
def test_an_urgent_mail_is_asked_about_again_when_it_goes(
    way: str, person: User, mailoutbox: list[Any]
) -> None:
    [message] = tell(person, "clock", about="duty:1")
    if way == "done":
        OPEN.clear()
    elif way == "read":
        messages.read(actor=act(person), pk=message.pk)
    elif way == "closed":
        User.objects.update(is_active=False)
    elif way == "off":
        choose(person, mail_off=True)
    outbox.deliver()
    assert len(mailoutbox) == (way == "control")
    message.refresh_from_db()
    assert (message.dropped_at is not None) == (way == "done")


# --- once a day ---


def test_a_digest_gathers_the_day_at_the_hour_chosen(
    person: User, frozen: Any, mailoutbox: list[Any]
) -> None:
    early = make_user()
    choose(early, digest_hour=6)
    at(frozen, 5)
    for title in ("申报已受理", "评审已开始"):
        notify.tell(kind="news", to=[person, early], title=title)
    strike(5)
    assert mailoutbox == []
    at(frozen, 6)
    strike(6)
    strike(6)
    assert [sent.to for sent in mailoutbox] == [[early.email]]
    at(frozen, 8)
    strike(8)
    assert [sent.to for sent in mailoutbox] == [[early.email], [person.email]]
    body = mailoutbox[1].body
    assert body.index("- 申报已受理") < body.index("- 评审已开始")
    assert mailoutbox[1].subject == "【联创】您有新的消息"
    tell(person, title="公示已开始")
    at(frozen, 9)
    strike(9)
    # another hour chosen on the same day makes no second mail of the day
    choose(person, digest_hour=10)
    at(frozen, 10)
    strike(10)
    assert len(mailoutbox) == 2
    at(frozen, 10, day=3)
    strike(10, day=3)
    assert "- 公示已开始" in mailoutbox[2].body and "申报已受理" not in mailoutbox[2].body


def test_an_hour_in_which_nothing_ran_is_made_up_for(
    person: User, frozen: Any, mailoutbox: list[Any]
) -> None:
    at(frozen, 7)
    tell(person)
    at(frozen, 15)
    strike(15)
    assert len(mailoutbox) == 1
    assert Job.objects.filter(kind=digest.JOB).count() == 16
    at(frozen, 23)
    strike(23)
    assert len(mailoutbox) == 1


@pytest.mark.parametrize("finished", [{"duty:1"}, {"duty:1", "duty:2"}, set()])
def test_les_emplois_2003_who_has_finished_gets_no_reminder(
    finished: set[str], person: User, frozen: Any, mailoutbox: list[Any]
) -> None:
    """A portal warned 255 units by mail which had already passed, because it had made its list beforehand."""
    at(frozen, 7)
    for about in ("duty:1", "duty:2"):
        tell(person, "duty", f"请办理 {about}", about=about)
    OPEN.difference_update(finished)
    at(frozen, 8)
    strike(8)
    left = sorted({"duty:1", "duty:2"} - finished)
    assert [line for sent in mailoutbox for line in sent.body.splitlines() if line.startswith("- ")] == [
        f"- 请办理 {about}" for about in left
    ]
    assert len(mailoutbox) == bool(left)
    assert OutboxMail.objects.count() == bool(left)
    assert set(Message.objects.filter(dropped_at__isnull=False).values_list("about", flat=True)) == finished
    assert selectors.unread(selectors.messages_of(act(person))).count() == len(left)


def test_who_finishes_while_the_mail_server_is_gone_gets_no_reminder_either(
    person: User, frozen: Any, mailoutbox: list[Any]
) -> None:
    at(frozen, 7)
    for about in ("duty:1", "duty:2"):
        tell(person, "duty", f"请办理 {about}", about=about)
    at(frozen, 8)
    tasks.digests()
    jobs.run_pending()
    assert OutboxMail.objects.count() == 1
    OPEN.remove("duty:1")
    outbox.deliver()
    assert "duty:2" in mailoutbox[0].body and "duty:1" not in mailoutbox[0].body


def test_one_persons_trouble_keeps_nobody_else_waiting(
    person: User, frozen: Any, mailoutbox: list[Any]
) -> None:
    def broken(message: Message) -> bool:
        raise LookupError(message.about)

    notices.register(notices.Kind("broken", "出错", recheck=broken))
    at(frozen, 7)
    unlucky = make_user()
    tell(unlucky, "broken")
    tell(person)
    at(frozen, 8)
    strike(8)
    assert [sent.to for sent in mailoutbox] == [[person.email]]
    assert Message.objects.get(user=unlucky).mailed_at is None


# --- how one wants it ---


def test_each_kind_goes_as_chosen(person: User, frozen: Any, mailoutbox: list[Any]) -> None:
    at(frozen, 7)
    choose(person, by_kind={"news": "now", "duty": "none"})
    tell(person, "news", "立即")
    tell(person, "duty", "不发", about="duty:1")
    outbox.deliver()
    assert [sent.subject for sent in mailoutbox] == ["【联创】立即"]
    at(frozen, 8)
    strike(8)
    assert len(mailoutbox) == 1
    assert Message.objects.count() == 2


def test_a_legal_clock_cannot_be_chosen_away_alone(person: User, frozen: Any, mailoutbox: list[Any]) -> None:
    for choice in ("none", "digest"):
        with pytest.raises(Invalid):
            choose(person, by_kind={"clock": choice})
    # nor by a row written some other way
    MessageSettings.objects.create(user=person, by_kind={"clock": "none"})
    tell(person, "clock", about="duty:1")
    outbox.deliver()
    assert len(mailoutbox) == 1
    choose(person, mail_off=True)
    tell(person, "clock", about="duty:2")
    at(frozen, 8, day=3)
    strike(8, day=3)
    assert len(mailoutbox) == 1
    assert selectors.message_counts(act(person)) == {"clock": (2, 2)}


def test_settings_out_of_range_are_refused(person: User) -> None:
    for wrong in ({"digest_hour": 24}, {"by_kind": {"news": "weekly"}}, {"by_kind": {"unheard": "now"}}):
        with pytest.raises(Invalid):
            choose(person, **wrong)
    assert not MessageSettings.objects.exists()


def test_many_messages_are_one_short_mail(person: User, frozen: Any, mailoutbox: list[Any]) -> None:
    at(frozen, 7)
    for number in range(notify.LINES + 5):
        tell(person, title=f"第 {number} 条")
    at(frozen, 8)
    strike(8)
    assert mailoutbox[0].body.count("\n- ") == notify.LINES
    assert "另有 5 条" in mailoutbox[0].body


def test_read_messages_are_forgotten_after_a_year(person: User, frozen: Any) -> None:
    [read], [_unread] = tell(person, title="已读"), tell(person, title="未读")
    messages.read(actor=act(person), pk=read.pk)
    frozen.move(days=364)
    tasks.tidy()
    assert Message.objects.count() == 2
    frozen.move(days=2)
    tasks.tidy()
    assert [message.title for message in Message.objects.all()] == ["未读"]
