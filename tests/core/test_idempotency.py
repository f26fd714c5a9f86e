"""The same form twice has one effect; another form under the same key has none."""

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from core import clock, idempotency
from core.actor import Actor
from core.errors import NotNow
from core.models import IdempotencyKey
from tests.core import site
from tests.core.site import Person, counted
from tests.core.threads import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.core.site")]


@pytest.fixture(autouse=True)
def _own_site(settings: Any, tmp_path: Path) -> None:
    settings.MIDDLEWARE = site.MIDDLEWARE


def _post(person: str = "7", **data: str) -> Any:
    return Client(headers={"X-Person": person}).post("/count/", data)


def test_a_second_click_gets_the_first_answer() -> None:
    key = idempotency.new_key()
    first, second = _post(form_key=key, a="1"), _post(form_key=key, a="1")
    assert first["Location"] == second["Location"] == "/done/1/"
    assert second["Idempotent-Replay"] == "true"
    assert counted() == 1
    assert _post(form_key=idempotency.new_key(), a="1")["Location"] == "/done/2/"


def test_two_clicks_at_once_act_once() -> None:
    key = idempotency.new_key()
    answers = together(*[lambda: _post(form_key=key, a="1")] * 6)
    assert {answer["Location"] for answer in answers} == {"/done/1/"}
    assert counted() == 1


def test_control_without_the_key_every_click_acts() -> None:
    together(*[lambda: _post(a="1")] * 6)
    assert counted() == 6


def test_another_body_under_the_key_is_refused() -> None:
    key = idempotency.new_key()
    _post(form_key=key, a="1")
    answer = _post(form_key=key, a="2")
    assert answer.status_code == 409
    assert "已经提交过" in answer.content.decode()
    assert counted() == 1


def test_keys_of_two_people_do_not_meet() -> None:
    key = idempotency.new_key()
    assert _post("7", form_key=key)["Location"] != _post("8", form_key=key)["Location"]


def test_after_a_refusal_the_form_may_be_sent_again() -> None:
    key = idempotency.new_key()
    assert _post(form_key=key, bad="1").status_code == 422
    assert _post(form_key=key, refuse="1").status_code == 409
    assert _post(form_key=key, a="1").status_code == 302
    assert IdempotencyKey.objects.count() == 1


def test_an_answer_of_the_api_is_given_again_whole() -> None:
    calls: list[int] = []

    def act() -> HttpResponse:
        calls.append(1)
        return HttpResponse('{"id": 5}', status=201, content_type="application/json")

    actor = Actor(user=Person(3))
    for _turn in range(2):
        answer = idempotency.once(actor=actor, key="k", digest="d", act=act)
        assert (answer.status_code, answer.content) == (201, b'{"id": 5}')
        assert answer["Content-Type"] == "application/json"
    assert len(calls) == 1
    with pytest.raises(NotNow):
        idempotency.once(actor=actor, key="k", digest="other", act=act)


def test_without_a_usable_key_nothing_is_remembered() -> None:
    for key in ("", "x" * 201):
        idempotency.once(actor=Actor(), key=key, digest="d", act=HttpResponse)
    assert not IdempotencyKey.objects.exists()


def test_old_keys_are_forgotten() -> None:
    _post(form_key="old", a="1")
    IdempotencyKey.objects.update(created_at=clock.wall() - 2 * idempotency.KEPT)
    _post(form_key="new", a="1")
    assert idempotency.forget_old() == 1
    assert IdempotencyKey.objects.get().key == "new"
