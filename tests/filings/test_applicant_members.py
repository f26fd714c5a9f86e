"""The member's side, and the correction page of lead and member."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from filings.enums import CorrectionState, ParticipantState, State
from filings.services import corrections, drafting, examination
from tests.makers import filings as make
from tests.makers.accounts import make_user
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make.make_case(experts=0)


@pytest.fixture
def filing(case):
    made = make.start(case)
    make.invite_all(case, made)
    return made


@pytest.fixture
def member(client, case):
    client.force_login(case.member_users[0])
    return client


def url(name, filing, *more):
    return reverse(f"filings:{name}", args=[filing.pk, *more])


def text(response):
    return response.content.decode()


def shown_hash(page):
    return re.search(r'name="sha256" value="([0-9a-f]{64})"', text(page))[1]


def fill(case, filing, index=0):
    drafting.save_section(
        actor=case.member(index), filing=filing, section="member", data=make.MEMBER, strict=True
    )


# --- invitation and confirmation ---


def test_the_invitation_says_who_what_and_who_sees_it(member, case, filing):
    page = text(member.get(url("member", filing)))
    for words in (case.lead.name, "需要贵单位做的", "谁能看到贵单位填写的", "谢绝参与", "未开始"):
        assert words in page


def test_declining_with_a_reason_ends_it_and_the_lead_reads_it(member, client, case, filing):
    assert "谢绝" in text(member.get(url("decline", filing)))
    member.post(url("decline", filing), {"reason": "今年任务已满。"})
    assert member.get(url("member", filing)).status_code == 404
    client.force_login(case.applicant)
    assert "今年任务已满。" in text(client.get(url("members", filing)))


def test_confirming_waits_for_what_is_missing(member, filing):
    page = member.get(url("confirm", filing))
    assert "还不能确认" in text(page)
    data = {"sha256": shown_hash(page), "capacity": "法定代表人", "agreed": "on"}
    answer = member.post(url("confirm", filing), data)
    assert answer.status_code == 422
    assert "合作基础" in text(answer)
    assert "法定代表人" in text(answer)


def test_confirming_exactly_what_is_shown(member, case, filing):
    fill(case, filing)
    page = member.get(url("confirm", filing))
    for words in ("低噪声读出电路", "2024 年共同承担省重点研发计划一项。", "组建协议.pdf", "12,000,000"):
        assert words in text(page)
    digest = shown_hash(page)
    untold = member.post(url("confirm", filing), {"sha256": digest, "capacity": ""})
    assert untold.status_code == 422
    assert "请勾选后再确认" in text(untold)
    data = {"sha256": digest, "capacity": "法定代表人", "agreed": "on", "form_key": "c1"}
    assert member.post(url("confirm", filing), data).status_code == 302
    assert member.post(url("confirm", filing), data).status_code == 302
    place = filing.participants.get(organisation=case.members[0])
    assert place.standing == ParticipantState.CONFIRMED
    assert place.confirmations.get().capacity == "法定代表人"
    assert "已确认" in text(member.get(url("member", filing)))


def test_a_page_opened_before_a_change_is_not_confirmed(member, case, filing):
    fill(case, filing)
    digest = shown_hash(member.get(url("confirm", filing)))
    drafting.save_section(
        actor=case.actor("applicant"),
        filing=filing,
        section="tasks",
        data={"funding_note": "改为均摊。"},
        strict=True,
    )
    data = {"sha256": digest, "capacity": "法定代表人", "agreed": "on"}
    page = member.post(url("confirm", filing), data)
    assert page.status_code == 409
    assert "待确认的内容有变化" in text(page)
    assert "改为均摊。" in text(page)
    assert "法定代表人" in text(page)
    assert shown_hash(page) != digest
    assert " checked" not in text(page)
    assert filing.participants.get(organisation=case.members[0]).standing == ParticipantState.INVITED


def test_after_a_void_the_difference_is_shown(member, case, filing):
    fill(case, filing)
    data = {"sha256": shown_hash(member.get(url("confirm", filing))), "capacity": "代表", "agreed": "on"}
    member.post(url("confirm", filing), data)
    row = make.contents()["tasks"]["tasks"][0]
    changed = {
        "funding_note": "改为均摊。",
        "tasks": [row | {"goal": "噪声不高于 1 纳伏"}, row | {"name": "封装"}],
    }
    drafting.save_section(
        actor=case.actor("applicant"), filing=filing, section="tasks", data=changed, strict=True
    )
    assert "需要重新确认" in text(member.get(url("member", filing)))
    page = text(member.get(url("confirm", filing)))
    for words in (
        "上次确认之后的变化",
        "攻关任务与经费 / 经费分担安排",
        "攻关任务与经费 / 重大攻关任务 / 第 1 行 / 考核指标",
        "噪声不高于 1 纳伏",
        "牵头单位承担六成",
        "改为均摊。",
    ):
        assert words in page


def test_a_filler_writes_but_does_not_confirm(client, case, filing):
    fill(case, filing)
    client.force_login(make_user("filler", case.members[0]))
    page = client.get(url("confirm", filing))
    assert "由本单位的管理员或签字人办理" in text(page)
    data = {"sha256": "", "capacity": "填报人", "agreed": "on"}
    assert client.post(url("confirm", filing), data).status_code in (403, 422)
    assert client.get(url("section", filing, "member")).status_code == 200


def test_the_own_section_is_written_by_its_unit_and_hidden_from_others(member, client, case, filing):
    page = member.post(
        url("section", filing, "member"), {"basis": ["research"], "basis_note": "独有的合作事例", "save": "1"}
    )
    assert page.status_code == 302
    client.force_login(case.member_users[1])
    for name in ("member", "confirm"):
        assert "独有的合作事例" not in text(client.get(url(name, filing)))
    assert "独有的合作事例" not in text(client.get(url("section", filing, "member")))
    client.force_login(case.applicant)
    assert client.get(url("section", filing, "member")).status_code == 403
    assert "独有的合作事例" in text(client.get(url("members", filing)))


# --- correction ---


@pytest.fixture
def returned(case):
    return make.drive(case, State.IN_CORRECTION)


def test_the_correction_page_asks_for_each_and_hands_back(client, case, returned):
    client.force_login(case.applicant)
    page = text(client.get(url("correction", returned)))
    assert "请写明各方出资到位时间" in page
    assert "牵头单位承担六成" in page
    assert "声明并提交补正" not in page
    half = {
        "t1-text": "已写明。",
        "t1-funding_note": "六月底前到位。",
        "t2-text": "",
        "t2-background": "高端传感芯片依赖进口，制约本市智能制造。",
    }
    assert "已保存 1 项答复" in text(client.post(url("correction", returned), half, follow=True))
    page = text(client.get(url("correction", returned)))
    assert "成员单位重新确认" in page
    rest = {
        "t1-text": "已写明。",
        "t1-funding_note": "六月底前到位。",
        "t2-text": "已补充。",
        "t2-background": "需求三十亿元。",
    }
    client.post(url("correction", returned), rest)
    assert set(returned.corrections.values_list("standing", flat=True)) == {CorrectionState.ANSWERED}
    blocked = client.post(url("submit", returned), {"agreed": "on"})
    assert blocked.status_code == 422
    assert "需重新确认" in text(blocked)
    make.confirm_all(case, returned)
    assert "声明并提交补正" in text(client.get(url("correction", returned)))
    assert client.post(url("submit", returned), {"agreed": "on"}).status_code == 302
    assert make.fresh(returned).state == State.IN_EXAMINATION


def test_a_changed_field_without_words_is_asked_for_and_kept(client, case, returned):
    client.force_login(case.applicant)
    data = {
        "t1-text": "",
        "t1-funding_note": "没有说明的修改",
        "t2-text": "已补充。",
        "t2-background": "需求三十亿元。",
    }
    page = client.post(url("correction", returned), data)
    assert page.status_code == 422
    assert "请写明如何补正" in text(page)
    assert "没有说明的修改" in text(page)
    assert returned.corrections.get(number=2).standing == CorrectionState.ANSWERED
    assert make.fresh(returned).content["tasks"]["funding_note"] != "没有说明的修改"


def test_a_colleague_who_was_faster_is_shown(client, case, returned):
    client.force_login(case.applicant)
    was = re.search(r'name="t1-was" value="(\w*)"', text(client.get(url("correction", returned))))[1]
    first = returned.corrections.get(number=1)
    corrections.answer(
        actor=case.actor("applicant"),
        filing=returned,
        correction_id=first.pk,
        text="同事已改。",
        value="同事写的。",
    )
    data = {"t1-text": "我改的。", "t1-funding_note": "我写的。", "t1-was": was}
    page = client.post(url("correction", returned), data)
    assert page.status_code == 409
    assert "现内容：同事写的。" in text(page)
    assert "我写的。" in text(page)
    assert make.fresh(returned).content["tasks"]["funding_note"] == "同事写的。"


def returned_with(case, *items):
    filing = make.drive(case, State.IN_EXAMINATION)
    examination.return_for_correction(actor=case.actor("officer"), filing=filing, items=items)
    return make.fresh(filing)


def test_a_file_and_a_table_are_corrected_on_the_page(client, case):
    filing = returned_with(
        case,
        {"section": "agreement", "field": "agreement", "message": "请补盖公章"},
        {"section": "tasks", "field": "milestones", "message": "请补充里程碑"},
    )
    client.force_login(case.applicant)
    bad = SimpleUploadedFile("协议.pdf", b"not a pdf at all")
    row = {"t2-milestones-rows": "1", "t2-milestones-0-task": "封装", "t2-milestones-0-milestone": "定型"}
    row |= {"t2-milestones-0-due_on": "2027-06-30", "t2-milestones-0-owner": "牵头单位", "t2-text": "已补。"}
    page = client.post(url("correction", filing), {"t1-text": "已换。", "t1-agreement": bad, **row})
    assert page.status_code == 422
    assert "文件内容与扩展名不符" in text(page)
    assert "已换。" in text(page)
    assert make.fresh(filing).content["tasks"]["milestones"][0]["milestone"] == "定型"
    good = SimpleUploadedFile("盖章协议.pdf", pdf_bytes("盖章"))
    client.post(url("correction", filing), {"t1-text": "已换。", "t1-agreement": good})
    assert "盖章协议.pdf" in text(client.get(url("correction", filing)))
    assert filing.corrections.filter(standing="open").count() == 0


def test_a_member_answers_its_own_correction_only(client, case):
    filing = make.drive(case, State.IN_EXAMINATION)
    place = filing.participants.get(organisation=case.members[0])
    items = [
        {"section": "member", "field": "basis_note", "participant": place.pk, "message": "请写明合作年份"},
        {"section": "basic", "field": "background", "message": "只给牵头单位看的要求"},
    ]
    examination.return_for_correction(actor=case.actor("officer"), filing=filing, items=items)
    client.force_login(case.applicant)
    page = text(client.get(url("correction", filing)))
    assert f"由{case.members[0].name}答复" in page
    client.force_login(case.member_users[0])
    page = text(client.get(url("correction", filing)))
    assert "请写明合作年份" in page
    assert "只给牵头单位看的要求" not in page
    client.post(
        url("correction", filing),
        {"t1-text": "已写明。", "t1-basis_note": "2023 年至今。", "t2-text": "越权", "t2-background": "越权"},
    )
    assert filing.corrections.get(number=1).standing == CorrectionState.ANSWERED
    assert filing.corrections.get(number=2).standing == CorrectionState.OPEN
    place.refresh_from_db()
    assert place.standing == ParticipantState.VOIDED
    assert "核对并确认" in text(client.get(url("correction", filing)))
    client.force_login(case.member_users[1])
    assert "请写明合作年份" not in text(client.get(url("correction", filing)))


def test_outside_correction_the_page_leads_to_where_the_filing_is(client, case):
    filing = make.drive(case, State.SUBMITTED)
    client.force_login(case.applicant)
    assert client.get(url("correction", filing)).url == url("open", filing)
    late = client.post(url("correction", filing), {"t1-text": "没有这一项"})
    assert late.status_code in (302, 409)
