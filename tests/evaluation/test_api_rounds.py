"""Rounds by API: the same people, the same refusals as the pages; results stay with the bureau and the auditors."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from accounts import stepup
from core import jobs
from core.models import AuditEntry
from evaluation.models import InputChange, Mark, Round
from tests.api.caller import Caller
from tests.makers import audit as papers
from tests.makers import evaluation as make
from tests.makers.accounts import as_person, give_role, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db

ACTS = ("open", "close_reports", "accept_run", "propose", "confirm", "stop")


@pytest.fixture
def cast() -> make.Cast:
    return make.make_cast(3)


@pytest.fixture
def officer(cast: make.Cast) -> Caller:
    return Caller(cast.officer.user)


def checking(cast: make.Cast, frozen: Any) -> Round:
    return make.close_reports(make.open_round(make.round_of(cast), cast), cast, frozen)


def body(cast: make.Cast, **more: Any) -> dict[str, Any]:
    row = make.round_of(cast, name="样例")
    dates = ("period_from", "period_until", "reports_until", "checks_until", "reviews_until")
    given = {name: getattr(row, name).isoformat() for name in dates}
    return {"name": "年度评价", "scheme": row.scheme.key, "occasion": "yearly", **given, **more}


def readers(cast: make.Cast) -> dict[str, Caller]:
    """Who looks on: two who may read, and those to whom there is nothing."""
    zibo = cast.bureau
    other = make_bureau("370200")
    unit = make_organisation(district="370303")
    return {
        "auditor": Caller(make_user("auditor", zibo)),
        "finance": Caller(make_user("finance", zibo)),
        "other_auditor": Caller(make_user("auditor", other)),
        "other_officer": Caller(make_user("case_officer", other)),
        "lead": Caller(make_user("unit_admin", cast.entity.lead)),
        "stranger": Caller(make_user("unit_admin", unit)),
        "expert": Caller(make_user("expert", zibo)),
    }


def test_a_round_goes_from_its_setting_up_to_confirmed(cast: make.Cast, officer: Caller, frozen: Any) -> None:
    made = officer.post("rounds/", body(cast))
    assert (made.status, made.body["state"], made.body["run"]) == (201, "draft", None)
    path = f"rounds/{made.body['code']}"
    changed = officer.patch(f"{path}/", {"document_number": "淄科字〔2026〕8号", "version": 1})
    assert changed.ok()["document_number"] == "淄科字〔2026〕8号"
    assert officer.patch(f"{path}/", {"name": "另一名称", "version": 1}).status == 409
    opened = officer.post(f"{path}/actions/open/", {"version": changed.body["version"]}).ok()
    assert (opened["state"], opened["progress"]["evaluated"]) == ("open", 3)
    jobs.run_pending()
    row = Round.objects.get(code=made.body["code"])
    make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    run = officer.post(f"{path}/runs/", {"trial": False})
    assert (run.status, run.body["state"], run.body["number"]) == (201, "queued", 1)
    assert officer.post(f"{path}/runs/", {}).status == 409
    jobs.run_pending()
    done = officer.get(f"{path}/runs/").body[0]
    assert (done["state"], done["progress"], len(done["outcome_sha256"])) == ("done", 100, 64)
    assert officer.post(f"{path}/actions/accept_run/", {"run": 7}).status == 422
    assert officer.post(f"{path}/actions/accept_run/", {"run": 1}).ok()["run"] == 1
    assert officer.post(f"{path}/actions/propose/", {}).status == 422
    assert officer.post(f"{path}/actions/propose/", {"comment": "按评分拟定"}).ok()["state"] == "proposed"
    assert officer.post(f"{path}/actions/confirm/", {}).status == 403
    assert Caller(cast.head.user).post(f"{path}/actions/confirm/", {}).ok()["state"] == "confirmed"
    page = officer.get(f"{path}/results/?page_size=2").ok()
    assert (page["count"], len(page["results"])) == (3, 2)
    first = page["results"][0]
    assert (first["rank"], first["grade"], first["compared_with"]) == (1, "excellent", "3")
    assert set(first["indicators"]["S1"]) >= {"value", "score", "weight", "points", "lost"}


def test_a_round_is_found_by_its_id_as_by_its_code(cast: make.Cast, officer: Caller) -> None:
    row = make.round_of(cast)
    assert officer.get(f"rounds/{row.pk}/").ok()["code"] == row.code
    assert officer.get(f"rounds/{row.code}/").ok()["id"] == row.pk
    for wrong in ("0", "99999999", "9" * 30, "²", "PJ1999-0001", "%E7%94%B2"):
        assert officer.get(f"rounds/{wrong}/").status == 404, wrong


def test_the_list_is_filtered(cast: make.Cast, officer: Caller) -> None:
    row = make.round_of(cast)
    code = cast.bureau.credit_code
    for asked, count in (
        ("state=draft", 1),
        ("state=open", 0),
        ("occasion=yearly", 1),
        ("occasion=expiry", 0),
        (f"scheme={row.scheme.key}", 1),
        ("scheme=nothing", 0),
        (f"authority={code}", 1),
        ("authority=x", 0),
    ):
        assert officer.get(f"rounds/?{asked}").ok()["count"] == count, asked
    assert officer.get("rounds/?state=flying").status == 422
    assert officer.get("rounds/?unknown=1").status == 422


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scheme": "nothing"}, "scheme"),
        ({"agency": "91370303MAXX00015H"}, "agency"),
        ({"occasion": "weekly"}, "occasion"),
        ({"period_until": "2001-01-01"}, ""),
        ({"occasion": "midterm"}, "due_from"),
        ({"name": ""}, "name"),
        ({"least_months": 99}, "least_months"),
    ],
)
def test_what_is_wrong_with_a_round_is_said(
    cast: make.Cast, officer: Caller, change: dict[str, Any], field: str
) -> None:
    before = Round.objects.count() + 1  # the sample of `body`
    answer = officer.post("rounds/", body(cast, **change))
    assert answer.status == 422
    assert field in answer.fields
    assert Round.objects.count() == before


def test_the_same_key_makes_one_round(cast: make.Cast, officer: Caller) -> None:
    wish = body(cast)
    first = officer.post("rounds/", wish, Idempotency_Key="once")
    again = officer.post("rounds/", wish, Idempotency_Key="once")
    assert first.body == again.body
    assert Round.objects.filter(name="年度评价").count() == 1


def test_a_figure_is_corrected_with_a_reason(cast: make.Cast, officer: Caller, frozen: Any) -> None:
    row = checking(cast, frozen)
    subject = row.entities.get(entity=cast.entity)
    path = f"rounds/{row.code}/entities/{subject.pk}"
    assert officer.post(f"{path}/figures/", {"code": "S1", "value": "5"}).status == 422
    assert officer.post(f"{path}/figures/", {"code": "S1", "value": "many", "reason": "核对"}).status == 422
    assert officer.post(f"{path}/figures/", {"code": "X9", "value": "5", "reason": "核对"}).status == 422
    done = officer.post(f"{path}/figures/", {"code": "S1", "value": "5", "reason": "核对台账"}).ok()
    assert done["values"]["S1"] == {"value": "5", "source": "officer", "note": "核对台账"}
    aside = {"code": "S1", "not_applicable": True, "reason": "不适用"}
    assert officer.post(f"{path}/figures/", aside).ok()["values"]["S1"] == {"not_applicable": "不适用"}
    assert InputChange.objects.filter(subject=subject).count() == 2
    assert officer.post(f"{path}/checked/", {}).ok()["checked_at"]
    assert officer.get(f"rounds/{row.code}/entities/?tab=unchecked").ok()["count"] == 2


def test_a_mark_needs_two(cast: make.Cast, officer: Caller, frozen: Any) -> None:
    row = checking(cast, frozen)
    subject = row.entities.first()
    assert subject is not None
    path = f"rounds/{row.code}/entities/{subject.pk}/marks"
    key = row.scheme.tree["vetoes"][0]["key"]
    made = officer.post(f"{path}/", {"kind": "veto", "key": key, "reason": "处罚决定书"})
    assert (made.status, made.body["marks"][0]["state"]) == (201, "waiting")
    mark = made.body["marks"][0]["id"]
    assert officer.post(f"{path}/{mark}/confirm/", {}).status == 422
    assert officer.post(f"{path}/{mark}/fly/", {}).status == 404
    assert officer.post(f"{path}/{10**6}/confirm/", {}).status == 404
    head = Caller(cast.head.user)
    assert head.post(f"{path}/{mark}/confirm/", {}).ok()["marks"][0]["state"] == "confirmed"
    assert head.post(f"{path}/{mark}/withdraw/", {}).status == 422
    gone = head.post(f"{path}/{mark}/withdraw/", {"reason": "决定书已撤销"}).ok()
    assert gone["marks"][0]["state"] == "withdrawn"
    assert Mark.objects.get().withdrawn_because == "决定书已撤销"


def test_the_calendar_moves_with_a_reason(cast: make.Cast, officer: Caller) -> None:
    row = make.open_round(make.round_of(cast), cast)
    dates = dict.fromkeys(("reports_until", "checks_until", "reviews_until"), "2027-06-01")
    assert officer.post(f"rounds/{row.code}/calendar/", dates).status == 422
    done = officer.post(f"rounds/{row.code}/calendar/", dates | {"reason": "节假日顺延"}).ok()
    assert done["reports_until"] == "2027-06-01"
    assert row.events.filter(exceptional=True).count() == 1


def test_strangers_learn_nothing_and_readers_change_nothing(cast: make.Cast, frozen: Any) -> None:
    row = checking(cast, frozen)
    make.figures(row, cast)
    make.scored(row, cast)
    subject = row.entities.first()
    assert subject is not None
    everybody = readers(cast)
    below = [f"rounds/{row.code}/", f"rounds/{row.pk}/", f"rounds/{row.code}/results/"]
    below += [f"rounds/{row.code}/runs/", f"rounds/{row.code}/entities/"]
    below += [f"rounds/{row.code}/entities/{subject.pk}/"]
    inner = f"rounds/{row.code}/entities/{subject.pk}"
    acts = [f"rounds/{row.code}/actions/{name}/" for name in ACTS]
    acts += [f"rounds/{row.code}/runs/", f"rounds/{row.code}/calendar/"]
    acts += [f"{inner}/figures/", f"{inner}/marks/", f"{inner}/checked/", f"{inner}/marks/1/confirm/"]
    before = AuditEntry.objects.filter(action__startswith="round.").count()
    for name, caller in everybody.items():
        reads = name in ("auditor", "finance")
        for path in below:
            assert caller.get(path).status == (200 if reads else 404), (name, path)
        assert caller.get("rounds/").ok()["count"] == (1 if reads else 0)
        for path in acts:
            assert caller.post(path, {"reason": "x"}).status == (403 if reads else 404), (name, path)
        assert caller.patch(f"rounds/{row.code}/", {}).status == (403 if reads else 404)
        if name != "other_officer":
            assert caller.post("rounds/", {}).status == 403
        random = caller.get("rounds/PJ1999-9999/")
        if not reads:
            assert caller.get(f"rounds/{row.code}/").body == random.body
    assert AuditEntry.objects.filter(action__startswith="round.").count() == before


def test_an_agency_sees_its_round_and_no_results(cast: make.Cast, frozen: Any) -> None:
    agency = make_organisation("agency", district="370303", name="淄博公正评估中心")
    row = make.open_round(make.round_of(cast, agency=agency), cast)
    caller = Caller(make_user("unit_admin", agency))
    assert caller.get(f"rounds/{row.code}/").ok()["agency"]["credit_code"] == agency.credit_code
    for part in ("results", "entities", "runs"):
        assert caller.get(f"rounds/{row.code}/{part}/").status == 403


def test_an_officer_of_two_bureaus_acts_where_the_round_is(cast: make.Cast) -> None:
    person = make_user("case_officer", make_bureau("370200"))
    give_role(person, "case_officer", cast.bureau)
    row = make.round_of(cast)
    caller = Caller(person)
    assert caller.get("rounds/").ok()["count"] == 1
    assert "open" in caller.get(f"rounds/{row.code}/").ok()["available_actions"]
    assert caller.post(f"rounds/{row.code}/actions/open/", {}).ok()["state"] == "open"


def test_a_session_proves_its_second_factor_anew(cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = make.round_of(cast)
    person = as_person(cast.officer.user)
    path = f"/api/v1/rounds/{row.code}/actions/open/"
    monkeypatch.setattr(stepup, "is_fresh", lambda request: False)
    answer = person.post(path, {}, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (403, "step_up")
    monkeypatch.setattr(stepup, "is_fresh", lambda request: True)
    assert person.post(path, {}, content_type="application/json").status_code == 200


def test_a_report_is_read_by_whom_it_concerns(cast: make.Cast, frozen: Any) -> None:
    row = checking(cast, frozen)
    make.figures(row, cast)
    run = make.scored(row, cast)
    own = papers.issued(run, cast.entity)
    other = papers.issued(run, cast.entities[1])
    whole = papers.issued(run)
    everybody = readers(cast)
    member = make_organisation("university", district="370303")
    papers.joined(cast.entity, member)
    everybody["member"] = Caller(make_user("filler", member))
    seen = {"auditor": 3, "finance": 3, "lead": 1, "member": 1}
    for name, caller in everybody.items():
        assert caller.get("reports/").ok()["count"] == seen.get(name, 0), name
        for report in (own, other, whole):
            expected = 200 if name in ("auditor", "finance") else 404
            expected = 200 if name in ("lead", "member") and report == own else expected
            assert caller.get(f"reports/{report.pk}/").status == expected, (name, report)
            answer = caller.client.get(f"/api/v1/reports/{report.pk}/pdf/", headers=caller.headers)
            assert answer.status_code == expected, (name, report)
            assert expected != 200 or b"".join(answer).startswith(b"%PDF")


def test_the_bytes_of_a_report_are_those_that_were_issued(cast: make.Cast, frozen: Any) -> None:
    row = checking(cast, frozen)
    make.figures(row, cast)
    report = papers.issued(make.scored(row, cast), cast.entity)
    caller = Caller(make_user("unit_admin", cast.entity.lead))
    shown = caller.get(f"reports/{report.pk}/").ok()
    headers = caller.headers | {"Accept": "application/pdf"}
    answer = caller.client.get(f"/api/v1/reports/{report.pk}/pdf/", headers=headers)
    data = b"".join(answer)
    assert answer["Content-Type"] == "application/pdf"
    assert (len(data), hashlib.sha256(data).hexdigest()) == (shown["size"], shown["sha256"])
    entry = AuditEntry.objects.get(action="file.download")
    assert (entry.object_id, entry.detail["sha256"]) == (str(report.stored_id), shown["sha256"])


def test_reports_are_filtered(cast: make.Cast, frozen: Any) -> None:
    row = checking(cast, frozen)
    make.figures(row, cast)
    run = make.scored(row, cast)
    first = papers.issued(run, cast.entity)
    papers.replaced(first, "更正名称")
    papers.issued(run)
    officer = Caller(cast.officer.user)
    for asked, count in (
        ("", 3),
        ("kind=round", 1),
        ("kind=entity", 2),
        ("current=true", 2),
        ("current=false", 1),
        (f"entity={cast.entity.code}", 2),
        (f"round={row.code}", 3),
        ("round=x", 0),
    ):
        assert officer.get(f"reports/?{asked}").ok()["count"] == count, asked
    old = officer.get(f"reports/{first.pk}/").ok()
    assert (
        old["superseded_by"] == officer.get("reports/?kind=entity&current=true").body["results"][0]["number"]
    )
