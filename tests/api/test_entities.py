"""Entities, ratings, exceptions and cancellations through the API: the same doors, the same hearing."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from filings.models import Cancellation, Rating
from filings.services import cancellation, membership
from tests.api.caller import Answer, Caller
from tests.filings.test_cancellation import fresh
from tests.makers import after
from tests.makers.accounts import make_organisation, make_user
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db
KEY = "elig_cons_min_enterprises"
GRADE = {
    "round": "2026 年度绩效评价",
    "rated_on": "2026-03-11",
    "grade": "fail",
    "score": "52",
    "summary": "结论金丝雀",
}


def callers(case):
    users = {
        "officer": case.officer,
        "director": case.director,
        "district": case.district,
        "lead": case.applicant,
        "member": case.member_users[1],
        "stranger": make_user("unit_admin", make_organisation()),
    }
    return {name: Caller(user) for name, user in users.items()}


def test_an_entity_as_each_may_see_it(frozen):
    case, entity = after.filed(frozen)
    membership.leave(actor=case.member(0), entity=entity, reason="退出原因金丝雀")
    who = callers(case)
    path = f"entities/{entity.code}/"
    for name, caller in who.items():
        body = caller.get(path).ok()
        assert [line["kind"] for line in body["history"]] == ["registered", "left"]
        inside = body["inside"]
        assert (inside is None) == (name == "stranger")
        if inside is None:
            assert "退出原因金丝雀" not in caller.get(path).text
            continue
        assert inside["lamp"] == "red" and inside["unmet"][0]["condition"] == KEY
        reads = name != "member"
        assert ("退出原因金丝雀" in caller.get(path).text) == reads
        assert len(inside["members"]) == 6
    assert who["lead"].get(path).ok()["inside"]["duties"][0]["kind"] == "rectify"
    assert who["member"].get(path).ok()["inside"]["duties"] == []
    kinds = {d["kind"] for d in who["member"].get(path).ok()["inside"]["documents"]}
    assert kinds == {"acceptance", "decision", "certificate"}
    assert who["lead"].get(f"{path}?on=2026-03-09").ok()["inside"]["members"] == []
    assert Caller().get(path).status == 401
    assert who["lead"].get("entities/QD-LH-1999-0001/").status == 404


def test_ratings_by_two_people(frozen):
    case, entity = after.filed(frozen)
    after.later(frozen, datetime.date(2026, 3, 12))
    who = callers(case)
    path = f"entities/{entity.code}/ratings/"
    for name in ("lead", "member", "district"):
        assert who[name].post(path, GRADE).status == 403
    assert who["stranger"].post(path, GRADE).status == 404
    assert who["officer"].post(path, {"round": "x"}).status == 422
    assert who["officer"].post(path, GRADE | {"score": "999"}).fields == ["score"]
    made = who["officer"].post(path, GRADE).ok(201)
    assert made["state"] == "pending" and "取消备案" in made["consequence"]
    assert who["lead"].get(path).ok() == [] and len(who["district"].get(path).ok()) == 1
    confirm = f"ratings/{made['id']}/confirm/"
    assert who["officer"].post(confirm).status == 403
    for name in ("lead", "stranger"):
        assert who[name].post(confirm).status == 404
    assert who["director"].post(f"ratings/{made['id']}/refuse/", {}).status == 422
    done = who["director"].post(confirm).ok()
    assert done["state"] == "in_force" and Cancellation.objects.filter(entity=entity).exists()
    assert who["director"].post(confirm).status == 409
    seen = who["lead"].get(path).ok()[0]
    assert (seen["score"], seen["summary"]) == ("52.00", "结论金丝雀")
    assert who["member"].get(path).ok()[0] | {"score": None, "summary": ""} == who["member"].get(path).ok()[0]
    wrong = who["officer"].post(path, GRADE | {"corrects": made["id"], "grade": "pass"}).ok(201)
    assert wrong["round"].endswith("（更正）")
    assert (
        who["director"].post(f"ratings/{wrong['id']}/refuse/", {"reason": "无误。"}).ok()["state"]
        == "refused"
    )
    assert who["officer"].post(path, GRADE | {"corrects": 10**9}).status == 404
    assert Rating.objects.filter(entity=entity).count() == 2


def test_exceptions_by_two_people(frozen):
    case, entity = after.filed(frozen)
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    who = callers(case)
    path = f"entities/{entity.code}/waivers/{KEY}/"
    reason = {"reason": "正在洽谈。"}
    assert who["officer"].post(f"{path}ask/", reason).status == 403
    assert who["lead"].post(f"{path}ask/", {}).status == 422
    assert who["lead"].post(f"{path}ask/", reason).ok()["state"] == "asked"
    assert who["lead"].post(f"{path}grant/", reason).status == 403
    assert who["director"].post(f"{path}confirm/").status == 409
    assert who["director"].post(f"{path}grant/", {"reason": "同意。"}).ok()["state"] == "granted"
    assert who["director"].post(f"{path}confirm/").status == 422  # by another person
    assert who["officer"].post(f"{path}grant/", {"reason": "同意。"}).ok()["state"] == "granted"
    assert who["director"].post(f"{path}confirm/").ok()["state"] == "confirmed"
    assert who["member"].get(f"entities/{entity.code}/").ok()["inside"]["lamp"] == "green"
    assert who["director"].post(f"{path}end/", {"reason": "期满。"}).ok()["state"] == "ended"
    assert who["director"].post(f"{path}skip/", reason).status == 404
    assert who["stranger"].post(f"{path}grant/", reason).status == 404
    assert who["officer"].post(f"entities/{entity.code}/waivers/none/grant/", reason).status == 404


def test_no_call_leads_past_the_hearing(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    who = callers(case)
    words = {"comment": "取消。", "weighed": "无。"}
    for name in ("officer", "director"):
        for act in cancellation.ACTIONS:
            if act in ("pause", "resume", "drop"):
                continue
            assert who[name].post(f"cancellations/{row.pk}/actions/{act}/", words).status in (403, 409, 422)
    refused = who["officer"].post(f"cancellations/{row.pk}/actions/close_hearing/", words)
    assert refused.status == 422 and refused.codes == ["hearing_open"] and refused.body["errors"][0]["clause"]
    for name in ("state", "standing"):
        assert who["officer"].patch(f"cancellations/{row.pk}/", {name: "confirmed"}).status == 405
    assert fresh(row).state == "hearing" and after.again(entity).standing == "registered"


def test_the_whole_case_through_the_api(frozen):
    case, entity = after.filed(frozen)
    who = callers(case)
    after.rate(case, entity, "fail")
    row = Cancellation.objects.get(entity=entity)
    path, acts = f"cancellations/{row.pk}/", f"cancellations/{row.pk}/actions/"
    listed = f"entities/{entity.code}/cancellations/"
    assert who["lead"].get(path).status == 404 and who["lead"].get(listed).ok() == []
    assert who["officer"].post(listed, {"ground": "failed_evaluation", "reason": "再启动。"}).status == 409
    assert who["lead"].post(listed, {"ground": "failed_evaluation", "reason": "x"}).status == 403
    served = who["officer"].post(f"{acts}serve/").ok()
    assert served["state"] == "hearing" and [d["kind"] for d in served["documents"]] == ["hearing"]
    seen = who["lead"].get(path).ok()
    assert seen["hearing_open"] and seen["available_actions"] == [] and seen["reason"]
    for name in ("member", "stranger"):
        assert who[name].get(path).status == 404
        assert who[name].post(f"cancellations/{row.pk}/statements/", {"text": "意见"}).status == 404
    assert who["member"].get(listed).ok() == []
    assert who["officer"].post(f"cancellations/{row.pk}/statements/", {"text": "意见"}).status == 403
    assert (
        who["lead"].post(f"cancellations/{row.pk}/statements/", {"text": "第一份。"}).ok(201)["file"] is None
    )
    paper = SimpleUploadedFile("证据.pdf", pdf_bytes("证据"), "application/pdf")
    lead = who["lead"]
    sent = lead.client.post(
        f"/api/v1/cancellations/{row.pk}/statements/",
        {"text": "第二份。", "file": paper},
        headers=lead.headers,
    )
    assert Answer(sent).ok(201)["file"].startswith("/files/")
    assert who["officer"].post(f"{acts}pause/", {}).status == 422
    assert who["officer"].post(f"{acts}pause/", {"comment": "等待鉴定。"}).ok()["state"] == "paused"
    assert who["officer"].post(f"{acts}resume/").ok()["state"] == "hearing"
    after.hearing_ends(row, frozen)
    who["officer"].post(f"{acts}close_hearing/").ok()
    assert who["officer"].post(f"{acts}propose_cancellation/", {"comment": "拟取消。"}).codes == ["weighed"]
    given = {"comment": "内部金丝雀", "weighed": "采纳金丝雀", "version": fresh(row).version - 1}
    assert who["officer"].post(f"{acts}propose_cancellation/", given).status == 409
    who["officer"].post(f"{acts}propose_cancellation/", given | {"version": fresh(row).version}).ok()
    assert "金丝雀" not in who["lead"].get(path).text and who["lead"].get(path).ok()["state"] == "heard"
    assert who["officer"].post(f"{acts}confirm_cancellation/", {"comment": "同意。"}).status == 403
    done = who["director"].post(f"{acts}confirm_cancellation/", {"comment": "审定金丝雀"}).ok()
    assert done["state"] == "confirmed" and done["decided_on"] == clock.today().isoformat()
    told = who["lead"].get(path)
    assert "采纳金丝雀" in told.text and "内部金丝雀" not in told.text and "审定金丝雀" not in told.text
    assert who["stranger"].get(f"entities/{entity.code}/").ok()["status"] == "cancelled"
    assert who["director"].post(f"{acts}confirm_cancellation/", {"comment": 7}).status == 409


def test_an_officer_of_two_bureaus_acts_in_the_one_the_entity_belongs_to(frozen):
    from tests.makers.accounts import give_role, make_bureau

    case, entity = after.filed(frozen)
    give_role(case.officer, "case_officer", make_bureau("370300"))
    caller = Caller(case.officer)
    assert caller.get(f"entities/{entity.code}/").ok()["inside"]["lamp"] == "green"
    assert (
        caller.post(
            f"entities/{entity.code}/ratings/", GRADE | {"rated_on": clock.today().isoformat()}
        ).status
        == 201
    )
    away = Caller(case.officer, make_bureau("370300"))
    assert away.get(f"entities/{entity.code}/").ok()["inside"] is None
    assert away.get(f"entities/{entity.code}/ratings/").status == 404
