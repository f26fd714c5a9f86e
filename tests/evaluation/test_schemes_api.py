"""Schemes over the API."""

from __future__ import annotations

from copy import deepcopy

import pytest

from accounts import stepup
from evaluation.models import Scheme
from evaluation.scheme import editing
from evaluation.services import schemes
from tests.api.caller import Caller
from tests.makers.accounts import as_person, make_organisation, make_user
from tests.makers.schemes import Bureau, came_with

pytestmark = pytest.mark.django_db
AT = "evaluation/schemes/"


@pytest.fixture
def bureau() -> Bureau:
    return Bureau()


@pytest.fixture
def caller(bureau: Bureau) -> Caller:
    return Caller(bureau.people["case_officer"])


def test_listed_by_kind(caller: Caller) -> None:
    found = caller.get(f"{AT}?kind=industry_alliance").ok()
    assert {row["key"] for row in found["results"]} == {"alliance", "alliance_activity"}
    assert found["results"][0]["authority"] is None
    assert caller.get(AT).ok()["count"] == Scheme.objects.count()
    assert caller.get(f"{AT}?colour=red").status == 422


def test_copied_written_proposed_and_published(caller: Caller, bureau: Bureau) -> None:
    made = caller.post(AT, {"based_on": came_with("consortium").pk}).ok(201)
    assert (made["standing"], made["edition"], made["problems"]) == ("draft", 1, [])
    assert made["available_actions"] == ["propose"]
    one = f"{AT}{made['id']}/"
    tree = deepcopy(made["tree"])
    tree["dimensions"][0]["indicators"][0]["weight"] = "6"
    saved = caller.patch(one, {"edition": 1, "tree": tree, "note": "调整"}).ok()
    assert (saved["edition"], saved["note"], saved["label"]) == (2, "调整", made["label"])
    assert saved["problems"][0]["message"] == "权重合计为 99，应为 100，还差 1"
    refused = caller.post(f"{one}actions/propose/", {"edition": 2})
    assert (refused.status, refused.codes) == (422, ["weights"])
    caller.patch(one, {"edition": 2, "tree": made["tree"]}).ok()
    assert caller.post(f"{one}actions/propose/", {"edition": 3}).ok()["standing"] == "proposed"
    assert caller.post(f"{one}actions/publish/", {}).status == 403
    head = Caller(bureau.people["division_head"])
    assert head.post(f"{one}actions/publish/", {"comment": "同意"}).ok()["standing"] == "published"
    assert head.post(f"{one}actions/withdraw/", {}).status == 422
    assert head.post(f"{one}actions/withdraw/", {"comment": "不用"}).ok()["reason"] == "不用"


def test_a_session_proves_its_second_factor_before_publishing(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = bureau.draft()
    tree = editing.with_weights(row.tree, {"M1": "6", "M2": "5"})
    schemes.save(actor=bureau.officer, row=row, tree=tree, edition=None)
    edition = schemes.propose(actor=bureau.officer, row=row, edition=None).edition
    person = as_person(bureau.people["division_head"])
    path, body = f"/api/v1/{AT}{row.pk}/actions/publish/", {"edition": edition}
    monkeypatch.setattr(stepup, "is_fresh", lambda request: False)
    answer = person.post(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "step_up")
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)
    assert person.post(path, {"edition": edition - 1}, content_type="application/json").status_code == 409
    assert person.post(path, body, content_type="application/json").status_code == 200


def test_stale_unreadable_and_frozen(caller: Caller, bureau: Bureau) -> None:
    row = bureau.draft()
    one = f"{AT}{row.pk}/"
    caller.patch(one, {"edition": 1, "label": "甲"}).ok()
    assert (caller.patch(one, {"edition": 1, "label": "乙"}).status) == 409
    wrong = caller.patch(one, {"edition": 2, "tree": {"dimensions": "x", "more": 1}})
    assert wrong.status == 422 and set(wrong.fields) >= {"dimensions", "more"}
    assert caller.patch(one, {"edition": 2, "label": "字" * 121}).status == 422
    assert caller.call("DELETE", one).status == 204
    published = f"{AT}{bureau.published().pk}/"
    assert caller.patch(published, {"edition": 2, "label": "丙"}).status == 409
    assert caller.call("DELETE", published).status == 409


def test_sent_back_and_recalled(caller: Caller, bureau: Bureau) -> None:
    one = f"{AT}{bureau.draft().pk}/"
    head = Caller(bureau.people["division_head"])
    caller.post(f"{one}actions/propose/", {}).ok()
    assert head.post(f"{one}actions/send_back/", {"comment": "再议"}).ok()["reason"] == "再议"
    caller.post(f"{one}actions/propose/", {}).ok()
    assert caller.post(f"{one}actions/recall/", {}).ok()["standing"] == "draft"
    assert caller.post(f"{one}actions/dance/", {}).status == 404


def test_who_may(bureau: Bureau) -> None:
    row = bureau.draft()
    beside, auditor = Caller(bureau.people["other"]), Caller(bureau.people["auditor"])
    for number in (row.pk, 10**8):
        assert beside.get(f"{AT}{number}/").status == 404
        assert beside.patch(f"{AT}{number}/", {"edition": 1}).status == 404
        assert beside.post(f"{AT}{number}/actions/propose/", {}).status == 404
    assert beside.post(AT, {"based_on": row.pk}).status == 404
    assert auditor.get(f"{AT}{row.pk}/").ok()["available_actions"] == []
    assert auditor.patch(f"{AT}{row.pk}/", {"edition": 1}).status == 403
    assert auditor.post(AT, {"based_on": row.pk}).status == 403
    assert auditor.call("DELETE", f"{AT}{row.pk}/").status == 403
    assert Caller(make_user("unit_admin", make_organisation())).get(AT).status == 403
    assert Caller().get(AT).status == 401
