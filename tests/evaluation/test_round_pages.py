"""Pages of rounds: everything an officer does from setting up to the confirmation, and who sees nothing."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.enums import Role
from core import clock, jobs
from core.xlsx import read
from evaluation.enums import RoundState
from evaluation.models import InputChange, Mark, Plan, Round
from evaluation.services import runs
from tests.makers import evaluation as make
from tests.makers.accounts import as_person, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    return make.make_cast(2)


@pytest.fixture
def officer(cast):
    return as_person(cast.officer.user)


@pytest.fixture
def checked(cast, frozen):
    row = make.open_round(make.round_of(cast), cast)
    row = make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    return row


def url(name, row, *more):
    return reverse(f"evaluation:{name}", args=[row.code, *more])


def shown(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def given(row_scheme, **changes):
    today = clock.today()
    return {
        "name": "2025 年度孵化器绩效评价",
        "scheme": row_scheme.pk,
        "occasion": "yearly",
        "period_from": "2025-01-01",
        "period_until": "2025-12-31",
        "least_months": "6",
        "reports_until": today + datetime.timedelta(days=20),
        "checks_until": today + datetime.timedelta(days=30),
        "reviews_until": today + datetime.timedelta(days=40),
        **changes,
    }


def test_an_officer_sets_a_round_up_and_reads_who_is_evaluated(cast, officer):
    answer = officer.post(reverse("evaluation:round_new"), given(make.scheme_for()))
    row = Round.objects.get()
    assert answer.status_code == 302
    page = shown(officer, url("population", row))
    assert cast.entity.name in page
    officer.post(url("leave_out", row, cast.entity.pk), {"reason": "停业整改"})
    page = shown(officer, url("population", row))
    assert url("round_act", row, "open") in shown(officer, url("round", row))
    assert "经办人决定不纳入" in page
    assert "停业整改" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"period_until": "2024-01-01"}, "评价期止不能早于评价期起"),
        ({"checks_until": "2026-03-03"}, "核验截止不能早于自评截止"),
        ({"occasion": "midterm"}, "请填写到期起止日期"),
        ({"agency": "91370303MAXX00015H"}, "平台上没有统一社会信用代码"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast, officer, changes, said):
    answer = officer.post(reverse("evaluation:round_new"), given(make.scheme_for(), **changes))
    page = answer.content.decode()
    assert answer.status_code in (200, 422)
    assert said in page
    assert "2025 年度孵化器绩效评价" in page
    assert not Round.objects.exists()


def test_an_agency_that_belongs_to_an_evaluated_entity_is_refused(cast, officer):
    code = cast.entity.lead.credit_code
    answer = officer.post(reverse("evaluation:round_new"), given(make.scheme_for(), agency=code))
    assert "利益冲突" in answer.content.decode()
    other = make_organisation(district="370303")
    officer.post(reverse("evaluation:round_new"), given(make.scheme_for(), agency=other.credit_code))
    assert Round.objects.get().agency == other


def test_the_page_of_a_round_shows_what_is_next(checked, officer, cast):
    page = shown(officer, url("round", checked))
    assert "数据核验" in page
    assert "0/2" in page
    officer.post(url("run_start", checked))
    jobs.run_pending()
    page = shown(officer, url("round", checked))
    assert "第 1 次" in page
    assert "2 个主体" in page
    assert url("round_act", checked, "accept_run") in page


def test_figures_are_corrected_with_a_reason(checked, officer):
    subject = checked.entities.first()
    page = shown(officer, url("subject", checked, subject.pk))
    assert "孵化资金投资在孵企业" in page
    where = url("correct", checked, subject.pk, "S1")
    refused = officer.post(where, {"value": "七", "reason": ""})
    assert refused.status_code == 422 or "请填写" in refused.content.decode()
    assert "七" in refused.content.decode()
    officer.post(where, {"value": "3", "reason": "核对投资协议"})
    change = InputChange.objects.filter(subject=subject).latest("pk")
    assert (change.code, change.after["value"], change.reason) == ("S1", "3", "核对投资协议")
    assert "核对投资协议" in shown(officer, url("subject", checked, subject.pk))
    officer.post(where, {"not_applicable": "on", "reason": "专业孵化器不考核"})
    subject.refresh_from_db()
    assert subject.inputs["values"]["S1"] == {"not_applicable": "专业孵化器不考核"}


def test_a_mark_is_stated_and_confirmed_by_another(checked, officer, cast):
    subject = checked.entities.first()
    key = checked.scheme.tree["vetoes"][0]["key"]
    officer.post(url("mark", checked, subject.pk), {"what": f"veto:{key}", "reason": "处罚决定书〔2025〕3号"})
    mark = Mark.objects.get()
    officer.post(url("mark_settle", checked, subject.pk, mark.pk, "confirm"))
    mark.refresh_from_db()
    assert mark.confirmed_at is None
    as_person(cast.head.user).post(url("mark_settle", checked, subject.pk, mark.pk, "confirm"))
    mark.refresh_from_db()
    assert mark.confirmed_by == cast.head.user


def test_results_are_listed_and_exported(checked, officer, cast):
    run = make.run_of(checked, cast)
    page = shown(officer, url("results", checked))
    assert "尚未采用" in page
    assert cast.entity.name in page
    book = officer.get(url("results_xlsx", checked) + f"?run={run.number}")
    assert book.content[:2] == b"PK"
    rows = read(book.content, max_rows=50, max_columns=60)[0].rows
    assert "第 1 次评分" in rows[0][0]
    assert not any(isinstance(value, str) for value in rows[2][7:])  # points are numbers


def test_two_people_confirm_on_their_pages(checked, officer, cast):
    make.run_of(checked, cast)
    officer.post(url("round_act", checked, "accept_run"), {"comment": ""})
    officer.post(url("round_act", checked, "propose"), {"comment": "按评分结果拟定等次"})
    assert officer.get(url("round_act", checked, "confirm")).status_code == 403
    head = as_person(cast.head.user)
    page = shown(head, url("round_act", checked, "confirm"))
    assert "按评分结果拟定等次" in page
    head.post(url("round_act", checked, "confirm"), {"comment": ""})
    checked.refresh_from_db()
    assert checked.state == RoundState.CONFIRMED


def test_a_failed_job_says_why_and_is_retried(checked, officer, cast, monkeypatch):
    run = runs.start(actor=cast.officer, round=checked)

    def broken(*args):
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(runs, "score", broken)
        for _turn in range(3):
            jobs.run(runs.job_of(run).pk)
    page = shown(officer, reverse("evaluation:monitor"))
    assert "no space left on device" in page
    assert "失败" in shown(officer, url("round", checked))
    officer.post(reverse("evaluation:job_retry", args=[runs.job_of(run).pk]))
    jobs.run_pending()
    run.refresh_from_db()
    assert run.finished_at is not None


def test_the_monitor_lists_every_job_of_a_round_by_its_name(checked, officer, cast):
    make.scored(checked, cast)
    make.confirmed(checked, cast)
    page = shown(officer, reverse("evaluation:monitor"))
    for name in ("汇集数据", "评分", "登记评价等次", "出具总报告", "出具评价报告"):
        assert name in page
    assert "evaluation." not in page.split("<main")[-1]
    stranger = as_person(make_user(Role.CASE_OFFICER, make_bureau("370200")))
    assert "出具评价报告" not in shown(stranger, reverse("evaluation:monitor"))


def test_a_plan_is_kept_and_shown(cast, officer):
    facts = {"scheme_key": make.scheme_for().key, "occasion": "yearly", "month": "3", "months_after": "18"}
    officer.post(reverse("evaluation:plan_keep"), {**facts, "report_days": "20", "active": "on"})
    plan = Plan.objects.get()
    assert plan.authority == cast.bureau
    assert "每年 3 月" in shown(officer, reverse("evaluation:plans"))


PAGES = ("round", "subjects", "results")


@pytest.mark.parametrize("name", PAGES)
def test_others_find_nothing(checked, name):
    bureau = make_bureau("370200")
    for role, unit in ((Role.CASE_OFFICER, bureau), (Role.UNIT_ADMIN, make_organisation())):
        person = as_person(make_user(role, unit))
        assert person.get(url(name, checked)).status_code in (403, 404)


@pytest.mark.parametrize("name", PAGES)
def test_an_auditor_reads_and_changes_nothing(checked, name, cast):
    auditor = as_person(make_user(Role.AUDITOR, cast.bureau))
    assert auditor.get(url(name, checked)).status_code == 200
    subject = checked.entities.first()
    for address in (
        url("run_start", checked),
        url("round_act", checked, "stop"),
        url("correct", checked, subject.pk, "S1"),
        url("checked", checked, subject.pk),
        url("round_extend", checked),
    ):
        assert auditor.post(address, {"comment": "x", "reason": "x", "value": "1"}).status_code in (403, 404)


def test_the_command_runs_a_round(checked):
    out = StringIO()
    call_command("run_round", checked.code, stdout=out)
    assert checked.runs.get().outcome_sha256 in out.getvalue()
    with pytest.raises(CommandError, match="没有评价轮次"):
        call_command("run_round", "PJ1999-0001")
