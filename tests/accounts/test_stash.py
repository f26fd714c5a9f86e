"""An expired session loses nothing that was typed, and offers nothing a stranger made up."""

from typing import Any

import pytest
from django.test import Client

from accounts import sessions
from accounts.models import User
from core import clock
from tests.makers.accounts import PASSWORD, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db
OURS = {"HTTP_ORIGIN": "http://testserver", "HTTP_REFERER": "http://testserver/accounts/profile/"}
PROFILE = "/accounts/profile/"


@pytest.fixture
def person() -> User:
    return make_user("unit_admin", make_organisation(), username="person1")


@pytest.fixture
def expired(client: Client, person: User, monkeypatch: Any) -> Client:
    """Logged in, and idle for an hour."""
    log_in(client, "person1")
    later = int(clock.wall().timestamp()) + 3600
    monkeypatch.setattr(sessions, "_now", lambda: later)
    return client


def log_in(client: Client, name: str, target: str = "") -> Any:
    return client.post("/accounts/login/", {"login": name, "password": PASSWORD, "next": target})


def test_round_trip(expired: Client, person: User) -> None:
    typed = {"name": "沈若溪\n第二行", "phone": "0532-0000000", "tag": ["甲", "乙"], "password": "secret-1"}
    lost = expired.post(PROFILE, typed, **OURS)
    assert lost.url == "/accounts/login/?next=%2Faccounts%2Fresume%2F"
    assert "已保留" in expired.get(lost.url).content.decode()
    assert log_in(expired, "person1", "/accounts/resume/").url == "/accounts/resume/"
    page = expired.get("/accounts/resume/")
    text = page.content.decode()
    assert "沈若溪" in text and "secret-1" not in text and f'action="{PROFILE}"' in text
    kept = page.context["kept"]
    assert kept.data.getlist("tag") == ["甲", "乙"] and "password" not in kept.data
    again = expired.post(PROFILE, {"name": kept.data["name"], "phone": kept.data["phone"]}, **OURS)
    assert again.status_code == 302
    person.refresh_from_db()
    assert person.name.startswith("沈若溪")


def test_back_on_the_page_the_form_is_filled(expired: Client) -> None:
    expired.post(PROFILE, {"name": "沈若溪", "phone": ""}, **OURS)
    log_in(expired, "person1")
    text = expired.get(PROFILE).content.decode()
    assert 'value="沈若溪"' in text and "已恢复" in text
    assert 'value="沈若溪"' not in expired.get(PROFILE).content.decode()


def test_another_person_on_this_computer_gets_nothing(expired: Client) -> None:
    make_user("unit_admin", make_organisation(), username="person2")
    expired.post(PROFILE, {"name": "沈若溪"}, **OURS)
    log_in(expired, "person2")
    assert expired.get("/accounts/resume/").url == "/"
    assert "沈若溪" not in expired.get(PROFILE).content.decode()


@pytest.mark.parametrize(
    "origin",
    [
        {"HTTP_ORIGIN": "https://evil.example", "HTTP_REFERER": "http://testserver/"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_REFERER": "https://evil.example/"},
        {"HTTP_ORIGIN": "http://testserver", "HTTP_SEC_FETCH_SITE": "cross-site"},
        {},
    ],
)
def test_forms_of_other_sites_are_not_kept(client: Client, person: User, origin: dict[str, str]) -> None:
    client.post(PROFILE, {"name": "伪造"}, **origin)
    log_in(client, "person1")
    assert client.get("/accounts/resume/").url == "/"


def test_it_can_be_dropped(expired: Client) -> None:
    expired.post(PROFILE, {"name": "沈若溪"}, **OURS)
    log_in(expired, "person1")
    assert expired.post("/accounts/resume/").url == PROFILE
    assert expired.get("/accounts/resume/").url == "/"


def test_it_ends_after_two_hours(expired: Client, monkeypatch: Any) -> None:
    from accounts import stash

    expired.post(PROFILE, {"name": "沈若溪"}, **OURS)
    log_in(expired, "person1")
    later = int(clock.wall().timestamp()) + 2 * 3600 + 1
    monkeypatch.setattr(stash, "_now", lambda: later)
    assert expired.get("/accounts/resume/").url == "/"


def test_too_much_is_not_kept(expired: Client) -> None:
    expired.post(PROFILE, {"name": "长" * 400_000}, **OURS)
    log_in(expired, "person1")
    assert expired.get("/accounts/resume/").url == "/"


def test_files_are_left_out_and_that_is_said(expired: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    expired.post(PROFILE, {"name": "沈若溪", "file": SimpleUploadedFile("a.pdf", b"%PDF-")}, **OURS)
    log_in(expired, "person1")
    assert "重新选择附件" in expired.get("/accounts/resume/").content.decode()


def test_autosave_is_sent_to_the_login_as_a_whole_page(expired: Client) -> None:
    lost = expired.post(PROFILE, {"name": "沈若溪"}, headers={"HX-Request": "true"}, **OURS)
    assert (lost.status_code, lost["HX-Redirect"]) == (204, "/accounts/login/?next=%2Faccounts%2Fresume%2F")


def test_a_page_left_open_over_a_login_is_offered_again(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    client.cookies["csrftoken"] = "a" * 32
    lost = client.post(PROFILE, {"name": "沈若溪", "csrfmiddlewaretoken": "b" * 32}, **OURS)
    assert lost.url == "/accounts/resume/"
    assert "沈若溪" in client.get("/accounts/resume/").content.decode()


def test_a_forged_form_is_refused_and_not_kept(person: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    lost = client.post(PROFILE, {"name": "伪造"}, HTTP_ORIGIN="https://evil.example")
    assert lost.status_code == 403
    assert client.get("/accounts/resume/").url == "/"


def test_a_lost_logout_or_login_is_not_repeated(client: Client, person: User) -> None:
    client.post("/accounts/logout/", {"next": "/"}, **OURS)
    client.post("/accounts/switch/", {"organisation": "1"}, **OURS)
    log_in(client, "person1")
    assert client.get("/accounts/resume/").url == "/"


def test_step_up_asks_for_a_code_and_keeps_the_form(client: Client) -> None:
    import base64

    from allauth.mfa.totp.internal import auth as totp

    admin = make_user("sysadmin", make_bureau())
    client.force_login(admin)
    form = {"name": "新人", "username": "newcomer", "email": "newcomer@example.cn", "phone": ""}
    totp.TOTP.activate(admin, base64.b32encode(b"12345678901234567890").decode())
    asked = client.post("/accounts/people/new/", form, **OURS)
    assert asked.url == "/accounts/2fa/reauthenticate/?next=%2Faccounts%2Fresume%2F"
    assert not User.objects.filter(username="newcomer").exists()
    from tests.accounts.test_login import code

    proved = client.post(asked.url, {"code": code(base64.b32encode(b"12345678901234567890").decode())})
    assert proved.url == "/accounts/resume/"
    assert client.post("/accounts/people/new/", form, **OURS).status_code == 302
    assert User.objects.filter(username="newcomer").exists()
