"""A consortium from draft to certificate through the API alone; the notice runs out on the demo clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from core import clock, jobs
from tests.api.caller import Caller
from tests.makers.accounts import make_organisation, make_user
from tests.makers.filings import MEMBER, Case, contents, make_case
from tests.makers.papers import pdf_bytes

MARK = "各方于 2026 年 6 月 30 日前到位。"


class Play:
    """Everybody of one consortium, each with a token."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.applicant = Caller(case.applicant)
        self.district = Caller(case.district)
        self.officer = Caller(case.officer)
        self.director = Caller(case.director)
        self.members = [Caller(user) for user in case.member_users]
        self.experts = {expert.user.username: Caller(expert.user) for expert in case.experts}
        self.filing = ""

    def see(self, who: Caller | None = None) -> dict[str, Any]:
        return (who or self.applicant).get(self.filing).ok(200)

    def act(self, who: Caller, name: str, **data: Any) -> dict[str, Any]:
        return who.post(f"{self.filing}actions/{name}/", data).ok(200)

    def offers(self, who: Caller) -> list[str]:
        return [action["name"] for action in self.see(who)["available_actions"]]

    def draft(self) -> None:
        """Start, write section by section, upload the agreement, invite everybody."""
        started = self.applicant.post("filings/", {"programme": "consortium", "action": "establish"}).ok(201)
        self.filing = f"filings/{started['id']}/"
        version = started["version"]
        for section, values in contents().items():
            saved = self.applicant.patch(self.filing, {"content": {section: values}, "version": version})
            version = saved.ok(200)["version"]
        place = {"section": "agreement", "field": "agreement"}
        self.applicant.upload(f"{self.filing}attachments/", name="协议.pdf", content=pdf_bytes(), **place).ok(
            201
        )
        for unit, role in zip(self.case.members, self.case.roles, strict=True):
            invited = {"organisation": unit.credit_code, "role": role}
            self.applicant.post(f"{self.filing}participants/", invited).ok(201)

    def sign(self, caller: Caller, unit: Any, *, write: bool) -> None:
        """The unit writes its own section and confirms what it was shown, by its hash."""
        place = next(
            p
            for p in self.see(caller)["participants"]
            if p["organisation"]["credit_code"] == unit.credit_code
        )
        if write:
            own = {"content": {"member": MEMBER}, "version": place["version"]}
            caller.patch(self.filing, own).ok(200)
        path = f"{self.filing}participants/{place['id']}/"
        shown = caller.get(path).ok(200)
        signed = caller.post(f"{path}sign/", {"sha256": shown["to_confirm_sha256"]}).ok(200)
        assert signed["state"] == "confirmed"
        assert signed["confirmed_sha256"] == shown["to_confirm_sha256"]

    def sign_all(self, *, write: bool = False) -> None:
        for caller, unit in zip(self.members, self.case.members, strict=True):
            self.sign(caller, unit, write=write)

    def score(self) -> None:
        """Whoever of the pool was drawn declares and scores."""
        for caller in self.experts.values():
            path = f"{self.filing}reviews/"
            if caller.get(path).status == 404:
                continue
            assert caller.get(self.filing).ok(200)["content"] is None
            caller.post(path, {"conflict": False}).ok()
            criteria = caller.get(path).ok(200)["criteria"]
            marks = [{"criterion": c["key"], "value": "86.5", "rationale": "依据充分。"} for c in criteria]
            caller.post(path, {"scores": marks}).ok()


@pytest.fixture
def play(db: None) -> Play:
    return Play(make_case())


def test_a_consortium_from_draft_to_certificate(play: Play) -> None:
    play.draft()
    outsider = Caller(make_user("unit_admin", make_organisation()))
    assert outsider.get(play.filing).status == 404

    early = play.applicant.post(f"{play.filing}actions/submit/")
    assert early.status == 422
    assert early.codes.count("unconfirmed_member") == 5
    assert all(found["clause"] for found in early.body["errors"] if found["code"] == "unconfirmed_member")

    play.sign_all(write=True)
    ready = play.see()
    assert {p["state"] for p in ready["participants"] if p["role"] != "lead"} == {"confirmed"}
    lamp = {row["condition"]: row for row in ready["eligibility"]}
    assert set(lamp["elig_cons_min_enterprises"]) == {
        "condition", "strength", "stage", "met", "message", "clause", "waiver",
    }  # fmt: skip
    assert lamp["elig_cons_min_enterprises"]["met"] is True
    assert lamp["elig_cons_lead_strength"]["met"] is None

    submitted = play.act(play.applicant, "submit", version=ready["version"])
    assert (submitted["state"], submitted["available_actions"][0]["name"]) == ("submitted", "withdraw")
    assert submitted["receipt_number"] and submitted["due_at"]

    assert play.act(play.district, "recommend", comment="符合条件，同意推荐。")["state"] == "recommended"
    assert "start_examination" in play.offers(play.officer)
    play.act(play.officer, "start_examination")
    _return_and_correct(play)
    _accept_and_review(play)
    _decide(play)
    _publish_and_issue(play)


def _return_and_correct(play: Play) -> None:
    items = [
        {"section": "tasks", "field": "funding_note", "message": "请写明各方出资到位时间"},
        {"section": "basic", "field": "background", "message": "请补充市场需求数据"},
    ]
    returned = play.act(play.officer, "return_for_correction", items=items)
    assert returned["state"] == "in_correction"
    locked = {"content": {"basic": {"track": "其他"}}, "version": play.see()["version"]}
    assert play.applicant.patch(play.filing, locked).status == 403
    for item in play.see()["corrections"]:
        answer = {"text": "已补充。", "value": MARK}
        path = f"{play.filing}corrections/{item['id']}/answer/"
        assert play.applicant.post(path, answer).ok()["state"] == "answered"

    again = play.applicant.post(f"{play.filing}actions/resubmit/")
    assert again.status == 422
    assert set(again.codes) >= {"unconfirmed_member"}
    play.sign_all()
    assert play.act(play.applicant, "resubmit")["state"] == "in_examination"
    for item in play.see(play.officer)["corrections"]:
        assert play.officer.post(f"{play.filing}corrections/{item['id']}/close/").ok()["state"] == "closed"

    assert [v["number"] for v in play.officer.get(f"{play.filing}versions/").ok()] == [1, 2]
    changes = play.officer.get(f"{play.filing}diff/?from=1&to=2").ok()
    assert {(c["section"], c["field"]) for c in changes} >= {
        ("tasks", "funding_note"),
        ("basic", "background"),
    }


def _accept_and_review(play: Play) -> None:
    refused = play.officer.post(f"{play.filing}actions/accept/")
    assert refused.status == 422
    assert "check_open" in refused.codes
    for line in play.see(play.officer)["checks"]:
        if not line["verdict"]:
            done = {"item": line["item"], "result": "pass", "note": ""}
            play.officer.post(f"{play.filing}checks/", done).ok()
    assert play.act(play.officer, "accept")["state"] == "accepted"
    assert play.act(play.officer, "open_review", seed="2026")["state"] == "in_review"
    play.score()
    panel = play.officer.get(f"{play.filing}reviews/").ok()
    assert all(row["expert"] and row["state"] == "scored" for row in panel["reviews"])
    assert play.applicant.get(f"{play.filing}reviews/").status == 403
    assert play.act(play.officer, "close_review")["state"] == "reviewed"


def _decide(play: Play) -> None:
    too_long = play.officer.post(f"{play.filing}actions/propose/", {"months": 37})
    assert too_long.status == 422
    assert too_long.body["errors"][0]["clause"]
    assert play.act(play.officer, "propose", months=36, comment="拟同意。")["state"] == "proposed"
    assert play.officer.post(f"{play.filing}actions/confirm/").status == 403
    assert play.act(play.director, "confirm", comment="同意。")["state"] == "confirmed"


def _publish_and_issue(play: Play) -> None:
    noticed = play.act(play.officer, "publish_notice")
    notice = noticed["notices"][0]
    nobody = Caller()
    assert nobody.get("public/notices/?current=true").ok()["results"][0]["id"] == notice["id"]
    assert play.officer.post(f"{play.filing}actions/close_notice/").status == 422
    text = {"name": "测试市民", "contact": "0532-0000001", "text": "请核实牵头单位登记地。"}
    assert nobody.post(f"public/notices/{notice['id']}/objections/", text).ok(201)["receipt"]
    objection = play.officer.get(f"{play.filing}objections/").ok()[0]
    answer = {"outcome": "dismissed", "reply": "经核实，登记地在崂山区。"}
    play.officer.post(f"{play.filing}objections/{objection['id']}/answer/", answer).ok()

    days = (date.fromisoformat(notice["ends_on"]) - clock.today()).days + 1
    call_command("demo_clock", f"+{days}d", verbosity=0)
    play.act(play.officer, "close_notice")
    filed = play.act(play.officer, "issue")
    assert filed["state"] == "filed"
    jobs.run_pending()

    paper = next(p for p in play.see()["documents"] if p["kind"] == "certificate")
    assert play.applicant.get(paper["url"]).status in (200, 302)
    code, start = paper["verification_code"], clock.today()
    today = nobody.get(f"public/verify/{code}/").ok()
    assert (today["status"], today["valid_from"]) == ("valid", start.isoformat())
    end = date.fromisoformat(today["valid_until"])
    assert end == start.replace(year=start.year + 3) - timedelta(days=1)
    assert nobody.get(f"public/verify/{code}/?on={end}").ok()["status"] == "valid"
    after = end + timedelta(days=1)
    assert nobody.get(f"public/verify/{code}/?on={after}").ok()["status"] == "expired"

    entry = nobody.get(f"public/register/{filed['entity']}/").ok()
    assert len(entry["members"]) == 6
    assert entry["status"] == "valid"
    own = play.applicant.get(f"entities/{filed['entity']}/").ok()
    assert own["filings"] == [filed["id"]]
    names = [e["name"] for e in play.applicant.get(f"{play.filing}events/").ok()]
    assert names[-1] == "issue" and "objection" not in names
