"""Review, proposal, second person, notice, issue and the pool of experts by form."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from core import clock
from core.actor import Actor
from filings.enums import State
from filings.models import Certificate, Expert
from filings.services import notice, recommendation, review, submission
from tests.makers.accounts import make_user
from tests.makers.desk import act_url, browse, case_url, do, text
from tests.makers.filings import (
    Case,
    ask_waiver,
    confirm_all,
    drive,
    fresh,
    invite_all,
    make_case,
    run_out_notice,
    start,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


# --- review ----------------------------------------------------------------------------------


def test_named_panel_with_too_few_or_conflicting_experts(case: Case) -> None:
    filing = drive(case, "accepted")
    client = browse(case.officer)
    assert do(client, filing, "open_review", mode="named").status_code == 422
    few = do(client, filing, "open_review", mode="named", experts=[str(case.experts[0].pk)])
    assert few.status_code == 422
    assert "评审组不少于 5 人" in text(few)
    tied = case.experts[0]
    url = reverse("filings:expert_tie", args=[tied.pk])
    given = {"organisation": case.members[0].credit_code, "kind": "shareholding"}
    assert client.post(url, given).status_code == 302
    page = client.get(act_url(filing, "open_review"))
    assert "持股" in text(page)
    everybody = [str(e.pk) for e in case.experts]
    refused = do(client, filing, "open_review", mode="named", experts=everybody)
    assert refused.status_code == 422
    assert "持股" in text(refused)
    assert fresh(filing).state == State.ACCEPTED


def test_replacing_an_expert_who_stands_aside() -> None:
    case = make_case(experts=6)
    filing = drive(case, "in_review")
    mine = filing.panel.assignments.select_related("expert__user").first()
    assert mine is not None
    review.declare(actor=case_actor(case, mine.expert), filing=filing, conflict=True, note="曾任顾问")
    client, url = browse(case.officer), reverse("filings:desk_expert_add", args=[filing.pk])
    board = reverse("filings:desk_board", args=[filing.pk])
    assert "还缺 1 人" in text(client.get(board))
    assert client.post(url).status_code == 302
    assert filing.panel.assignments.count() == 6
    assert client.post(url).status_code == 422


def case_actor(case: Case, expert: Expert) -> Actor:
    from tests.makers.accounts import act

    return act(expert.user, case.bureau)


def test_names_of_experts_stay_with_officers(case: Case) -> None:
    filing = drive(case, "reviewed")
    url = reverse("filings:desk_board", args=[filing.pk])
    name = str(filing.panel.assignments.first().expert)
    assert name in text(browse(case.officer).get(url))
    for user in (make_user("auditor", case.bureau), case.district):
        for address in (url, case_url(filing), reverse("filings:desk_print", args=[filing.pk])):
            shown = text(browse(user).get(address))
            assert not any(str(e) in shown for e in case.experts), (user, address)
    assert "专家 1" in text(browse(make_user("auditor", case.bureau)).get(url))


def test_review_cannot_be_closed_before_all_have_scored(case: Case) -> None:
    filing = drive(case, "in_review")
    refused = do(browse(case.officer), filing, "close_review")
    assert refused.status_code == 422
    assert "尚未完成评分" in text(refused)


# --- proposal, second person, notice, issue --------------------------------------------------


@pytest.mark.parametrize("months", ["37", "0", "-1", "many", "", "1.5", "9" * 9])
def test_bad_months_are_refused_with_the_clause(case: Case, months: str) -> None:
    filing = drive(case, "reviewed")
    refused = do(browse(case.officer), filing, "propose", months=months, comment="拟同意备案")
    assert refused.status_code == 422
    assert "拟同意备案" in text(refused)
    if months == "37":
        assert "不得超过 36 个月" in text(refused)
        assert "备案制度2" in text(refused)
    assert not filing.decisions.exists()


def test_exception_is_granted_with_a_public_reason() -> None:
    case = make_case(enterprises=2)
    filing = start(case)
    invite_all(case, filing)
    confirm_all(case, filing)
    ask_waiver(case, filing, "elig_cons_min_enterprises")
    submission.submit(actor=case.actor("applicant"), filing=fresh(filing))
    filing = drive(case, "reviewed", filing=fresh(filing))
    client = browse(case.officer)
    assert "须由经办人写明理由同意例外" in text(client.get(act_url(filing, "propose")))
    assert do(client, filing, "propose", months="36").status_code == 422
    url = reverse("filings:desk_waiver", args=[filing.pk])
    assert client.post(url, {"condition": "elig_cons_min_enterprises", "reason": ""}).status_code == 422
    given = {"condition": "elig_cons_min_enterprises", "reason": "产业链较短，配套集中。", "back": "propose"}
    assert client.post(url, given)["Location"].endswith("/do/propose/")
    assert do(client, filing, "propose", months="36").status_code == 302
    assert "产业链较短" in text(browse(case.director).get(act_url(filing, "confirm")))
    hard = client.post(url, {"condition": "elig_cons_lead_is_enterprise", "reason": "x"})
    assert hard.status_code == 422


def test_who_proposed_cannot_decide(case: Case) -> None:
    filing = drive(case, "reviewed")
    director = browse(case.director)
    assert do(director, filing, "propose", months="24").status_code == 302
    refused = do(director, filing, "confirm")
    assert refused.status_code == 403
    assert "拟定人不能审定" in text(refused)
    assert director.get(act_url(filing, "confirm")).status_code == 403
    assert browse(case.officer).get(act_url(filing, "confirm")).status_code == 403


def test_sending_back_needs_a_reason_and_is_remembered(case: Case) -> None:
    filing = drive(case, "proposed")
    director = browse(case.director)
    assert do(director, filing, "send_back", comment="").status_code == 422
    assert do(director, filing, "send_back", comment="期限过长，请改").status_code == 302
    assert "期限过长，请改" in text(browse(case.officer).get(act_url(filing, "propose")))


def test_rejecting_shows_the_letter(case: Case) -> None:
    filing = drive(case, "proposed")
    director = browse(case.director)
    assert "不予备案决定书" in text(director.get(act_url(filing, "reject")))
    assert do(director, filing, "reject", comment="").status_code == 422
    assert do(director, filing, "reject", comment="任务与方向不符").status_code == 302
    assert fresh(filing).state == State.REJECTED


def test_objections_are_answered_once(case: Case) -> None:
    filing = drive(case, "on_notice")
    made = notice.object_to(
        actor=Actor.public(), notice_id=filing.notices.get().pk, name="某人", contact="0532", text="数据存疑"
    )
    client, url = browse(case.officer), reverse("filings:desk_objection", args=[filing.pk, made.pk])
    assert "数据存疑" in text(client.get(reverse("filings:desk_notice", args=[filing.pk])))
    refused = client.post(url, {"reply": "已核实写了一半"})
    assert refused.status_code == 422
    assert "已核实写了一半" in text(refused)
    assert client.post(url, {"outcome": "dismissed", "reply": "已核实"}).status_code == 302
    again = client.post(url, {"outcome": "upheld", "reply": "改主意"})
    assert again.status_code == 409
    assert do(client, filing, "close_notice").status_code == 422
    assert do(client, filing, "issue", document_date=clock.today().isoformat()).status_code == 422


@pytest.mark.parametrize("day", ["2036-01-01", "gestern", ""])
def test_bad_document_date(case: Case, frozen: Any, day: str) -> None:
    filing = drive(case, "on_notice")
    run_out_notice(filing, frozen)
    notice.close(actor=case.actor("officer"), filing=filing)
    refused = do(
        browse(case.officer), filing, "issue", document_date=day, document_number="青科备〔2026〕9号"
    )
    assert refused.status_code == 422
    assert "青科备〔2026〕9号" in text(refused)
    assert not Certificate.objects.exists()


def test_pages_that_do_not_exist_yet(case: Case) -> None:
    filing = drive(case, "in_examination")
    client = browse(case.officer)
    for name in ("desk_board", "desk_notice", "desk_result"):
        assert client.get(reverse(f"filings:{name}", args=[filing.pk])).status_code == 404
    assert client.get(act_url(filing, "issue")).status_code == 409


# --- expert pool -----------------------------------------------------------------------------


def test_pool_is_kept_by_officers(case: Case) -> None:
    client = browse(case.officer)
    assert str(case.experts[0]) in text(client.get(reverse("filings:experts")))
    assert "没有符合条件的专家" in text(client.get(reverse("filings:experts"), {"q": "不存在"}))
    for user in (case.applicant, make_user("auditor", case.bureau), case.experts[0].user):
        assert browse(user).get(reverse("filings:experts")).status_code == 403
    assert client.get(reverse("filings:expert", args=[10**6])).status_code == 404


def test_adding_an_expert(case: Case) -> None:
    client, url = browse(case.officer), reverse("filings:expert_new")
    unknown = client.post(url, {"username": "nobody-here", "title": "教授级高工"})
    assert unknown.status_code == 422
    assert "没有这个账号" in text(unknown)
    assert "教授级高工" in text(unknown)
    assert client.post(url, {"username": case.officer.username}).status_code == 422
    person = make_user("expert", case.bureau)
    wrong = client.post(url, {"username": person.username, "employer": "91370212MATT0000XX"})
    assert wrong.status_code == 422
    given = {
        "username": person.username,
        "employer": case.members[0].credit_code,
        "fields_text": "传感、芯片",
        "is_active": "on",
    }
    assert client.post(url, given).status_code == 302
    made = Expert.objects.get(user=person)
    assert (made.employer_id, made.fields, made.is_active) == (case.members[0].pk, ["传感", "芯片"], True)


def test_ties_are_added_and_ended(case: Case) -> None:
    expert, client = case.experts[0], browse(case.officer)
    url = reverse("filings:expert_tie", args=[expert.pk])
    for bad in (
        {"organisation": "91370212MATT0000XX", "kind": "paid"},
        {"organisation": case.lead.credit_code, "kind": "friend"},
        {"organisation": case.lead.credit_code, "kind": "paid", "since": "2026-02-01", "until": "2026-01-01"},
    ):
        assert client.post(url, bad).status_code == 422
    assert client.post(url, {"organisation": case.lead.credit_code, "kind": "paid"}).status_code == 302
    tie = expert.ties.get()
    end = reverse("filings:expert_tie_end", args=[expert.pk, tie.pk])
    assert client.post(end).status_code == 302
    assert client.post(end).status_code == 409
    other = reverse("filings:expert_tie_end", args=[case.experts[1].pk, tie.pk])
    assert client.post(other).status_code == 404


def test_recommendation_is_left_alone() -> None:
    """The district's page goes through the same service as the API."""
    case = make_case()
    filing = drive(case, "submitted")
    recommendation.recommend(actor=case.actor("district"), filing=filing)
    refused = do(browse(case.district), filing, "recommend")
    assert refused.status_code == 409
