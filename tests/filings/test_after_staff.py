"""The desk for what concerns an entity on the register: before and after, sheets by matter, what was issued."""

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from filings.enums import State
from filings.services import drafting, examination, participation
from tests.makers import after
from tests.makers import filings as make
from tests.makers.desk import act_url, browse, case_url, do, text
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def filed(frozen):
    return after.filed(frozen)


def result_url(filing):
    return reverse("filings:desk_result", args=[filing.pk])


def move_on(case, filing, *names, **data):
    """The acts by their pages, each by who does it."""
    who = {"recommend": case.district, "confirm": case.director}
    for name in names:
        done = do(browse(who.get(name, case.officer)), filing, name, **data)
        assert done.status_code == 302, (name, text(done)[-2000:])
    return make.fresh(filing)


def examined(case, filing):
    filing = move_on(case, filing, "recommend", "start_examination")
    make.check_everything(case, filing)
    return move_on(case, filing, "accept")


def members_changed(case, entity):
    """A submitted change: one member leaves, another joins."""
    filing = after.start(case, entity, "change")
    unit, _me = after.join(case, filing)
    leaving = filing.participants.get(organisation=case.members[0])
    participation.remove(
        actor=case.actor("applicant"), filing=filing, participant=leaving, reason="任务已完成"
    )
    after.describe(case, filing, "members")
    return unit, after.submit(case, filing)


def test_a_change_is_decided_by_pages_without_months_and_shown_before_and_after(filed):
    case, entity = filed
    unit, filing = members_changed(case, entity)
    page = text(browse(case.officer).get(case_url(filing)))
    for words in (f"变更：{entity.name}", "变更前后", unit.name, "任务已完成", entity.code, "变更生效"):
        assert words in page, words
    assert "专家评审" not in page.partition("stepper")[2].partition("</ol>")[0]
    filing = examined(case, filing)
    page = text(browse(case.officer).get(act_url(filing, "propose")))
    assert "拟定变更意见" in page and 'name="months"' not in page and unit.name in page
    filing = move_on(case, filing, "propose", comment="同意变更")
    page = text(browse(case.director).get(act_url(filing, "confirm")))
    assert "同意变更" in page and "有效期</dt>" not in page and "不予变更…" in page and "进入公示" not in page
    filing = move_on(case, filing, "confirm")
    page = text(browse(case.officer).get(act_url(filing, "issue")))
    assert "发文，变更生效" in page and "制发新证书" in page and "不变，至" in page
    assert move_on(case, filing, "issue", document_date=clock.today().isoformat()).state == State.FILED
    page = text(browse(case.officer).get(result_url(filing)))
    assert f"{entity.code}-G01" in page and "变更已生效" in page and unit.name in page
    page = text(browse(case.officer).get(case_url(filing)))
    assert "已变更" in page and unit.name in page


def test_a_change_of_the_plan_is_in_the_history_and_keeps_the_certificate(filed):
    case, entity = filed
    filing = after.start(case, entity, "change")
    note = {"funding_note": "牵头单位承担五成，其余按任务书分担。"}
    drafting.save_section(
        actor=case.actor("applicant"), filing=filing, section="tasks", data=note, strict=True
    )
    after.describe(case, filing, "plan")
    make.confirm_all(case, filing)
    filing = examined(case, after.submit(case, filing))
    filing = move_on(case, filing, "propose", "confirm")
    page = text(browse(case.officer).get(act_url(filing, "issue")))
    assert "原证书继续有效" in page
    filing = move_on(case, filing, "issue", document_date=clock.today().isoformat())
    assert entity.history.get(kind="plan_changed").data["sections"]
    page = text(browse(case.officer).get(result_url(filing)))
    assert "印载内容没有变化" in page and "已变更" in page
    page = text(browse(case.officer).get(case_url(filing)))
    assert "牵头单位承担五成" in page and "牵头单位承担六成" in page


def test_a_report_is_examined_and_recorded_without_a_letter(filed, frozen):
    case, entity = filed
    after.later(frozen, datetime.date(2027, 1, 11))
    filing = after.start(case, entity, "annual_report", "2026")
    after.fill_report(case, filing)
    filing = after.submit(case, filing)
    officer = browse(case.officer)
    page = text(officer.get(case_url(filing)))
    for words in (f"2026 年度报告：{entity.name}", "经费到位情况", "研发投入强度", "开始形式审查"):
        assert words in page, words
    assert "条件核对" not in page
    filing = move_on(case, filing, "start_examination")
    assert officer.get(reverse("filings:desk_examination", args=[filing.pk])).status_code == 200
    page = text(officer.get(act_url(filing, "record")))
    assert "审核归档" in page and "不产生文书" in page and "单位将收到的文书" not in page
    for name in ("accept", "propose", "issue"):
        assert officer.get(act_url(filing, name)).status_code == 404
    assert "视为未报" in text(officer.get(act_url(filing, "not_accept")))
    assert browse(case.district).get(act_url(filing, "record")).status_code in (403, 404)
    assert move_on(case, filing, "record", comment="内容完整").state == State.FILED
    page = text(officer.get(result_url(filing)))
    assert "已归档" in page and "2026 年度报告" in page


def test_the_founding_knows_no_record(filed):
    case, entity = filed
    founding = entity.filings.get(action="establish")
    assert browse(case.officer).get(act_url(founding, "record")).status_code == 404
    assert "已登记入册" in text(browse(case.officer).get(result_url(founding)))


def test_a_renewal_goes_on_where_the_old_validity_ends(filed, frozen):
    case, entity = filed
    after.later(frozen, entity.valid_until - datetime.timedelta(days=60))
    filing = after.start(case, entity, "renew")
    term = {"achievements": "任务完成。", "next_term": "第二代芯片。"}
    drafting.save_section(
        actor=case.actor("applicant"), filing=filing, section="term", data=term, strict=True
    )
    make.confirm_all(case, filing)
    filing = make.drive(case, "reviewed", frozen, filing=after.submit(case, filing))
    page = text(browse(case.officer).get(act_url(filing, "propose")))
    assert "拟定重新备案意见" in page and 'name="months"' in page and "承接和新要求" in page
    filing = make.drive(case, "on_notice", frozen, filing=filing)
    make.run_out_notice(filing, frozen)
    filing = move_on(case, filing, "close_notice")
    page = text(browse(case.officer).get(act_url(filing, "issue")))
    first = entity.valid_until + datetime.timedelta(days=1)
    assert f"{first.year}年{first.month}月{first.day}日" in page and "发文并制发新证书" in page
    filing = move_on(case, filing, "issue", document_date=clock.today().isoformat())
    assert f"{entity.code}-B01" in text(browse(case.officer).get(result_url(filing)))


def test_an_exit_names_what_ends(filed):
    case, entity = filed
    filing = after.start(case, entity, "exit")
    me = case.actor("applicant")
    data = {"reason": "任务已提前完成。", "aftermath": "知识产权按协议归属各方。"}
    drafting.save_section(actor=me, filing=filing, section="exit", data=data, strict=True)
    paper = SimpleUploadedFile("同意退出.pdf", pdf_bytes("同意退出"), "application/pdf")
    drafting.attach(actor=me, filing=filing, section="exit", field="resolution", upload=paper)
    filing = after.submit(case, filing)
    examination.start(actor=case.actor("officer"), filing=filing)
    filing = move_on(case, make.fresh(filing), "accept", "propose", "confirm")
    page = text(browse(case.officer).get(act_url(filing, "issue")))
    assert "发文，退出备案" in page and "confirm--danger" in page and "退出日期" in page
    filing = move_on(case, filing, "issue", document_date=clock.today().isoformat())
    page = text(browse(case.officer).get(result_url(filing)))
    assert "已退出" in page and "已终止" in page
