"""The pages of a unit for an entity on the register: beginning, filling in, handing in, leaving, asking for an exception."""

import datetime

import pytest
from django.urls import reverse

from core.errors import NotNow
from core.idempotency import new_key
from filings.enums import Action, State
from filings.models import Filing
from filings.services import drafting, participation
from tests.makers import after
from tests.makers import filings as make
from tests.makers.accounts import make_organisation, make_user
from tests.makers.desk import browse, text

pytestmark = pytest.mark.django_db

KEY = "elig_cons_min_enterprises"


def start_url(entity, action):
    return reverse("filings:entity_start", args=[entity.code, action])


def leave_url(entity):
    return reverse("filings:entity_leave", args=[entity.code])


def waiver_url(entity, condition=KEY):
    return reverse("filings:entity_waiver", args=[entity.code, condition])


def url(name, filing, *more):
    return reverse(f"filings:{name}", args=[filing.pk, *more])


@pytest.fixture
def filed(frozen):
    return after.filed(frozen)


def lead_of(case):
    return browse(case.applicant)


# --- beginning ------------------------------------------------------------------------------


def test_the_start_page_says_what_it_is_and_the_draft_is_made_once(filed):
    case, entity = filed
    client = lead_of(case)
    page = text(client.get(start_url(entity, "change")))
    for words in (f"变更：{entity.name}", "自动带入", "在册成员单位 5 家", "需要准备", "建立草稿"):
        assert words in page
    assert "专家评审" in page and "公示" not in page.partition("办理步骤")[2]
    key = new_key()
    first = client.post(start_url(entity, "change"), {"form_key": key})
    again = client.post(start_url(entity, "change"), {"form_key": key})
    filing = Filing.objects.get(entity=entity, action=Action.CHANGE)
    assert first.url == again.headers["Location"] == url("tasks", filing)
    other = client.post(start_url(entity, "change"), {"form_key": new_key()})
    assert other.status_code == 422 and "已有一件“变更”正在办理" in text(other)
    assert "打开正在办理的这一件" in text(client.get(start_url(entity, "change")))


def test_a_renewal_says_its_window_in_words_with_the_clause(filed, frozen):
    case, entity = filed
    client = lead_of(case)
    page = text(client.get(start_url(entity, "renew")))
    assert "现在不能办理" in page and "起受理" in page and "建立草稿" not in page
    assert "还有 " in page and "天开始受理" in page and 'class="law"' in page
    refused = client.post(start_url(entity, "renew"), {"form_key": new_key()})
    assert refused.status_code == 422 and "起受理" in text(refused)
    after.later(frozen, entity.valid_until)
    assert "还可申请" in text(client.get(start_url(entity, "renew")))
    assert client.post(start_url(entity, "renew"), {"form_key": new_key()}).status_code == 302


def test_the_year_of_a_report_is_chosen_and_an_odd_one_refused(filed, frozen):
    case, entity = filed
    client = lead_of(case)
    assert "可以报告的年度：暂无" in text(client.get(start_url(entity, "annual_report")))
    after.later(frozen, datetime.date(2028, 1, 11))
    page = text(client.get(start_url(entity, "annual_report")))
    assert 'value="2026"' in page and 'value="2027"' in page and 'value="2028"' not in page
    for odd in ("", "1999", "2028", "二〇二六", "2026'--", "2026\x00"):
        refused = client.post(start_url(entity, "annual_report"), {"period": odd, "form_key": new_key()})
        assert refused.status_code == 422, odd
    made = client.post(start_url(entity, "annual_report"), {"period": "2026", "form_key": new_key()})
    filing = Filing.objects.get(action=Action.ANNUAL_REPORT)
    assert made.url == url("tasks", filing) and filing.period == "2026"
    page = text(client.get(start_url(entity, "annual_report")))
    assert 'value="2026"' not in page and url("open", filing) in page


def test_whoever_is_not_the_lead_reads_whose_it_is_and_an_outsider_nothing(filed):
    case, entity = filed
    member = browse(case.member_users[0])
    unit = make_organisation()
    outsider, officer = browse(make_user("unit_admin", unit)), browse(case.officer)
    for address in (start_url(entity, "change"), waiver_url(entity)):
        assert member.get(address).status_code == 403
        assert member.post(address).status_code == 403
        assert officer.get(address).status_code == 403
    for address in (start_url(entity, "change"), waiver_url(entity), leave_url(entity)):
        for data in ({}, {"form_key": new_key(), "reason": "试试", "leave": "1"}):
            assert outsider.post(address, data).status_code == 404
        assert outsider.get(address).status_code == 404
    for action in ("establish", "upgrade", "x", "change-1"):
        assert lead_of(case).get(start_url(entity, action)).status_code == 404
    assert lead_of(case).get(reverse("filings:entity_start", args=["QD-X-1", "change"])).status_code == 404


# --- a change -------------------------------------------------------------------------------


def test_a_change_from_start_to_submitted(filed):
    case, entity = filed
    client = lead_of(case)
    client.post(start_url(entity, "change"), {"form_key": new_key()})
    filing = Filing.objects.get(entity=entity, action=Action.CHANGE)
    page = text(client.get(url("tasks", filing)))
    assert f"变更：{entity.name}" in page and "成员单位和确认" in page and "变更事项和理由" in page
    leaving = filing.participants.get(organisation=case.members[0])
    remove = url("member_remove", filing, leaving.pk)
    assert f"即不再是“{entity.name}”" in text(client.get(remove))
    assert client.post(remove, {"reason": ""}).status_code == 422
    assert client.post(remove, {"reason": "合作任务已完成"}).status_code == 302
    page = text(client.get(url("members", filing)))
    assert f"<del>{case.members[0].name}</del>" in page and "合作任务已完成" in page
    unit, _me = after.join(case, filing)
    after.describe(case, filing, "members")
    page = text(client.get(url("check", filing)))
    for words in ("变更前后", "成员加入", unit.name, "成员退出", "合作任务已完成", "的确认继续有效"):
        assert words in page
    page = text(client.get(url("submit", filing)))
    assert "提交变更申请" in page and "区（市）科技主管部门推荐" in page
    done = client.post(url("submit", filing), {"agreed": "on", "form_key": new_key()})
    assert done.url == url("receipt", filing)
    page = text(client.get(done.url))
    assert "变更申请已提交" in page and entity.code in page
    assert make.fresh(filing).state == State.SUBMITTED
    assert "变更前后" in text(client.get(url("progress", filing)))


def test_what_was_edited_stands_beside_what_is_registered(filed):
    case, entity = filed
    filing = after.start(case, entity, "change")
    me = case.actor("applicant")
    drafting.save_section(actor=me, filing=filing, section="basic", data={"name": "青岛市智能感知创新联合体"})
    drafting.save_section(actor=me, filing=filing, section="tasks", data={"funding_note": "按新任务书分担。"})
    page = text(lead_of(case).get(url("check", filing)))
    assert "青岛市智能传感创新联合体" in page and "青岛市智能感知创新联合体" in page
    assert "现登记内容" in page and "需重新确认" in page and "的确认继续有效" not in page


def test_the_new_lead_is_chosen_from_the_members(filed):
    case, entity = filed
    filing = after.start(case, entity, "change")
    client, address = lead_of(case), url("section", filing, "lead_change")
    page = text(client.get(address))
    heir, university = case.members[0], case.members[3]
    assert f'value="{heir.credit_code}"' in page and heir.name in page and "牵头单位不变" in page
    assert university.credit_code not in page
    data = {"new_lead": heir.credit_code, "old_lead_role": "chain_enterprise", "handover": "三个月内移交。"}
    assert client.post(address, data | {"save": "1"}).status_code == 302
    assert make.fresh(filing).content["lead_change"]["new_lead"] == heir.credit_code
    wrong = client.post(address, data | {"new_lead": "<script>", "save": "1"})
    assert wrong.status_code == 422 and "<script>" not in text(wrong).partition("<main")[2]
    page = text(client.get(url("check", filing)))
    assert f"由“{case.lead.name}”变更为“{heir.name}”" in page


def test_a_member_that_declines_a_change_is_told_what_that_means(filed):
    case, entity = filed
    filing = after.start(case, entity, "change")
    page = text(browse(case.member_users[0]).get(url("decline", filing)))
    assert f"即不再是“{entity.name}”" in page and "不必谢绝" in page


# --- the annual report ----------------------------------------------------------------------


def test_an_annual_report_has_plan_beside_actual_and_counts_the_intensity(filed, frozen):
    case, entity = filed
    after.later(frozen, datetime.date(2027, 1, 11))
    filing = after.start(case, entity, "annual_report", "2026")
    client = lead_of(case)
    page = text(client.get(url("tasks", filing)))
    assert f"2026 年度报告：{entity.name}" in page
    assert "邀请" not in page and "成员单位和确认" not in page and "条件核对" not in page
    assert client.get(url("members", filing)).url == url("tasks", filing)
    page = text(client.get(url("section", filing, "report_progress")))
    assert "field--given" in page and "噪声不高于 2 纳伏" in page
    after.fill_report(case, filing)
    rows = make.fresh(filing).content["report_members"]["members"]
    rows[0] |= {"rd": "5000000.00", "revenue": "100000000.00"}
    rows[1] |= {"rd": "1000000.00", "revenue": "0.00"}
    rows[2] |= {"rd": "3000000.00", "revenue": "20000000.00"}
    me = case.actor("applicant")
    drafting.save_section(actor=me, filing=filing, section="report_members", data={"members": rows})
    page = text(client.get(url("check", filing)))
    for words in ("研发投入强度", "5.0%", "15.0%", "6.7%", "120,000,000.00", "经费到位情况", "41.7%"):
        assert words in page, words
    assert "审核归档" in text(client.get(url("submit", filing)))
    done = client.post(url("submit", filing), {"agreed": "on", "form_key": new_key()})
    assert "年度报告已提交" in text(client.get(done.url))


def test_last_years_report_is_shown_beside(filed, frozen):
    case, entity = filed
    after.later(frozen, datetime.date(2027, 1, 11))
    first = after.start(case, entity, "annual_report", "2026")
    after.fill_report(case, first)
    after.submit(case, first)
    after.later(frozen, datetime.date(2028, 1, 11))
    second = after.start(case, entity, "annual_report", "2027")
    client = lead_of(case)
    page = text(client.get(url("section", second, "report_output")))
    assert "2026 年度填写：" in page and "2,500,000" in page
    page = text(client.get(url("section", second, "report_progress")))
    assert "查看 2026 年度填写的内容" in page and "完成首轮设计。" in page
    assert "年度填写" not in text(client.get(url("section", first, "report_output")))


def test_no_member_is_invited_to_a_report(filed, frozen):
    case, entity = filed
    after.later(frozen, datetime.date(2027, 1, 11))
    filing = after.start(case, entity, "annual_report", "2026")
    unit = make_organisation()
    with pytest.raises(NotNow):
        participation.invite(
            actor=case.actor("applicant"), filing=filing, code=unit.credit_code, role="chain_enterprise"
        )


# --- renewal and exit -----------------------------------------------------------------------


def test_a_renewal_says_what_is_carried_over_and_what_is_asked_again(filed, frozen):
    case, entity = filed
    after.later(frozen, entity.valid_until)
    filing = after.start(case, entity, "renew")
    page = text(lead_of(case).get(url("check", filing)))
    for words in ("承接和新要求", "沿用的内容", "有效期上限", "36 个月", "没有变化", "待确认"):
        assert words in page, words
    assert "重新备案：" in text(lead_of(case).get(url("tasks", filing)))


def test_an_exit_asks_no_members(filed):
    case, entity = filed
    client = lead_of(case)
    client.post(start_url(entity, "exit"), {"form_key": new_key()})
    filing = Filing.objects.get(action=Action.EXIT)
    page = text(client.get(url("tasks", filing)))
    assert f"退出：{entity.name}" in page and "邀请" not in page and "条件核对" not in page
    assert "请上传" in text(client.get(url("check", filing)))
    page = text(client.get(url("withdraw", filing)))
    assert "退出申请即告终止" in page
