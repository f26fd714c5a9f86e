"""What one may not see does not exist; what one may see but not do is refused; experts have no names."""

from __future__ import annotations

import re

import pytest
from django.urls import get_resolver

from core.models import AuditEntry
from tests.api.caller import Caller
from tests.makers.accounts import give_role, make_bureau, make_organisation, make_user
from tests.makers.filings import MEMBER, drive, invite_all, make_case, start
from tests.support.consistency import routes

FOREIGN = 987_654_321


def filing_routes() -> list[str]:
    """Every address below one filing, with the filing's number left open and small numbers in the other places."""
    found = []
    for address, _name, _view in routes(get_resolver().url_patterns):
        if not address.startswith("api/v1/filings/<int:pk>/"):
            continue
        path = address.removeprefix("api/v1/").replace("<int:pk>", "{pk}").replace("<slug:name>", "withdraw")
        found.append(re.sub(r"<[a-z]+:\w+>", "1", path))
    return sorted(found)


def test_an_outsider_finds_nothing_under_any_address(case_in_examination) -> None:
    case, filing = case_in_examination
    outsider = Caller(make_user("unit_admin", make_organisation()))
    for path in filing_routes():
        for method in ("GET", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"):
            real = outsider.call(method, path.format(pk=filing.pk), {})
            random = outsider.call(method, path.format(pk=FOREIGN), {})
            assert (real.status, real.text) == (random.status, random.text)
            assert real.status in (404, 405, 415), (method, path, real)
            assert case.lead.name not in real.text


def test_the_routes_are_all_there() -> None:
    assert len(filing_routes()) >= 18


@pytest.fixture
def case_in_examination(db):
    case = make_case()
    return case, drive(case, "in_examination")


def test_without_a_token_nothing_is_said(db) -> None:
    for path in ("filings/", "filings/1/", "entities/", "programmes/"):
        answer = Caller().get(path)
        assert answer.status == 401
        assert answer.response["WWW-Authenticate"] == "Token"


def test_seen_but_not_yours_is_403_and_audited(case_in_examination) -> None:
    case, filing = case_in_examination
    applicant = Caller(case.applicant)
    before = AuditEntry.objects.filter(action="request.refused").count()
    for path, body in (
        ("actions/accept/", {}),
        ("actions/return_for_correction/", {"items": "not even a list"}),
        ("checks/", {"item": 7}),
        ("notes/", {}),
        ("reviews/", {"scores": 1}),
    ):
        answer = applicant.post(f"filings/{filing.pk}/{path}", body)
        assert answer.status == 403, (path, answer)
    assert AuditEntry.objects.filter(action="request.refused").count() == before + 5
    assert applicant.get(f"filings/{filing.pk}/notes/").status == 403
    assert applicant.get(f"filings/{filing.pk}/").ok()["checks"] == []


def test_not_now_is_said_before_faults_of_the_body(case_in_examination) -> None:
    case, filing = case_in_examination
    answer = Caller(case.officer).post(f"filings/{filing.pk}/actions/propose/", {"months": "x"})
    assert answer.status == 409


def test_a_member_reads_the_shared_part_and_its_own_section_only(db) -> None:
    case = make_case()
    filing = start(case)
    places = invite_all(case, filing)
    for index in (0, 1):
        caller = Caller(case.member_users[index])
        own = {"content": {"member": MEMBER | {"basis_note": f"秘密{index}"}}, "version": 1}
        assert caller.patch(f"filings/{filing.pk}/", own).status == 200
    seen = Caller(case.member_users[0]).get(f"filings/{filing.pk}/").ok()
    content = {p["id"]: p["content"] for p in seen["participants"]}
    assert content[places[0].pk]["member"]["basis_note"] == "秘密0"
    assert content[places[1].pk] is None
    assert seen["content"]["tasks"]["self_funds"]
    assert seen["available_actions"] == []
    assert Caller(case.member_users[0]).get(f"filings/{filing.pk}/versions/").status == 403
    sign = f"filings/{filing.pk}/participants/{places[1].pk}/sign/"
    assert Caller(case.member_users[0]).post(sign).status == 403
    assert "秘密1" in Caller(case.applicant).get(f"filings/{filing.pk}/").text


def test_who_declined_no_longer_sees_it(db) -> None:
    case = make_case()
    filing = start(case)
    place = invite_all(case, filing)[0]
    member = Caller(case.member_users[0])
    done = member.post(
        f"filings/{filing.pk}/participants/{place.pk}/decline/", {"reason": "本年度已参加其他联合体"}
    )
    assert done.ok()["state"] == "declined"
    assert member.get(f"filings/{filing.pk}/").status == 404
    assert member.get("filings/").ok()["count"] == 0


def test_experts_stay_unnamed(db) -> None:
    case = make_case(experts=5)
    for number, expert in enumerate(case.experts):
        expert.user.name = f"专家金丝雀{number}"
        expert.user.save()
    filing = drive(case, "in_review")
    drawn = [row.expert.user for row in filing.panel.assignments.select_related("expert__user")]
    other = next(e.user for e in case.experts if e.user not in drawn) if len(drawn) < 5 else None
    first, second = Caller(drawn[0]), Caller(drawn[1])
    assert first.post(f"filings/{filing.pk}/reviews/", {"conflict": False, "note": "无"}).status == 200
    paths = ["", "reviews/", "events/", "versions/", "participants/", "attachments/"]
    for caller in (
        first,
        second,
        Caller(case.applicant),
        Caller(case.member_users[0]),
        Caller(case.district),
    ):
        for path in paths:
            assert "金丝雀" not in caller.get(f"filings/{filing.pk}/{path}").text
    assert len(first.get(f"filings/{filing.pk}/reviews/").ok()["reviews"]) == 1
    assert "金丝雀" in Caller(case.officer).get(f"filings/{filing.pk}/reviews/").text
    if other is not None:
        assert Caller(other).get(f"filings/{filing.pk}/").status == 404


def test_an_expert_in_conflict_loses_sight_of_it(db) -> None:
    case = make_case()
    filing = drive(case, "in_review")
    user = filing.panel.assignments.first().expert.user
    caller = Caller(user)
    undeclared = caller.get(f"filings/{filing.pk}/").ok()
    assert (undeclared["content"], undeclared["attachments"], undeclared["eligibility"]) == (None, [], [])
    assert caller.post(f"filings/{filing.pk}/reviews/", {"conflict": True}).ok()["state"] == "conflicted"
    assert caller.get(f"filings/{filing.pk}/").status == 404
    assert caller.get("filings/").ok()["count"] == 0


def test_a_role_that_ended_ends_at_once(db) -> None:
    case = make_case()
    filing = drive(case, "draft")
    caller = Caller(case.applicant)
    assert caller.get(f"filings/{filing.pk}/").status == 200
    case.applicant.is_active = False
    case.applicant.save()
    assert caller.get(f"filings/{filing.pk}/").status == 401


def test_somebody_of_two_bureaus_acts_in_the_one_the_filing_belongs_to(db) -> None:
    case = make_case()
    filing = drive(case, "recommended")
    zibo = make_bureau("370300", name="AA 淄博市科学技术局")
    give_role(case.officer, "case_officer", zibo)
    everywhere = Caller(case.officer)
    assert everywhere.get("filings/").ok()["count"] == 1
    assert "start_examination" in [
        a["name"] for a in everywhere.get(f"filings/{filing.pk}/").ok()["available_actions"]
    ]
    only_zibo = Caller(case.officer, zibo)
    assert only_zibo.get(f"filings/{filing.pk}/").status == 404
    assert only_zibo.get("filings/").ok()["count"] == 0
    assert Caller(case.officer, case.bureau).get(f"filings/{filing.pk}/").status == 200
    assert (
        everywhere.post(f"filings/{filing.pk}/actions/start_examination/").ok()["state"] == "in_examination"
    )


def test_a_foreign_unit_in_the_header_is_refused(db) -> None:
    case = make_case(enterprises=0, academics=0, experts=0)
    answer = Caller(case.applicant, case.bureau).get("filings/")
    assert (answer.status, answer.fields) == (403, ["X-Organisation"])


def test_a_foreign_correction_attachment_or_participant_is_not_reached_through_ones_own_filing(db) -> None:
    one, two = make_case(), make_case()
    mine, theirs = drive(one, "in_correction"), drive(two, "in_correction")
    caller = Caller(one.applicant)
    item, place, file = theirs.corrections.first(), theirs.participants.first(), theirs.attachments.first()
    tries = (
        ("POST", f"filings/{mine.pk}/corrections/{item.pk}/answer/", {"text": "x"}),
        ("GET", f"filings/{mine.pk}/participants/{place.pk}/", None),
        ("DELETE", f"filings/{mine.pk}/attachments/{file.pk}/", None),
    )
    for method, path, body in tries:
        assert caller.call(method, path, body).status == 404
