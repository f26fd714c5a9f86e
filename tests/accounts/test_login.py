"""Getting in and staying in: lockout, equal answers, password rules, second factor, ends of a session."""

import base64
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import sessions
from accounts.models import User
from core import clock, outbox
from core.audit import AuditEntry
from core.models import OutboxMail
from tests.makers.accounts import PASSWORD, give_role, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def log_in(client: Client, login: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def is_in(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


@pytest.fixture
def applicant() -> User:
    return make_user("unit_admin", make_organisation(), username="Applicant7")


@pytest.mark.parametrize("typed", ["Applicant7", "applicant7", " applicant7 ", "APPLICANT7@example.cn"])
def test_name_and_email_let_one_in(client: Client, applicant: User, typed: str) -> None:
    assert log_in(client, typed).status_code == 302
    assert is_in(client)
    entry = AuditEntry.objects.get(action="login")
    assert (entry.user_id, entry.result) == (applicant.pk, "ok")


def test_known_and_unknown_names_get_the_same_answer(client: Client, applicant: User) -> None:
    def answer(name: str) -> tuple[int, str]:
        response = log_in(Client(), name, "wrong-password")
        body = re.sub(
            r'name="csrfmiddlewaretoken" value="\w+"|X-CSRFToken": "\w+"|nonce="[^"]+"',
            "",
            response.content.decode(),
        )
        return response.status_code, body.replace(name, "NAME")

    assert answer("applicant7") == answer("nobody-at1") == answer("applicant7")
    assert answer("applicant7@example.cn") == answer("nobody-here@example.cn")
    applicant.is_active = False
    applicant.save()
    closed = log_in(Client(), "applicant7")
    assert "用户名或密码不正确" in closed.content.decode()


@pytest.mark.parametrize("known", [True, False])
def test_every_attempt_costs_exactly_one_hash(applicant: User, known: bool, monkeypatch: Any) -> None:
    from django.contrib.auth import hashers

    made = []
    hasher = hashers.get_hasher()
    encode = type(hasher).encode
    monkeypatch.setattr(type(hasher), "encode", lambda *a, **k: made.append(1) or encode(*a, **k))
    for name in ("applicant7", "applicant7@example.cn") if known else ("nobody", "nobody@example.cn"):
        made.clear()
        log_in(Client(), name, "wrong-password")
        assert len(made) == 1


def test_guessing_is_stopped_per_name_and_address(applicant: User) -> None:
    attacker = {"REMOTE_ADDR": "203.0.113.9"}
    answers = [
        log_in(
            Client(), "applicant7", f"guess-{n}", **attacker, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}"
        ).status_code
        for n in range(8)
    ]
    assert answers[:4] == [200] * 4 and set(answers[4:]) == {429}
    # The right password does not help there, nor does the e-mail instead of the name.
    assert log_in(Client(), "applicant7", PASSWORD, **attacker).status_code == 429
    assert log_in(Client(), "Applicant7@example.cn", PASSWORD, **attacker).status_code == 429
    # The owner gets in from elsewhere.
    owner = Client()
    assert log_in(owner, "applicant7", REMOTE_ADDR="192.0.2.4").status_code == 302
    assert is_in(owner)
    assert AuditEntry.objects.filter(action="login.lock", object_id=str(applicant.pk)).exists()


def test_unknown_names_lock_alike() -> None:
    answers = [log_in(Client(), "nobody", f"guess-{n}").status_code for n in range(6)]
    assert answers == [200] * 4 + [429] * 2
    locked = log_in(Client(), "nobody", "x")
    assert "15 分钟后再试" in locked.content.decode() and locked["Retry-After"] == "900"


def test_no_password_reaches_the_log(client: Client, applicant: User) -> None:
    log_in(client, "applicant7", "canary-secret-1")
    log_in(client, "canary-secret-2", "canary-secret-1")
    text = str(list(AuditEntry.objects.values()))
    assert "canary" not in text
    assert AuditEntry.objects.filter(action="login", result="failed").count() == 2


# --- passwords ---


@pytest.mark.parametrize(
    ("password", "applicants", "staff"),
    [
        ("tide-window-42", True, True),
        ("Tide window 42 澜", True, True),
        ("seven77", False, False),
        ("tidewind", True, False),
        ("tidewindowstone", True, False),
        ("tidewindow42", True, False),
        ("Tidewindow42", True, True),
        ("TIDEWINDOW42", True, False),
        ("1234567890123", False, False),
        ("password123", False, False),
        ("Applicant7-1", False, False),
        ("Lianchuang2026", False, False),
        ("联创20262026!", False, False),
        ("x" * 64 + "Y7", True, True),
        ("Aa1" * 50, False, False),
    ],
)
def test_password_rules(password: str, applicants: bool, staff: bool) -> None:
    person = make_user("unit_admin", make_organisation(), username="Applicant7")
    officer = give_role(make_user(username="Applicant7x"), "case_officer", make_bureau())

    def accepted(user: User) -> bool:
        try:
            validate_password(password, user)
        except ValidationError:
            return False
        return True

    assert (accepted(person), accepted(officer)) == (applicants, staff)


def test_staff_do_not_return_to_a_recent_password() -> None:
    officer = make_user("case_officer", make_bureau())
    for n in range(5):
        officer.set_password(f"Tide-window-{n}")
        officer.save()
    with pytest.raises(ValidationError, match="最近 5 次"):
        validate_password("Tide-window-0", officer)
    validate_password(PASSWORD, officer)  # the sixth back
    assert officer.password_records.count() == 5


def test_an_old_password_of_staff_must_be_changed_first(client: Client, applicant: User) -> None:
    officer = make_user("case_officer", make_bureau())
    User.objects.update(password_changed_at=clock.wall() - timedelta(days=91))
    log_in(client, officer.username)
    response = client.get("/accounts/registrations/")
    assert response.status_code == 302 and response.url.startswith("/accounts/password/change/")
    new = {"oldpassword": PASSWORD, "password1": "Tide-window-43", "password2": "Tide-window-43"}
    assert client.post("/accounts/password/change/", new).status_code == 302
    assert client.get("/accounts/registrations/").status_code == 200
    other = Client()
    log_in(other, applicant.username)
    assert other.get("/accounts/unit/").status_code == 200


def test_changing_the_password_ends_the_other_sessions(applicant: User) -> None:
    here, there = Client(), Client()
    log_in(here, "applicant7")
    log_in(there, "applicant7")
    new = {"oldpassword": PASSWORD, "password1": "tide-window-43", "password2": "tide-window-43"}
    assert here.post("/accounts/password/change/", new).status_code == 302
    assert is_in(here) and not is_in(there)
    assert AuditEntry.objects.filter(action="password.change").exists()


# --- reset ---


def reset_link(mailoutbox: list[Any]) -> str:
    outbox.deliver()
    found = re.search(r"http://\S+/accounts/password/reset/key/\S+", mailoutbox[-1].body)
    assert found
    return found.group()


def test_a_reset_link_works_once_and_ignores_the_host(
    client: Client, applicant: User, mailoutbox: list[Any], settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    there = Client()
    log_in(there, "applicant7")
    client.post("/accounts/password/reset/", {"email": "applicant7@example.cn"}, HTTP_HOST="evil.example")
    link = reset_link(mailoutbox)
    assert link.startswith(settings.SITE_URL + "/")
    path = link.removeprefix(settings.SITE_URL)
    form = client.get(path, follow=True)
    new = {"password1": "tide-window-43", "password2": "tide-window-43"}
    assert client.post(form.request["PATH_INFO"], new).status_code == 302
    assert not is_in(there)
    assert log_in(Client(), "applicant7", "tide-window-43").status_code == 302
    again = Client().get(path, follow=True)
    assert "链接已失效" in again.content.decode()


def test_a_reset_link_ends_after_half_an_hour(
    applicant: User, mailoutbox: list[Any], monkeypatch: Any
) -> None:
    Client().post("/accounts/password/reset/", {"email": "applicant7@example.cn"})
    path = "/accounts" + reset_link(mailoutbox).split("/accounts", 1)[1]
    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    now = PasswordResetTokenGenerator._now
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now(self) + timedelta(minutes=31))
    assert "链接已失效" in Client().get(path, follow=True).content.decode()


def test_reset_tells_nobody_who_has_an_account(applicant: User, mailoutbox: list[Any]) -> None:
    answers, work = set(), set()
    for email in ("applicant7@example.cn", "nobody@example.cn"):
        with CaptureQueriesContext(connection) as queries:
            answer = Client().post("/accounts/password/reset/", {"email": email})
        answers.add((answer.status_code, answer.url, answer.content))
        work.add(tuple(query["sql"].split(" WHERE")[0][:60] for query in queries))
    assert len(answers) == 1
    # Measured time would tell nothing on a busy machine; the same statements are written for both.
    assert len(work) == 1
    outbox.deliver()
    assert [mail.to for mail in mailoutbox] == [["applicant7@example.cn"]]
    assert OutboxMail.objects.filter(dropped_at__isnull=False, to="nobody@invalid").count() == 1


# --- second factor ---


def code(secret: str, step: int = 0) -> str:
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def enrolled() -> tuple[User, str]:
    officer = make_user("case_officer", make_bureau())
    secret = base64.b32encode(b"12345678901234567890").decode()
    totp.TOTP.activate(officer, secret)
    return officer, secret


def test_the_secret_is_not_stored_readable(enrolled: tuple[User, str]) -> None:
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert enrolled[1] not in stored


def test_half_logged_in_is_not_logged_in(client: Client, enrolled: tuple[User, str]) -> None:
    officer, secret = enrolled
    assert log_in(client, officer.username).url == "/accounts/2fa/authenticate/"
    assert not is_in(client)
    assert client.get("/accounts/registrations/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert not is_in(client)
    assert client.post("/accounts/2fa/authenticate/", {"code": code(secret)}).status_code == 302
    assert is_in(client)
    assert AuditEntry.objects.filter(action="second_factor.use", result="failed").exists()


def test_a_code_works_once_even_in_the_neighbouring_interval(
    enrolled: tuple[User, str], monkeypatch: Any
) -> None:
    officer, secret = enrolled
    used = code(secret)
    first = Client()
    log_in(first, officer.username)
    assert first.post("/accounts/2fa/authenticate/", {"code": used}).status_code == 302
    real = time.time
    monkeypatch.setattr(totp.time, "time", lambda: real() + 30)
    from django.core.cache import cache

    cache.delete(
        f"allauth.mfa.totp.used?user={officer.pk}&code={used}"
    )  # what the package would have forgotten
    second = Client()
    log_in(second, officer.username)
    assert second.post("/accounts/2fa/authenticate/", {"code": used}).status_code == 200
    assert not is_in(second)


def test_five_wrong_codes_and_even_the_right_one_waits(enrolled: tuple[User, str]) -> None:
    officer, secret = enrolled
    client = Client()
    log_in(client, officer.username)
    for _n in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    late = client.post("/accounts/2fa/authenticate/", {"code": code(secret)})
    assert "15 分钟后再试" in late.content.decode()
    assert not is_in(client)


def test_staff_without_a_factor_are_sent_to_enrol(client: Client, settings: Any, applicant: User) -> None:
    settings.STAFF_SECOND_FACTOR = True
    officer = make_user("case_officer", make_bureau())
    log_in(client, officer.username)
    response = client.get("/accounts/registrations/")
    assert response.status_code == 302 and response.url.startswith("/accounts/2fa/totp/activate/")
    asked = client.get("/accounts/2fa/totp/activate/")
    assert asked.url.startswith("/accounts/reauthenticate/")
    assert client.get(asked.url).status_code == 200
    assert client.post(asked.url, {"password": PASSWORD}).url == "/accounts/2fa/totp/activate/"
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert done.status_code == 302, done.content.decode()
    assert client.get("/accounts/registrations/").status_code == 200
    refused = client.get("/accounts/2fa/totp/deactivate/")
    assert "不能停用" in refused.content.decode()
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 200
    assert Authenticator.objects.filter(user=officer, type="totp").exists()
    other = Client()
    log_in(other, applicant.username)
    assert other.get("/accounts/unit/").status_code == 200


# --- ends of a session ---


def test_login_gives_a_new_session_and_logout_ends_it(client: Client, applicant: User) -> None:
    client.get(LOGIN)
    before = client.cookies.get("sessionid")
    log_in(client, "applicant7")
    key = client.cookies["sessionid"].value
    assert before is None or before.value != key
    client.post("/accounts/logout/")
    old = Client()
    old.cookies["sessionid"] = key
    assert not is_in(old)
    assert AuditEntry.objects.filter(action="logout", user_id=applicant.pk).exists()


def test_logout_needs_a_post(client: Client, applicant: User) -> None:
    log_in(client, "applicant7")
    assert client.get("/accounts/logout/").status_code == 200
    assert is_in(client)


@pytest.mark.parametrize(("minutes", "stays"), [(29, True), (31, False)])
def test_idle_sessions_end(
    client: Client, applicant: User, minutes: int, stays: bool, monkeypatch: Any
) -> None:
    log_in(client, "applicant7")
    later = int(clock.wall().timestamp()) + minutes * 60
    monkeypatch.setattr(sessions, "_now", lambda: later)
    assert is_in(client) is stays
    assert AuditEntry.objects.filter(action="session.end", detail__why="idle").exists() is not stays


def test_busy_sessions_end_after_twelve_hours(client: Client, applicant: User, monkeypatch: Any) -> None:
    log_in(client, "applicant7")
    begin = int(clock.wall().timestamp())
    for minutes in range(20, 12 * 60, 20):
        monkeypatch.setattr(sessions, "_now", lambda now=begin + minutes * 60: now)
        assert is_in(client), minutes
    monkeypatch.setattr(sessions, "_now", lambda: begin + 12 * 3600)
    assert not is_in(client)
    assert AuditEntry.objects.get(action="session.end").detail["why"] == "absolute"


def test_moving_the_demo_clock_logs_nobody_out(client: Client, applicant: User, frozen: Any) -> None:
    log_in(client, "applicant7")
    frozen.move(days=40)
    assert is_in(client)
