"""Messages on pages and through the API; leaving the mails by a link."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import notices, selectors
from accounts.enums import STAFF_ROLES
from accounts.models import Message, MessageSettings, User
from accounts.services import memberships, notify
from core import clock, outbox
from core.actor import Actor
from core.models import AuditEntry, OutboxMail
from tests.api.caller import Caller
from tests.makers.accounts import act, as_person, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: Any) -> None:
    monkeypatch.setattr(notices, "_kinds", {})
    notices.register(notices.Kind("news", "进展"))
    notices.register(notices.Kind("clock", "法定期限", urgent=True))


@pytest.fixture
def person() -> User:
    return make_user("filler", make_organisation())


def tell(person: User, kind: str = "news", count: int = 1, **options: Any) -> list[Message]:
    url = options.pop("url", "/accounts/profile/")
    rows = [
        notify.tell(kind=kind, to=[person], title=f"“海洋传感”进展 {number}", url=url, **options)
        for number in range(count)
    ]
    return [message for made in rows for message in made]


def shown(client: Client, path: str = "/messages/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


BELL = re.compile(r'href="/messages/">.*?消息(?: <span class="count">(\d+)</span>)?</a>', re.DOTALL)


@pytest.mark.parametrize("role", ["filler", "case_officer"])
def test_the_bar_counts_what_is_unread(role: str) -> None:
    unit = make_organisation() if role == "filler" else make_bureau("370200")
    one = make_user(role, unit)
    client = as_person(one)
    assert BELL.search(shown(client))[1] is None
    first, dropped, _third = tell(one, count=3)
    Message.objects.filter(pk=dropped.pk).update(dropped_at=clock.now())
    assert BELL.search(shown(client))[1] == "2"
    client.get(f"/messages/{first.pk}/")
    assert BELL.search(shown(client))[1] == "1"


def test_opening_marks_as_read_and_leads_to_the_matter(person: User) -> None:
    [message] = tell(person)
    client = as_person(person)
    assert f'href="/messages/{message.pk}/"' in shown(client)
    for _again in range(2):
        assert client.get(f"/messages/{message.pk}/").url == "/accounts/profile/"
    message.refresh_from_db()
    assert message.read_at
    assert AuditEntry.objects.filter(action="message.read").count() == 1
    assert "没有未读消息" in shown(client)
    assert message.title in shown(client, "/messages/?tab=all")


def test_opening_acts_as_the_unit_it_was_sent_to(person: User) -> None:
    """Somebody of several units would otherwise find no page behind most messages."""
    first, other, foreign = person.memberships.get().organisation, make_organisation(), make_organisation()
    memberships.grant(actor=Actor.system(), user=person, organisation=other, role="filler")
    client = as_person(person)
    client.post("/accounts/switch/", {"organisation": first.pk})
    (row,) = tell(person, organisation=other)
    answer = client.get(f"/messages/{row.pk}/", follow=True)
    assert f"现在代表：{other.name}" in answer.content.decode()
    assert answer.wsgi_request.actor.organisation == other
    (row,) = tell(person, organisation=foreign)
    assert client.get(f"/messages/{row.pk}/", follow=True).wsgi_request.actor.organisation == other


def test_an_old_message_without_a_unit_asks_as_which_one_to_go(person: User) -> None:
    client = as_person(person)
    first, other, foreign = person.memberships.get().organisation, make_organisation(), make_organisation()
    (row,) = tell(person, organisation=None, url="/filings/7/")
    assert client.get(f"/messages/{row.pk}/").status_code == 302
    memberships.grant(actor=Actor.system(), user=person, organisation=other, role="filler")
    page = shown(client, f"/messages/{row.pk}/")
    assert row.title in page and first.name in page and other.name in page
    going = client.post(f"/messages/{row.pk}/as/", {"organisation": other.pk})
    assert going.headers["Location"] == row.url
    assert client.get("/messages/").wsgi_request.actor.organisation == other
    assert client.post(f"/messages/{row.pk}/as/", {"organisation": foreign.pk}).status_code == 404
    assert as_person(make_user("filler", foreign)).get(f"/messages/{row.pk}/").status_code == 404


def test_unread_all_and_kinds_are_tabs_and_can_be_marked_read(person: User) -> None:
    tell(person, count=2)
    [urgent] = tell(person, "clock")
    client = as_person(person)
    page = shown(client)
    assert re.findall(r'tab=\w+"[^>]*>\S+?<span class="count">(\d+)', page) == ["3", "3", "1", "2"]
    assert "未读，有法定期限" in page
    assert "进展 1" not in shown(client, "/messages/?tab=clock")
    client.post(f"/messages/{urgent.pk}/read/", {"tab": "clock"})
    assert selectors.message_counts(act(person)) == {"clock": (1, 0), "news": (2, 2)}
    answer = client.post("/messages/read/", {"tab": "clock"}, follow=True)
    assert "已将 0 条消息标为已读" in answer.content.decode()
    client.post("/messages/read/", {"tab": "//evil.example"})
    assert selectors.message_counts(act(person)) == {"clock": (1, 0), "news": (2, 0)}


def test_a_foreign_message_is_not_there(person: User) -> None:
    [message] = tell(person)
    stranger = as_person(make_user("filler", make_organisation()))
    assert message.title not in shown(stranger, "/messages/?tab=all")
    for number in (message.pk, message.pk + 1000, 10**30):
        assert stranger.get(f"/messages/{number}/").status_code == 404
        assert stranger.post(f"/messages/{number}/read/").status_code == 404
    stranger.post("/messages/read/")
    message.refresh_from_db()
    assert message.read_at is None
    assert Client().get("/messages/").url.startswith("/accounts/login/")


def test_a_list_costs_the_same_for_one_and_for_a_page(person: User) -> None:
    client, unit = as_person(person), make_organisation()
    tell(person, organisation=unit)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            shown(client)
        return len(found)

    queries()
    one = queries()
    tell(person, count=30, organisation=unit)
    assert queries() == one
    assert shown(client).count("<tr>") == 26
    assert shown(client, "/messages/?page=2").count("<tr>") == 7


def test_settings_are_kept_and_say_what_cannot_be_chosen(person: User) -> None:
    client = as_person(person)
    page = shown(client, "/messages/settings/")
    assert "不能单独关闭" in page and "法定期限" in page and 'name="kind-clock"' not in page
    form = {"digest_hour": "18", "kind-news": "none", "kind-clock": "none"}
    assert client.post("/messages/settings/", form).url == "/messages/settings/"
    row = MessageSettings.objects.get(user=person)
    assert (row.digest_hour, row.by_kind, row.mail_off) == (18, {"news": "none"}, False)
    assert '<option value="18" selected>' in shown(client, "/messages/settings/")
    for wrong in ({"digest_hour": "24"}, {"kind-news": "weekly"}, {"digest_hour": ""}):
        answer = client.post("/messages/settings/", {**form, **wrong})
        assert answer.status_code == 422
    assert AuditEntry.objects.filter(action="message.settings").count() == 1


def test_settings_offer_only_kinds_one_may_be_told(person: User) -> None:
    notices.register(notices.Kind("assigned", "分派", roles=STAFF_ROLES))
    officer = as_person(make_user("case_officer", make_bureau("370200")))
    assert "kind-assigned" in shown(officer, "/messages/settings/")
    assert "kind-assigned" not in shown(as_person(person), "/messages/settings/")


# --- leaving ---


def unsubscribe_link(mailoutbox: list[Any]) -> str:
    outbox.deliver()
    link = re.search(r"http\S+(/messages/unsubscribe/\S+)", mailoutbox[-1].body)
    assert link and link[0] in mailoutbox[-1].extra_headers["List-Unsubscribe"]
    return link[1]


def test_a_link_in_the_mail_ends_the_mails_without_a_login(person: User, mailoutbox: list[Any]) -> None:
    tell(person, "clock")
    link = unsubscribe_link(mailoutbox)
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(link).content.decode()
    assert page.count("<button") >= 1 and not MessageSettings.objects.exists()
    assert person.name not in page and person.email not in page
    # as a mail program does it, without any page of ours
    one_click = stranger.post(
        link, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert one_click.status_code == 200 and "已处理" in one_click.content.decode()
    assert MessageSettings.objects.get(user=person).mail_off
    stranger.post(link)
    assert AuditEntry.objects.filter(action="message.unsubscribe").count() == 1
    tell(person, "clock")
    assert (outbox.deliver(), Message.objects.count()) == (0, 2)


@pytest.mark.parametrize("token", ["x", "MQ:forged", "a" * 3000, "MQ", "Ilx1ZDgwMCI:x"])
def test_the_answer_tells_nothing_about_a_token(token: str, person: User, mailoutbox: list[Any]) -> None:
    tell(person, "clock")
    link = unsubscribe_link(mailoutbox)

    def answers(path: str) -> list[tuple[int, str]]:
        client = Client()
        found = [client.get(path), client.post(path)]
        hidden = re.compile(r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"')
        pages = [hidden.sub("", answer.content.decode()).replace(path, "") for answer in found]
        assert "已处理" in pages[1]
        return [(answer.status_code, page) for answer, page in zip(found, pages, strict=True)]

    forged = answers(f"/messages/unsubscribe/{token}/")
    assert not MessageSettings.objects.exists()
    assert forged == answers(link)


def test_a_link_signed_for_something_else_does_nothing(person: User) -> None:
    from django.core import signing

    token = signing.Signer(salt="other").sign_object(person.pk)
    Client().post(f"/messages/unsubscribe/{token}/")
    assert not MessageSettings.objects.exists()


# --- for programs ---


def test_programs_read_ones_own_messages(person: User) -> None:
    unit = make_organisation()
    [first] = tell(person, organisation=unit, about="filing:7")
    tell(person, "clock")
    tell(make_user())
    caller = Caller(person)
    rows = caller.get("messages/").ok()["results"]
    assert [row["kind"] for row in rows] == ["clock", "news"]
    assert rows[1] == {
        "id": first.pk,
        "kind": "news",
        "title": first.title,
        "text": "",
        "url": "/accounts/profile/",
        "about": "filing:7",
        "organisation": unit.credit_code,
        "urgent": False,
        "created_at": "2026-03-02T10:00:00+08:00",
        "read_at": None,
        "holds": True,
    }
    read = caller.post(f"messages/{first.pk}/read/").ok(200)
    assert read["read_at"] == "2026-03-02T10:00:00+08:00"
    assert [row["kind"] for row in caller.get("messages/?unread=true").ok()["results"]] == ["clock"]
    assert [row["kind"] for row in caller.get("messages/?unread=false").ok()["results"]] == ["news"]
    assert caller.get("messages/?unread=perhaps").status == 422
    assert caller.get("messages/?kind=news").status == 422


def test_programs_see_no_foreign_message(person: User) -> None:
    [message] = tell(person)
    stranger = Caller(make_user("filler", make_organisation()))
    assert stranger.get("messages/").ok()["count"] == 0
    for number in (message.pk, message.pk + 1000, 10**30):
        assert stranger.post(f"messages/{number}/read/").status == 404
    assert Caller().get("messages/").status == 401


# --- the system administrator ---


def test_failing_mail_is_shown_with_its_reason_and_sent_again(settings: Any, mailoutbox: list[Any]) -> None:
    admin = as_person(make_user("sysadmin", make_bureau("370200")))
    assert "没有发送失败的邮件" in shown(admin, "/jobs/")
    outbox.queue(to="lin@example.cn", subject="有新的消息", body="秘密链接")
    backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "tests.core.post_office.SilentBackend"
    outbox.deliver()
    row = OutboxMail.objects.get()
    page = shown(admin, "/jobs/")
    assert "li***@example.cn" in page and "lin@example.cn" not in page
    assert "TimeoutError" in page and "秘密" not in page
    assert (
        as_person(make_user("case_officer", make_bureau("370200")))
        .post(f"/jobs/mail/{row.pk}/retry/")
        .status_code
        == 403
    )
    settings.EMAIL_BACKEND = backend
    assert outbox.deliver() == 0
    assert admin.post(f"/jobs/mail/{row.pk}/retry/").url == "/jobs/#mail"
    assert outbox.deliver() == 1
    assert admin.post(f"/jobs/mail/{row.pk}/retry/").status_code == 409
    assert admin.post("/jobs/mail/999999/retry/").status_code == 404
