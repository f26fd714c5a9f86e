"""更正评价结果 on pages, by API, at the auditor's desk and on the public check page."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import stepup
from core import clock, files, jobs
from core.actor import Actor
from core.models import StoredFile
from evaluation.enums import CorrectionState
from evaluation.models import Correction, Mark, Report, ResultChange, Round
from evaluation.reporting.paper import Paper
from evaluation.services import inputs, packs
from filings.models import Cancellation
from filings.services import cancellation
from tests.api.caller import Caller
from tests.evaluation.test_corrections import POOR, poor
from tests.makers import corrections as fix
from tests.makers import evaluation as make
from tests.makers.accounts import act, as_person, make_bureau, make_user
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def blank(monkeypatch: Any) -> None:
    monkeypatch.setattr(Paper, "render", lambda self: b"%PDF-1.7\n" + self.attachments["result.json"])


@pytest.fixture
def cast() -> make.Cast:
    return make.make_cast(3)


@pytest.fixture
def done(cast: make.Cast, frozen: Any) -> Round:
    return fix.confirmed_round(cast, frozen, {1: {"S1": "2"}, 2: POOR})


@pytest.fixture
def officer(cast: make.Cast) -> Client:
    return as_person(cast.officer.user)


@pytest.fixture
def head(cast: make.Cast) -> Client:
    return as_person(cast.head.user)


def url(name: str, row: Round, *more: Any) -> str:
    return reverse(f"evaluation:{name}", args=[row.code, *more])


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:800]
    return answer.content.decode()


def test_the_whole_way_by_pages(done: Round, cast: make.Cast, officer: Client, head: Client) -> None:
    subject = fix.subject_of(done, cast.entity)
    page = shown(officer, url("subject", done, subject.pk))
    where = url("correction_new", done)
    assert f"{where}?entity={cast.entity.code}" in page
    assert "修正<span" not in page
    assert cast.entity.code in shown(officer, f"{where}?entity={cast.entity.code}")
    refused = officer.post(where, {"ground": "figure", "reason": "", "entities": "错号-1"})
    assert refused.status_code == 422 and "错号-1" in refused.content.decode()
    given = {"ground": "figure", "reason": "台账重复计算", "entities": f"{cast.entity.code}，"}
    assert officer.post(where, given).status_code == 302
    which = Correction.objects.get()
    one = url("correction", done, 1)
    assert "正在更正" in shown(officer, url("subject", done, subject.pk))
    assert "更正：更正中" in shown(officer, reverse("evaluation:rounds") + "?tab=confirmed")
    assert "已有一件更正" in officer.post(where, given).content.decode()

    change = url("correct", done, subject.pk, "H1")
    seen = {"upload": fix.paper("凭证.pdf"), "value": "0", "reason": "按凭证核定"}
    assert officer.post(change, seen).status_code == 302
    assert "凭证.pdf" in shown(officer, url("subject", done, subject.pk))
    act_url = url("correction_act", done, 1, "propose")
    assert "请先按修正后的数据重新评分" in officer.post(act_url, {"comment": "拟更正"}).content.decode()
    assert officer.post(url("correction_run", done, 1)).status_code == 302
    jobs.run_pending()
    page = shown(officer, one)
    assert "只有名次改变 1 个" in page and "未列明" in page
    run = Correction.objects.get().runs.get()
    assert "尚未审定的更正" in shown(officer, f"{url('results', done)}?run={run.number}")
    assert officer.post(act_url, {"comment": "拟更正", "version": which.version}).status_code == 302
    assert "更正：待审定" in shown(head, reverse("evaluation:rounds") + "?tab=confirmed")
    assert url("correction_act", done, 1, "confirm") not in shown(officer, one)
    assert officer.get(url("correction_act", done, 1, "confirm")).status_code == 403
    page = shown(head, url("correction_act", done, 1, "confirm"))
    assert "结果有变动的主体" in page and "拟更正" in page
    stale = head.post(url("correction_act", done, 1, "confirm"), {"version": which.version})
    assert stale.status_code == 409
    assert head.post(url("correction_act", done, 1, "confirm"), {}).status_code == 302
    jobs.run_pending()
    page = shown(officer, one)
    assert "登记的更正结果" in page and "办结" in page
    assert Report.objects.get(run=run, entity=cast.entity).number in page
    assert "已被更正" in shown(officer, f"{url('results', done)}?run={done.run.number}")  # type: ignore[union-attr]
    assert "已被更正" not in shown(officer, url("results", done))
    assert "第 1 次更正" in shown(officer, url("round", done))


def test_marks_of_the_result_are_taken_back_by_two(cast: make.Cast, frozen: Any, officer: Client) -> None:
    row = make.close_reports(make.open_round(make.round_of(cast), cast), cast, frozen)
    make.figures(row, cast)
    subject = fix.subject_of(row, cast.entity)
    veto = inputs.state_mark(
        actor=cast.officer, subject=subject, kind="veto", key="forged", reason="处罚决定"
    )
    inputs.confirm_mark(actor=cast.head, mark=veto)
    Mark.objects.filter(subject__round=row, confirmed_at=None).delete()
    make.scored(row, cast)
    row = make.confirmed(row, cast)
    fix.opened(row, cast)
    form = url("mark", row, subject.pk)
    assert f"reverse:{veto.pk}" in shown(officer, form)
    given = {"what": f"reverse:{veto.pk}", "reason": "判决撤销", "evidence": fix.paper("判决书.pdf")}
    assert officer.post(form, given).status_code == 302
    assert f"reverse:{veto.pk}" not in shown(officer, form)
    back = Mark.objects.get(reverses=veto)
    settle = url("mark_settle", row, subject.pk, back.pk, "confirm")
    page = shown(as_person(cast.head.user), url("subject", row, subject.pk))
    assert settle in page and "判决书.pdf" in page
    as_person(cast.head.user).post(settle)
    assert Correction.objects.get().named.get().inputs["vetoes"] == []
    evidence = StoredFile.objects.get(name="判决书.pdf")
    assert files.may_read(cast.head, evidence) and not files.may_read(Actor.public(), evidence)


def test_who_sees_it_and_who_does_not(done: Round, cast: make.Cast, officer: Client) -> None:
    fix.opened(done, cast)
    one = url("correction", done, 1)
    auditor = as_person(make_user("auditor", cast.bureau))
    page = shown(auditor, one)
    assert "台账重复计算" in page and "/acts/" not in page and "/run/" not in page
    assert auditor.post(url("correction_run", done, 1)).status_code == 403
    assert auditor.get(url("correction_new", done)).status_code == 403
    bureau = make_bureau("370200")
    assert as_person(make_user("case_officer", bureau)).get(one).status_code == 404
    assert as_person(make_user("unit_admin", cast.entity.lead)).get(one).status_code in (403, 404)
    assert Client().get(one).status_code == 302
    assert officer.get(url("correction", done, 7)).status_code == 404
    assert officer.get(url("correction_act", done, 1, "burn")).status_code == 404


def test_confirming_asks_for_the_second_factor(
    done: Round, cast: make.Cast, head: Client, monkeypatch: Any
) -> None:
    which = fix.opened(done, cast)
    poor(which, cast)
    fix.submitted(which, cast)
    monkeypatch.setattr(stepup, "is_fresh", lambda request: False)
    answer = head.post(url("correction_act", done, 1, "confirm"), {})
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"]
    which.refresh_from_db()
    assert which.state == CorrectionState.PROPOSED
    path = f"/api/v1/rounds/{done.code}/corrections/1/actions/confirm/"
    refused = head.post(path, {}, content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "step_up")


def test_the_same_by_api(done: Round, cast: make.Cast) -> None:
    caller, second = Caller(cast.officer.user), Caller(cast.head.user)
    base = f"rounds/{done.code}/corrections/"
    wrong = caller.post(base, {"ground": "figure", "reason": "x", "entities": ["NONE"]})
    assert (wrong.status, wrong.fields) == (422, ["entities"])
    code = cast.entity.code
    made = caller.post(base, {"ground": "ruling", "reason": "判决书", "entities": [code]}).ok(201)
    assert (made["number"], made["state"], made["document"], made["moved"]) == (1, "open", None, None)
    assert made["available_actions"] == ["propose", "withdraw"]
    again = caller.post(base, {"ground": "ruling", "reason": "判决书", "entities": [code]})
    assert (again.status, again.codes) == (409, ["already_open"])
    subject = fix.subject_of(done, cast.entity)
    figures = f"rounds/{done.code}/entities/{subject.pk}/figures/"
    told = caller.post(figures, {"code": "H1", "value": "0", "reason": "核定"}).ok()
    assert told["values"]["H1"]["value"] == "0"
    assert caller.post(f"{base}1/actions/propose/", {"comment": "拟更正"}).status == 422
    assert caller.post(f"{base}1/runs/").ok(201)["correction"] == 1
    jobs.run_pending()
    blocked = caller.post(f"{base}1/actions/propose/", {"comment": "拟更正"})
    assert blocked.codes == ["evidence"]
    paper = caller.upload(f"{base}1/document/", name="判决书.pdf", content=pdf_bytes("判决书"))
    assert paper.ok()["document"] == "判决书.pdf"
    assert caller.upload(f"{base}1/document/", name="再.pdf", content=pdf_bytes("再")).status == 409
    moved = caller.get(f"{base}1/changes/").ok()["results"]
    assert [(one["entity"]["code"], one["named"]) for one in moved] == [
        (code, True), (cast.entities[1].code, False)
    ]  # fmt: skip
    assert caller.post(f"{base}1/actions/propose/", {"comment": "拟更正"}).ok()["state"] == "proposed"
    assert caller.post(f"{base}1/actions/confirm/").status == 403
    assert second.post(f"{base}1/actions/confirm/").ok()["state"] == "confirmed"
    jobs.run_pending()
    whole = second.get(f"{base}1/").ok()
    assert whole["applied_at"] and whole["moved"]["unnamed"] == 1
    assert second.get(f"{base}1/changes/").ok()["results"][0]["rating"] == f"{done.name}（更正）"
    assert second.get(f"rounds/{done.code}/").ok()["run"] == whole["run"]
    assert len(second.get(base).ok()) == 1
    assert Caller(make_user("unit_admin", cast.entity.lead)).get(base).status == 404


def test_the_auditor_finds_it_and_takes_it_away(done: Round, cast: make.Cast) -> None:
    which = fix.opened(done, cast)
    subject = fix.subject_of(done, cast.entity)
    inputs.correct(
        actor=cast.officer, subject=subject, code="H1", value="0", reason="核定", upload=fix.paper("凭证.pdf")
    )
    which = fix.settled(fix.submitted(which, cast), cast)
    auditor = make_user("auditor", cast.bureau)
    person = as_person(auditor)
    page = shown(person, reverse("evaluation:audit_exceptions") + "?tab=corrections")
    assert "第 1 次更正" in page and url("correction", done, 1) in page
    assert url("correction", done, 1) in shown(person, reverse("evaluation:audit_case", args=[subject.pk]))
    job = packs.order(actor=act(auditor, cast.bureau), subject=subject)
    jobs.run_pending()
    job.refresh_from_db()
    stored = StoredFile.objects.get(pk=job.result["file"])
    with zipfile.ZipFile(io.BytesIO(files.read_checked(stored))) as archive:
        told = json.loads(archive.read("case/result-corrections.json"))
        names = archive.namelist()
        run = json.loads(archive.read(f"calculation/run-{which.run.number:03d}/run.json"))  # type: ignore[union-attr]
    assert [(one["number"], one["state"], one["named"]) for one in told] == [(1, "confirmed", True)]
    assert told[0]["changes"][0]["after"]["rank"] == 2
    assert any(name.startswith("case/correction-1/") for name in names)
    assert any(name.startswith("case/changes/") for name in names)
    assert (run["in_force"], run["correction"], run["accepted"]) == (True, 1, False)


def test_a_cancellation_that_stands_is_said_to_officers_and_auditors(
    cast: make.Cast, done: Round, officer: Client, frozen: Any
) -> None:
    entity = cast.entities[2]
    case = cancellation.serve(actor=cast.officer, cancellation=Cancellation.objects.get(entity=entity))
    frozen.at(clock.start_of_day(case.hearing_until + datetime.timedelta(days=1)))  # type: ignore[operator]
    case = cancellation.close_hearing(actor=cast.officer, cancellation=case)
    case = cancellation.propose(actor=cast.officer, cancellation=case, comment="拟取消")
    cancellation.confirm(actor=cast.head, cancellation=case, comment="同意")
    which = fix.opened(done, cast, entity, ground="ruling", reason="复议决定撤销评价结果")
    for code in POOR:
        fix.figure(which, cast, code, "1000", entity)
    which = fix.submitted(which, cast)
    one = url("correction", done, 1)
    assert "不恢复，须另行决定" in shown(officer, one)
    fix.settled(which, cast)
    page = shown(officer, one)
    assert "取消资格的决定仍然有效" in page
    assert reverse("filings:cancellation", args=[case.pk]) in page
    auditor = as_person(make_user("auditor", cast.bureau))
    page = shown(auditor, reverse("evaluation:audit_exceptions") + "?tab=standing")
    assert entity.name in page and "第 1 次更正后仍有效" in page


def test_the_public_page_says_what_replaced_a_report(done: Round, cast: make.Cast) -> None:
    old = Report.objects.get(round=done, entity=cast.entity)
    which = fix.opened(done, cast)
    fix.figure(which, cast, "H1", "0")
    fix.settled(fix.submitted(which, cast), cast)
    new = Report.objects.get(round=done, entity=cast.entity, superseded_by=None)
    page = shown(Client(), reverse("portal:verify", args=[old.verification_code]))
    assert "已被更正报告替代" in page and new.number in page
    assert "现行有效" in shown(Client(), reverse("portal:verify", args=[new.verification_code]))
    lead = as_person(make_user("unit_admin", cast.entity.lead))
    assert "（更正）" in shown(lead, reverse("filings:entity", args=[cast.entity.code]))
    assert ResultChange.objects.filter(report=new).exists()
