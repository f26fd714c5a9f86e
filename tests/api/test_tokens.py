"""Tokens: password, lockout, second factor, duties of staff, revocation."""

from __future__ import annotations

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from knox.models import AuthToken

from core import clock
from core.models import AuditEntry
from tests.api.caller import Caller
from tests.makers.accounts import PASSWORD, make_bureau, make_organisation, make_user


@pytest.fixture
def unit_user(db):
    return make_user("unit_admin", make_organisation())


def ask(user, **more):
    given = {"username": user.username, "password": PASSWORD} | more
    return Caller().post("auth/token/", given)


def test_name_or_mail_and_password_give_a_token(unit_user) -> None:
    assert ask(unit_user).ok(200)["token"]
    assert ask(unit_user, username=unit_user.email).ok(200)["token"]
    token = AuthToken.objects.first()
    assert AuditEntry.objects.filter(action="token.create", user_id=unit_user.pk).count() == 2
    assert PASSWORD not in token.digest


def test_a_wrong_password_says_the_same_as_an_unknown_name(unit_user) -> None:
    wrong, unknown = ask(unit_user, password="x"), ask(unit_user, username="nobody-here")
    assert (wrong.status, wrong.text) == (unknown.status, unknown.text)
    assert wrong.status == 401
    assert AuditEntry.objects.filter(action="login", result="failed").count() == 2


def test_guessing_is_locked_and_the_right_password_waits_too(unit_user) -> None:
    answers = [ask(unit_user, password=f"wrong-{n}") for n in range(6)]
    assert answers[0].status == 401
    assert answers[-1].status == 429
    assert answers[-1].codes == ["locked"]
    locked = ask(unit_user)
    assert locked.status == 429
    assert int(locked.response["Retry-After"]) > 0


def test_a_success_forgets_earlier_slips(unit_user) -> None:
    for _round in range(3):
        assert [ask(unit_user, password="x").status for _ in range(3)] == [401, 401, 401]
        assert ask(unit_user).status == 200


def test_a_closed_account_gets_none(unit_user) -> None:
    unit_user.is_active = False
    unit_user.save()
    assert ask(unit_user).status == 401


@pytest.mark.parametrize(
    "body", [{}, {"username": 1}, {"username": "a", "password": None}, {"username": [], "password": {}}]
)
def test_wrong_shapes(db, body) -> None:
    assert Caller().post("auth/token/", body).status == 422


def _code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_an_enrolled_second_factor_is_asked_for_and_works_once(unit_user) -> None:
    secret = generate_totp_secret()
    TOTP.activate(unit_user, secret)
    assert ask(unit_user).codes == ["otp_required"]
    assert ask(unit_user, otp="000000").status == 401
    code = _code(secret)
    assert ask(unit_user, otp=code).status == 200
    assert ask(unit_user, otp=code).status == 401
    assert AuditEntry.objects.filter(action="second_factor.use", result="ok").count() == 1


def test_staff_without_a_factor_or_with_an_old_password_are_sent_to_the_pages(db, settings) -> None:
    officer = make_user("case_officer", make_bureau())
    assert ask(officer).status == 200
    settings.STAFF_SECOND_FACTOR = True
    assert ask(officer).codes == ["second_factor"]
    settings.STAFF_SECOND_FACTOR = False
    officer.password_changed_at = clock.wall().replace(year=2020)
    officer.save()
    assert ask(officer).codes == ["password_expired"]


def test_a_token_can_be_revoked(unit_user) -> None:
    caller = Caller(unit_user)
    assert caller.get("programmes/").status == 200
    assert caller.post("auth/token/revoke/").status == 204
    assert caller.get("programmes/").status == 401
    assert not AuthToken.objects.exists()


def test_an_idempotency_key_never_stores_a_token(unit_user) -> None:
    given = {"username": unit_user.username, "password": PASSWORD}
    one, two = (Caller().post("auth/token/", given, Idempotency_Key="k").ok(200)["token"] for _ in range(2))
    assert one != two
