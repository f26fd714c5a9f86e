"""Writing: stale versions, partial fields, wrong shapes, repeated calls."""

from __future__ import annotations

import json

import pytest

from core.models import IdempotencyKey
from filings.models import Filing
from tests.api.caller import Caller
from tests.makers.filings import MEMBER, contents, drive, invite_all, make_case, start
from tests.makers.papers import pdf_bytes


@pytest.fixture
def case(db):
    return make_case(enterprises=1, academics=0, experts=0)


@pytest.fixture
def caller(case) -> Caller:
    return Caller(case.applicant)


def test_start_with_content_is_all_or_nothing(caller) -> None:
    bad = {"programme": "consortium", "content": {"basic": {"months": "abc"}}}
    assert caller.post("filings/", bad).status == 422
    assert Filing.objects.count() == 0
    made = caller.post("filings/", {"programme": "consortium", "content": {"basic": {"name": "甲"}}}).ok(201)
    assert (made["title"], made["state"]) == ("甲", "draft")


def test_a_stale_version_is_409_and_writes_nothing(caller) -> None:
    made = caller.post("filings/", {"programme": "consortium"}).ok(201)
    path = f"filings/{made['id']}/"
    first = caller.patch(path, {"content": {"basic": {"name": "甲"}}, "version": made["version"]}).ok()
    stale = caller.patch(path, {"content": {"basic": {"name": "乙"}}, "version": made["version"]})
    assert (stale.status, stale.codes) == (409, ["stale"])
    now = caller.get(path).ok()
    assert (now["title"], now["version"]) == ("甲", first["version"])


def test_fields_not_named_stay(caller) -> None:
    made = caller.post("filings/", {"programme": "consortium", "content": contents()}).ok(201)
    saved = caller.patch(
        f"filings/{made['id']}/", {"content": {"basic": {"track": "新"}}, "version": made["version"]}
    ).ok()
    assert saved["content"]["basic"] == made["content"]["basic"] | {"track": "新"}


def test_a_participant_writes_its_own_section_under_its_own_version(case) -> None:
    filing = start(case)
    invite_all(case, filing)
    member = Caller(case.member_users[0])
    path = f"filings/{filing.pk}/"
    assert member.patch(path, {"content": {"member": MEMBER}, "version": 99}).status == 409
    place = member.patch(path, {"content": {"member": MEMBER}, "version": 1}).ok()["participants"][1]
    assert (place["version"], place["content"]["member"]["basis"]) == (2, MEMBER["basis"])
    assert member.patch(path, {"content": {"basic": {"name": "x"}}, "version": filing.version}).status == 403
    lead = Caller(case.applicant)
    assert lead.patch(path, {"content": {"member": MEMBER}, "version": filing.version}).status == 403


def test_a_hash_that_is_not_what_was_shown_is_stale(case) -> None:
    filing = start(case)
    place = invite_all(case, filing)[0]
    member = Caller(case.member_users[0])
    member.patch(f"filings/{filing.pk}/", {"content": {"member": MEMBER}, "version": 1}).ok()
    answer = member.post(f"filings/{filing.pk}/participants/{place.pk}/sign/", {"sha256": "0" * 64})
    assert (answer.status, answer.codes) == (409, ["stale"])


def test_files_are_inspected(caller) -> None:
    made = caller.post("filings/", {"programme": "consortium"}).ok(201)
    path = f"filings/{made['id']}/attachments/"
    place = {"section": "agreement", "field": "agreement"}
    fake = caller.upload(path, name="协议.pdf", content=b"MZ\x90\x00not a pdf", **place)
    assert (fake.status, fake.fields) == (422, ["agreement.agreement"])
    assert caller.upload(path, name="协议.exe", content=pdf_bytes(), **place).status == 422
    assert (
        caller.upload(path, name="协议.pdf", content=pdf_bytes(), section="basic", field="name").status == 404
    )
    assert caller.post(path, place).status == 415
    kept = caller.upload(path, name="协议.pdf", content=pdf_bytes(), **place).ok(201)
    assert caller.get(f"filings/{made['id']}/").ok()["attachments"] == [kept]
    assert caller.call("DELETE", f"{path}{kept['id']}/").status == 204
    assert caller.get(path).ok() == []


WRONG = [
    ({"content": {"basic": {"name": {"a": 1}}}}, "content.basic.name"),
    ({"content": {"basic": {"name": ["x"]}}}, "content.basic.name"),
    ({"content": {"basic": {"name": 5}}}, "content.basic.name"),
    ({"content": {"basic": {"months": True}}}, "content.basic.months"),
    ({"content": {"basic": {"months": [36]}}}, "content.basic.months"),
    ({"content": {"basic": {"months": 1e300}}}, "content.basic.months"),
    ({"content": {"basic": {"months": "9" * 41}}}, "content.basic.months"),
    ({"content": {"basic": {"months": "三十六"}}}, "basic.months"),
    ({"content": {"basic": {"industry": "no_such"}}}, "basic.industry"),
    ({"content": {"basic": {"task_areas": "platform"}}}, "content.basic.task_areas"),
    ({"content": {"basic": {"task_areas": ["platform", 1]}}}, "content.basic.task_areas"),
    ({"content": {"basic": {"contact_email": "nobody"}}}, "basic.contact_email"),
    ({"content": {"basic": {"name": "长" * 101}}}, "basic.name"),
    ({"content": {"basic": {"background": "长" * 20_001}}}, "content.basic.background"),
    ({"content": {"basic": {"state": "filed"}}}, "content.basic.state"),
    ({"content": {"lead": {"is_leading": "yes"}}}, "content.lead.is_leading"),
    ({"content": {"agreement": {"signed_on": "2026-02-30"}}}, "agreement.signed_on"),
    ({"content": {"agreement": {"signed_on": 20260230}}}, "content.agreement.signed_on"),
    ({"content": {"agreement": {"agreement": "file"}}}, "content.agreement.agreement"),
    ({"content": {"tasks": {"tasks": {}}}}, "content.tasks.tasks"),
    ({"content": {"tasks": {"tasks": [1]}}}, "content.tasks.tasks"),
    ({"content": {"tasks": {"tasks": [{"name": []}]}}}, "content.tasks.tasks.0.name"),
    ({"content": {"tasks": {"tasks": [{"id": 1}]}}}, "content.tasks.tasks.0.id"),
    ({"content": {"tasks": {"tasks": [{"funds": "1e999"}]}}}, "tasks.tasks"),
    ({"content": {"tasks": {"tasks": [{"funds": "NaN"}]}}}, "tasks.tasks"),
    ({"content": {"tasks": {"tasks": [{}] * 61}}}, "tasks.tasks"),
    ({"content": {"tasks": {"self_funds": "-1"}}}, "tasks.self_funds"),
    ({"content": {"nowhere": {}}}, "content.nowhere"),
    ({"content": {"basic": []}}, "content.basic"),
    ({"content": {"basic": None}}, "content.basic"),
    ({"content": []}, "content"),
    ({"content": "x"}, "content"),
    ({"content": {}}, "content"),
    ({}, "content"),
]


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_a_wrong_shape_is_422_and_names_the_place(caller, body, field) -> None:
    made = caller.post("filings/", {"programme": "consortium"}).ok(201)
    answer = caller.patch(f"filings/{made['id']}/", body | {"version": made["version"]})
    assert answer.status == 422, answer
    assert field in answer.fields
    assert all(found["message"] for found in answer.body["errors"])
    assert caller.get(f"filings/{made['id']}/").ok()["content"] == {}


@pytest.mark.parametrize("version", [None, "x", 0, -1, 2**40, 1.5, [], {}])
def test_a_wrong_version_is_422(caller, version) -> None:
    made = caller.post("filings/", {"programme": "consortium"}).ok(201)
    body = {"content": {"basic": {"name": "x"}}, "version": version}
    assert caller.patch(f"filings/{made['id']}/", body).status == 422


def test_null_clears_an_answer(caller) -> None:
    made = caller.post("filings/", {"programme": "consortium", "content": {"basic": {"track": "x"}}}).ok(201)
    body = {"content": {"basic": {"track": None, "months": None}}, "version": made["version"]}
    assert caller.patch(f"filings/{made['id']}/", body).ok()["content"]["basic"]["track"] == ""


def test_same_key_and_body_has_one_effect_and_one_answer(caller) -> None:
    body = {"programme": "consortium", "content": {"basic": {"name": "甲"}}}
    first = caller.post("filings/", body, Idempotency_Key="k-1")
    second = caller.post("filings/", body, Idempotency_Key="k-1")
    assert (second.status, second.text) == (first.status, first.text)
    assert second.response["Idempotent-Replay"] == "true"
    assert Filing.objects.count() == 1
    other = caller.post("filings/", body | {"action": "renew"}, Idempotency_Key="k-1")
    assert (other.status, other.codes) == (409, ["key_reused"])


def test_a_key_belongs_to_its_person_and_a_refusal_frees_it(case, caller) -> None:
    body = {"programme": "nothing"}
    assert caller.post("filings/", body, Idempotency_Key="k-2").status == 422
    assert IdempotencyKey.objects.count() == 0
    good = {"programme": "consortium"}
    assert caller.post("filings/", good, Idempotency_Key="k-2").status == 201
    member = Caller(case.member_users[0])
    assert member.post("filings/", good, Idempotency_Key="k-2").status == 201
    assert Filing.objects.count() == 2


def test_an_action_and_an_upload_can_be_repeated(case, caller) -> None:
    filing = drive(case, "draft")
    path = f"filings/{filing.pk}/actions/withdraw/"
    answers = [caller.post(path, {"comment": "撤回重报"}, Idempotency_Key="k-3") for _ in range(2)]
    assert [a.status for a in answers] == [200, 200]
    assert answers[0].text == answers[1].text
    assert filing.events.filter(name="withdraw").count() == 1


@pytest.mark.parametrize("key", ["x" * 201, "a\u00e9b"])
def test_a_bad_key_is_refused(caller, key) -> None:
    headers = caller.headers | {"Idempotency-Key": key}
    response = caller.client.post(
        "/api/v1/filings/",
        json.dumps({"programme": "consortium"}),
        content_type="application/json",
        headers=headers,
    )
    assert response.status_code == 422
