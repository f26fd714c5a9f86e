"""After filing, by the API: change, annual report, exit of a member, exception; what the programme says of them."""

import datetime

import pytest
from django.core.management import call_command

from filings.enums import Lamp
from filings.models import Filing
from tests.api.caller import Caller
from tests.makers import after
from tests.makers.accounts import make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(frozen):
    return after.filed(frozen)


def start(caller, entity, action, **more):
    body = {"programme": "consortium", "action": action, "entity": entity.code, **more}
    return caller.post("filings/", body)


def test_the_programme_lists_what_may_be_asked_later(filed):
    case, _entity = filed
    body = Caller(case.applicant).get("programmes/consortium/").ok(200)
    found = {row["action"]: row for row in body["variants"]}
    assert set(found) == {"change", "annual_report", "renew", "exit", "self_assessment"}
    assert set(found["exit"]["sections"]) == {"exit"}
    assert found["change"]["carries"] == ["content", "members", "confirmations"]
    assert found["renew"]["clause"] and found["renew"]["judged"]
    report = {step["name"] for step in found["annual_report"]["procedure"]["steps"]}
    assert "record" in report and "propose" not in report
    assert not found["annual_report"]["procedure"]["decision"]
    assert "record" not in {step["name"] for step in body["procedure"]["steps"]}


def test_a_change_is_started_written_and_a_member_removed_with_a_reason(filed):
    case, entity = filed
    caller = Caller(case.applicant)
    content = {"change": {"what": ["members"], "reason": "成员调整"}}
    body = start(caller, entity, "change", content=content).ok(201)
    assert body["entity"] == entity.code and body["content"]["change"]["reason"] == "成员调整"
    place = next(p for p in body["participants"] if p["role"] == "chain_enterprise")
    address = f"filings/{body['id']}/participants/{place['id']}/"
    assert caller.call("DELETE", address).status == 422
    assert caller.call("DELETE", address + "?why=x").status == 422
    assert caller.call("DELETE", address + "?reason=合作结束").status == 204
    gone = Filing.objects.get(pk=body["id"]).participants.get(pk=place["id"])
    assert (gone.standing, gone.declined_reason) == ("removed", "合作结束")
    again = start(caller, entity, "change")
    assert again.status == 422 and again.codes == ["already_open"]


def test_content_is_checked_against_the_variant(filed):
    case, entity = filed
    caller = Caller(case.applicant)
    refused = start(caller, entity, "exit", content={"tasks": {}})
    assert refused.status == 422 and refused.codes == ["unknown_section"]
    assert not Filing.objects.filter(action="exit").exists()
    for action in ("upgrade", "establish"):
        assert start(caller, entity, action, content={"change": {}}).status == 422


def test_a_report_needs_its_year(filed, frozen):
    case, entity = filed
    after.later(frozen, datetime.date(2027, 1, 11))
    caller = Caller(case.applicant)
    assert start(caller, entity, "annual_report").codes == ["period"]
    assert start(caller, entity, "annual_report", period="26").status == 422
    body = start(caller, entity, "annual_report", period="2026").ok(201)
    assert body["period"] == "2026" and body["content"]["report_progress"]["tasks"]
    unit = {"organisation": make_organisation().credit_code, "role": "chain_enterprise"}
    assert caller.post(f"filings/{body['id']}/participants/", unit).codes == ["no_members"]
    listed = caller.get("filings/?action=annual_report").ok(200)["results"]
    assert [row["period"] for row in listed] == ["2026"]


def test_an_archived_report_and_an_approved_change_read_as_such(filed, frozen):
    case, entity = filed
    after.later(frozen, datetime.date(2027, 1, 11))
    filing = after.start(case, entity, "annual_report", "2026")
    after.fill_report(case, filing)
    after.submit(case, filing)
    officer = Caller(case.officer)
    address = f"filings/{filing.pk}/actions/"
    officer.post(address + "start_examination/").ok(200)
    assert officer.post(address + "accept/").status == 404
    body = officer.post(address + "record/").ok(200)
    assert (body["state"], body["state_label"]) == ("filed", "已归档")


def test_a_member_leaves_and_reads_what_it_does_to_the_lamp(filed):
    case, entity = filed
    member, address = Caller(case.member_users[0]), f"entities/{entity.code}/leave/"
    assert member.post(address, {"reason": ""}).status == 422
    assert member.post(address, {"reason": "战略调整", "on": "2027-12-31"}).fields == ["on"]
    assert Caller(case.applicant).post(address, {"reason": "x"}).status == 409
    assert Caller(case.officer).post(address, {"reason": "x"}).status == 403
    assert Caller(make_user("filler", case.members[0])).post(address, {"reason": "x"}).status == 403
    outsider = Caller(make_user("unit_admin", make_organisation()))
    assert outsider.post(address, {"reason": "x"}).status == 404
    body = member.post(address, {"reason": "战略调整"}).ok(200)
    assert body["lamp"] == Lamp.RED and body["unmet"][0]["condition"] == "elig_cons_min_enterprises"
    assert body["until"] == "2026-03-10" and body["organisation"]["name"] == case.members[0].name
    assert member.post(address, {"reason": "战略调整"}).status == 404


def test_the_document_names_the_new_calls(tmp_path):
    path = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(path))
    written = path.read_text()
    assert "/api/v1/entities/{code}/leave/" in written and "VariantOut" not in written.partition("paths:")[0]
