"""Mail: queued with the write it tells of, sent once, lost by nobody's failure."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.db.models import QuerySet

from core import bell, clock, outbox, schedule, tasks
from core.actor import Actor
from core.errors import NotNow
from core.models import AuditEntry, OutboxMail
from tests.core import post_office
from tests.core.threads import together

pytestmark = pytest.mark.django_db(transaction=True)


class Wall:
    """Real time as the outbox sees it, moved by the test."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)
        self._real = clock.wall

    def __call__(self) -> Any:
        return self._real() + self.ahead

    def move(self, **by: float) -> None:
        self.ahead += timedelta(**by)


@pytest.fixture(autouse=True)
def wall(monkeypatch: Any) -> Wall:
    made = Wall()
    monkeypatch.setattr(clock, "wall", made)
    return made


@pytest.fixture(autouse=True)
def rung(monkeypatch: Any) -> list[str]:
    """What the broker was told; nobody listens."""
    told: list[str] = []
    monkeypatch.setattr(bell.current_app, "send_task", lambda task, **options: told.append(task))
    return told


def queue(to: str = "lin@example.cn", **given: Any) -> OutboxMail | None:
    return outbox.queue(to=to, subject="有新的消息", body="请登录查看。", **given)


def test_a_mail_waits_for_the_commit_and_goes_once(rung: list[str], mailoutbox: list[Any]) -> None:
    with transaction.atomic():
        queue()
        assert rung == []
    assert rung == ["core.tasks.deliver_mail"]
    assert (outbox.deliver(), outbox.deliver()) == (1, 0)
    [sent] = mailoutbox
    assert (sent.to, sent.subject, sent.body) == (["lin@example.cn"], "有新的消息", "请登录查看。")
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in sent.extra_headers


def test_a_rollback_leaves_no_mail(rung: list[str], mailoutbox: list[Any]) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        queue()
        raise RuntimeError
    assert (outbox.deliver(), rung, mailoutbox, OutboxMail.objects.count()) == (0, [], [], 0)


def test_a_broker_that_is_down_at_the_commit_loses_nothing(monkeypatch: Any, mailoutbox: list[Any]) -> None:
    def down(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("broker")

    monkeypatch.setattr(bell.current_app, "send_task", down)
    with transaction.atomic():
        queue()
    swept = schedule.BEAT_SCHEDULE["core.deliver_mail"]
    assert (swept["task"], swept["schedule"]) == (tasks.deliver_mail.name, 30.0)
    tasks.deliver_mail()
    assert len(mailoutbox) == 1


def test_a_mail_server_that_is_gone_delays_and_loses_nothing(settings: Any, wall: Wall) -> None:
    port = post_office.closed_port()
    post_office.sends_to(settings, port)
    for number in range(3):
        queue(f"person{number}@example.cn")
    assert outbox.deliver() == 0
    # The first was tried and waits; the others were spared, so that a round ends at the first silence.
    assert sorted(OutboxMail.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    failed = OutboxMail.objects.get(attempts=1)
    assert "ConnectionRefusedError" in failed.error
    assert outbox.deliver() == 0
    assert outbox.waiting_for() >= timedelta(0)
    with post_office.opened(settings, port) as office:
        assert outbox.deliver() == 1
        wall.move(minutes=1, seconds=1)
        assert outbox.deliver() == 2
        wall.move(days=2)
        assert outbox.deliver() == 0
    assert len(office.taken) == 3
    assert all(f"To: person{number}@example.cn" in "".join(office.taken) for number in range(3))
    assert outbox.waiting_for() == timedelta(0)


def test_one_address_that_is_refused_stops_nobody_else(settings: Any) -> None:
    for name in ("gone", "here"):
        queue(f"{name}@example.cn")
    with post_office.opened(settings) as office:
        office.refused.add("gone@example.cn")
        assert outbox.deliver() == 1
    assert "here@example.cn" in office.taken[0]
    assert "nobody here" in OutboxMail.objects.get(to="gone@example.cn").error


def test_a_week_of_failures_ends_with_an_entry_and_can_be_retried(
    settings: Any, wall: Wall, mailoutbox: list[Any]
) -> None:
    backend, started = settings.EMAIL_BACKEND, wall()
    post_office.sends_to(settings, post_office.closed_port())
    queue()
    waits = []
    while not (row := OutboxMail.objects.get()).given_up_at:
        outbox.deliver()
        row.refresh_from_db()
        waits.append(row.not_before - wall())
        wall.ahead += max(timedelta(0), waits[-1]) + timedelta(seconds=1)
    minutes = [round(wait.total_seconds() / 60) for wait in waits[:6]]
    assert minutes == [1, 5, 30, 120, 720, 1440]
    assert timedelta(days=7) < row.given_up_at - started < timedelta(days=8)
    assert AuditEntry.objects.filter(action="mail.give_up", object_id=str(row.pk)).count() == 1
    assert (list(outbox.given_up()), list(outbox.open_mails())) == ([row], [])
    settings.EMAIL_BACKEND = backend
    assert outbox.deliver() == 0
    outbox.retry(row, actor=Actor.system())
    assert outbox.deliver() == 1
    assert [sent.to for sent in mailoutbox] == [["lin@example.cn"]]
    with pytest.raises(NotNow):
        outbox.retry(row, actor=Actor.system())


@pytest.mark.parametrize("guarded", [True, False], ids=["locked", "control"])
def test_two_workers_send_each_mail_once(guarded: bool, monkeypatch: Any, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.core.post_office.SlowBackend"
    mail.outbox = []
    for number in range(4):
        queue(f"person{number}@example.cn")
    if not guarded:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self)
    together(outbox.deliver, outbox.deliver)
    addresses = sorted(sent.to[0] for sent in mail.outbox)
    assert (addresses == [f"person{number}@example.cn" for number in range(4)]) is guarded
    assert len(set(addresses)) == 4


@pytest.mark.parametrize("killed", [False, True], ids=["control", "killed"])
def test_a_worker_killed_between_sending_and_saying_so_sends_again(
    killed: bool, monkeypatch: Any, mailoutbox: list[Any]
) -> None:
    """The one way to a second copy, known and accepted: at least once. Both copies bear one Message-ID."""
    queue()

    class Killed(BaseException):
        """Nothing in the portal catches a kill."""

    def die(row: OutboxMail, moment: str) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if killed:
            patch.setattr(outbox, "_end", die)
        try:
            outbox.deliver()
        except Killed:
            assert killed
    outbox.deliver()
    outbox.deliver()
    assert len(mailoutbox) == (2 if killed else 1)
    assert len({sent.extra_headers["Message-ID"] for sent in mailoutbox}) == 1


def test_one_key_is_one_mail(mailoutbox: list[Any]) -> None:
    assert queue(key="digest:7:2026-03-02") is not None
    assert queue(key="digest:7:2026-03-02") is None
    outbox.deliver()
    assert queue(key="digest:7:2026-03-02") is None
    assert outbox.deliver() == 0
    assert len(mailoutbox) == 1
    made = together(*[lambda: queue(key="digest:8:2026-03-02")] * 4)
    assert sum(isinstance(row, OutboxMail) for row in made) == 1


def test_what_no_longer_holds_is_dropped_when_it_would_go(monkeypatch: Any, mailoutbox: list[Any]) -> None:
    answers: dict[str, Any] = {"done": None, "open": "还有一天。"}  # data

    def recheck(reference: str) -> str | None:
        if reference == "broken":
            raise LookupError(reference)
        return answers[reference]

    monkeypatch.setattr(outbox, "_rechecks", {})
    with pytest.raises(ValueError, match="nobody rechecks"):
        queue(recheck="duty:done")
    outbox.register_recheck("duty", recheck)
    for reference in ("broken", "done", "open"):
        queue(f"{reference}@example.cn", recheck=f"duty:{reference}")
    assert outbox.deliver() == 1
    assert [(sent.to, sent.body) for sent in mailoutbox] == [(["open@example.cn"], "还有一天。")]
    ends = {row.to.partition("@")[0]: row for row in OutboxMail.objects.all()}
    assert ends["done"].dropped_at and not ends["done"].sent_at
    assert "LookupError" in ends["broken"].error and ends["broken"].attempts == 1


def test_unsubscribing_in_one_click_is_offered_in_the_head(mailoutbox: list[Any]) -> None:
    queue(unsubscribe="https://portal.example/messages/unsubscribe/x/")
    outbox.deliver()
    head = mailoutbox[0].extra_headers
    assert head["List-Unsubscribe"] == "<https://portal.example/messages/unsubscribe/x/>"
    assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_body_is_stored_sealed_and_forgotten_once_sent(mailoutbox: list[Any], wall: Wall) -> None:
    row = outbox.queue(to="lin@example.cn", subject="两行\r\nBcc: x@example.cn", body="秘密链接")
    assert row is not None
    assert "秘密" not in row.body and row.subject == "两行 Bcc: x@example.cn"
    outbox.deliver()
    row.refresh_from_db()
    assert row.body == "" and mailoutbox[0].body == "秘密链接"
    queue()
    wall.move(days=91)
    assert outbox.forget_old() == 1
    assert outbox.open_mails().count() == 1


def test_a_mail_for_later_waits(wall: Wall, rung: list[str]) -> None:
    queue(not_before=wall() + timedelta(hours=1))
    assert (rung, outbox.deliver()) == ([], 0)
    wall.move(hours=1, seconds=1)
    assert outbox.deliver() == 1
