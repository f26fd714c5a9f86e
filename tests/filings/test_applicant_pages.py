"""The pages of the unit that leads: home, call, tasks, members, check, submit, progress, withdraw."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import credit_code
from core import jobs
from filings.enums import State
from filings.models import Filing
from filings.services import examination
from tests.makers import filings as make
from tests.makers.accounts import make_organisation, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make.make_case(experts=0)


@pytest.fixture
def lead(client, case):
    client.force_login(case.applicant)
    return client


def url(name, filing, *more):
    return reverse(f"filings:{name}", args=[filing.pk, *more])


def text(response):
    return response.content.decode()


def ready(case):
    """A draft that could be submitted."""
    filing = make.start(case)
    make.invite_all(case, filing)
    make.confirm_all(case, filing)
    return make.fresh(filing)


# --- home and call ---


def test_home_says_what_waits_and_what_runs(lead, case):
    draft, returned = make.start(case, name="青岛市海洋仪器创新联合体"), make.drive(case, State.IN_CORRECTION)
    page = text(lead.get(reverse("filings:home")))
    assert "待办事项" in page
    assert "还有 2 项补正未答复" in page
    assert str(draft) in page
    assert returned.receipt_number in page
    assert "工作日" in page


def test_home_of_an_invited_unit(client, case):
    filing = make.start(case)
    make.invite_all(case, filing)
    client.force_login(case.member_users[0])
    page = text(client.get(reverse("filings:home")))
    assert f"{case.lead.name}邀请贵单位参与" in page
    assert url("member", filing) in page


def test_an_empty_home_says_why(client):
    client.force_login(make_user("unit_admin", make_organisation("university")))
    page = text(client.get(reverse("filings:home")))
    assert "还没有申报" in page
    assert reverse("filings:programme", args=["consortium"]) not in page  # a university does not lead one
    assert reverse("filings:programme", args=["poc_platform"]) in page  # but may host a platform


def test_home_costs_the_same_for_many(lead, case):
    make.start(case)
    lead.get(reverse("filings:home"))
    with CaptureQueriesContext(connection) as few:
        lead.get(reverse("filings:home"))
    for number in range(4):
        make.start(case, name=f"创新联合体{number}")
    with CaptureQueriesContext(connection) as many:
        lead.get(reverse("filings:home"))
    assert len(few) == len(many)


def test_the_call_page_is_public_and_says_who_what_and_when(client):
    page = text(client.get(reverse("filings:programme", args=["consortium"])))
    for words in ("需要准备", "办理步骤", "青岛市创新联合体组建工作指引", "登录后申报"):
        assert words in page


def test_an_unknown_programme_is_not_found(lead):
    assert lead.get(reverse("filings:programme", args=["nothing"])).status_code == 404
    assert lead.post(reverse("filings:start", args=["nothing"])).status_code == 404


def test_starting_twice_by_double_click_makes_one_draft(lead, case):
    first = lead.post(reverse("filings:start", args=["consortium"]), {"form_key": "k1"})
    again = lead.post(reverse("filings:start", args=["consortium"]), {"form_key": "k1"})
    assert first["Location"] == again["Location"]
    assert Filing.objects.filter(applicant=case.lead).count() == 1
    assert "继续填写草稿" in text(lead.get(reverse("filings:programme", args=["consortium"])))


def test_a_unit_that_may_not_lead_reads_why(client, case):
    client.force_login(make_user("unit_admin", make_organisation("university")))
    page = client.post(reverse("filings:start", args=["consortium"]))
    assert page.status_code == 422
    assert "牵头单位须为企业" in text(page)
    assert "建设方向" in text(page) or "定义" in text(page)


def test_a_lead_from_another_city_is_told_before_it_starts(client):
    make.make_case(experts=0)
    client.force_login(make_user("unit_admin", make_organisation(district="370303")))
    page = text(client.get(reverse("filings:programme", args=["consortium"])))
    assert "须为青岛市独立注册的法人" in page
    assert "不能开始申报" in page


# --- tasks ---


def test_the_task_list_names_states_members_and_clauses(lead, case):
    filing = Filing.objects.get(pk=lead.post(reverse("filings:start", args=["consortium"])).url.split("/")[2])
    page = text(lead.get(url("tasks", filing)))
    assert page.count("未开始") >= 6
    assert "条件核对" in page
    assert "《青岛市创新联合体组建工作指引》" in page
    done = make.start(case)
    page = text(lead.get(url("tasks", done)))
    assert page.count("已完成") >= 6


def test_every_page_of_a_filing_is_hidden_from_strangers(client, case):
    filing = make.drive(case, State.SUBMITTED)
    client.force_login(make_user("unit_admin", make_organisation()))
    names = (
        "open", "tasks", "members", "member", "decline", "confirm", "check", "print", "submit", "receipt",
        "progress", "versions", "withdraw", "correction",
    )  # fmt: skip
    for name in names:
        assert client.get(url(name, filing)).status_code == 404, name
    assert client.get(url("section", filing, "basic")).status_code == 404
    assert client.post(url("section", filing, "basic"), {"name": "x"}).status_code == 404
    assert client.get(reverse("filings:open", args=[10**30])).status_code == 404


def test_a_member_may_not_open_the_pages_of_the_lead(client, case):
    filing = make.drive(case, State.SUBMITTED)
    client.force_login(case.member_users[0])
    for name in ("members", "check", "print", "submit", "receipt", "versions", "withdraw"):
        assert client.get(url(name, filing)).status_code == 403, name
    assert client.get(url("section", filing, "basic")).status_code == 403
    assert client.get(url("open", filing)).url == url("member", filing)


# --- members ---


def test_inviting_by_credit_code(lead, case):
    filing = make.start(case)
    unit = case.members[0]
    spaced = f"{unit.credit_code[:6]} {unit.credit_code[6:]}".lower()
    page = lead.post(url("members", filing), {"code": spaced, "role": "chain_enterprise"}, follow=True)
    assert "已邀请" in text(page)
    assert unit.name in text(page)
    assert "待确认" in text(page)


@pytest.mark.parametrize(
    ("code", "role", "words"),
    [
        ("", "academic", "请填写统一社会信用代码"),
        ("91370212MATT0003X", "academic", "18"),
        ("good", "", "请选择参与角色"),
        ("good", "lead", "请选择"),
        ("good", "academic", "不能以“高校院所”参与"),
        ("unknown", "chain_enterprise", "尚未在本平台登记"),
        ("own", "chain_enterprise", "不必邀请自己"),
    ],
)
def test_a_wrong_invitation_says_what_is_wrong_beside_the_field(lead, case, code, role, words):
    codes = {
        "good": case.members[0].credit_code,
        "own": case.lead.credit_code,
        "unknown": credit_code.make("91", "370212", "MAYY", 9),
    }
    filing = make.start(case)
    sent = codes.get(code, code)
    page = lead.post(url("members", filing), {"code": sent, "role": role})
    assert page.status_code == 422
    assert words in text(page)
    assert sent in text(page)
    assert filing.participants.count() == 1


def test_removing_a_unit_asks_first(lead, case):
    filing = make.start(case)
    place = make.invite_all(case, filing)[0]
    ask = lead.get(url("member_remove", filing, place.pk))
    assert "确认随之失效" in text(ask)
    page = lead.post(url("member_remove", filing, place.pk), follow=True)
    assert "已谢绝或移出的 1 家单位" in text(page)
    assert lead.get(url("member_remove", filing, 999999)).status_code == 404


def test_two_enterprises_need_a_written_reason(client):
    case = make.make_case(enterprises=2, experts=0)
    client.force_login(case.applicant)
    filing = ready(case)
    page = client.post(url("submit", filing), {"agreed": "on"})
    assert page.status_code == 422
    assert "现有 2 家，要求不少于 3 家" in text(page)
    assert "建设方向1" in text(page)
    empty = client.post(url("reason", filing, "elig_cons_min_enterprises"), {"reason": " "})
    assert empty.status_code == 422
    assert "请写明理由" in text(empty)
    given = client.post(
        url("reason", filing, "elig_cons_min_enterprises"), {"reason": "本市仅有两家配套企业。"}, follow=True
    )
    assert "本市仅有两家配套企业。" in text(given)
    assert "已说明理由" in text(client.get(url("check", filing)))
    sent = client.post(url("submit", filing), {"agreed": "on"})
    assert sent.status_code == 302


def test_a_hard_condition_takes_no_reason(lead, case):
    filing = make.start(case)
    page = lead.post(url("reason", filing, "elig_cons_plan"), {"reason": "没有"})
    assert page.status_code == 422
    assert lead.post(url("reason", filing, "nothing"), {"reason": "没有"}).status_code == 404


# --- check and submit ---


def test_every_problem_is_a_link_to_its_field(lead):
    filing = Filing.objects.get(pk=lead.post(reverse("filings:start", args=["consortium"])).url.split("/")[2])
    page = text(lead.get(url("check", filing)))
    assert f"{url('section', filing, 'basic')}#id_name" in page
    assert f"{url('section', filing, 'agreement')}#id_agreement" in page
    assert "下一步：声明并提交" not in page


def test_the_print_view_shows_everything(lead, case):
    page = text(lead.get(url("print", ready(case))))
    assert "低噪声读出电路" in page
    assert case.members[4].name in page


def test_submitting_needs_the_tick_and_happens_once(lead, case):
    filing = ready(case)
    without = lead.post(url("submit", filing), {"form_key": "once"})
    assert without.status_code == 422
    assert "请勾选声明" in text(without)
    data = {"agreed": "on", "form_key": "once", "version": filing.version}
    first, again = lead.post(url("submit", filing), data), lead.post(url("submit", filing), data)
    assert first["Location"] == again["Location"] == url("receipt", filing)
    filing = make.fresh(filing)
    assert filing.state == State.SUBMITTED
    assert filing.versions.count() == 1
    late = lead.post(url("submit", filing), {"agreed": "on", "form_key": "other"})
    assert late.status_code == 409
    assert "当前状态为" in text(late)


def test_an_unconfirmed_member_blocks_with_the_clause(lead, case):
    filing = make.start(case)
    make.invite_all(case, filing)
    page = lead.post(url("submit", filing), {"agreed": "on"})
    assert page.status_code == 422
    assert f"“{case.members[0].name}”尚未确认" in text(page)
    assert "建设方向1" in text(page)
    assert make.fresh(filing).state == State.DRAFT


def test_a_stale_declaration_is_refused(lead, case):
    filing = ready(case)
    page = lead.post(url("submit", filing), {"agreed": "on", "version": filing.version - 1})
    assert page.status_code == 409
    assert "已被他人更新" in text(page)


def test_a_filler_may_not_submit(client, case):
    filing = ready(case)
    client.force_login(make_user("filler", case.lead))
    assert "由本单位的管理员或签字人办理" in text(client.get(url("submit", filing)))
    assert client.post(url("submit", filing), {"agreed": "on"}).status_code == 403


def test_the_receipt_waits_for_its_paper(lead, case):
    filing = make.drive(case, State.SUBMITTED)
    page = text(lead.get(url("receipt", filing)))
    assert filing.receipt_number in page
    assert "回执正在生成" in page
    jobs.run_pending()
    page = text(lead.get(url("receipt", filing)))
    assert "回执正在生成" not in page
    paper = filing.documents.get()
    assert reverse("core:file", args=[paper.stored_id]) in page
    assert lead.get(reverse("core:file", args=[paper.stored_id])).getvalue().startswith(b"%PDF")


# --- progress ---


def test_progress_shows_the_way_without_the_office_s_own_words(lead, case):
    filing = make.drive(case, State.IN_EXAMINATION)
    examination.add_note(actor=case.actor("officer"), filing=filing, text="内部备注勿外传")
    page = text(lead.get(url("progress", filing)))
    assert "开始形式审查" in page
    assert "内部备注勿外传" not in page
    assert case.officer.name not in page
    assert "工作日" in page


def test_the_difference_between_versions(lead, case):
    filing = make.correct(case, make.drive(case, State.IN_CORRECTION))
    page = text(lead.get(url("versions", filing) + "?from=1&to=2"))
    assert "攻关任务与经费 / 经费分担安排" in page
    assert "各方于 2026 年 6 月 30 日前到位。" in page
    back = text(lead.get(url("versions", filing) + "?from=2&to=1"))
    assert back.index("第 2 版</th>") < back.index("第 1 版</th>")
    assert lead.get(url("versions", filing) + "?from=x&to=99").status_code == 200


def test_withdrawing_needs_a_reason_and_can_be_refused(lead, case):
    filing = make.drive(case, State.SUBMITTED)
    assert lead.post(url("withdraw", filing), {"comment": ""}).status_code == 422
    lead.post(url("withdraw", filing), {"comment": "成员变化，重新组织。"})
    assert make.fresh(filing).state == State.WITHDRAWN
    again = lead.post(url("withdraw", filing), {"comment": "再撤一次"})
    assert again.status_code == 409
    assert "再撤一次" in text(again)


def test_a_filed_one_shows_certificate_and_notice(client, frozen):
    case = make.make_case()
    filing = make.drive(case, State.FILED, frozen)
    jobs.run_pending()
    client.force_login(case.applicant)
    page = text(client.get(url("progress", filing)))
    assert filing.certificate.number in page
    assert "公示" in page
    client.force_login(case.member_users[0])
    page = text(client.get(url("member", filing)))
    assert "证书" in page


def test_people_of_other_roles_are_told_whose_pages_these_are(client, case):
    client.force_login(case.officer)
    page = client.get(reverse("filings:home"))
    assert page.status_code == 403
    assert "单位办理" in text(page)
