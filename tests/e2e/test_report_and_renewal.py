"""The years of a consortium: its annual report, its renewal on the first day, and what everybody reads once it has expired."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse

from core import clock
from filings.enums import State
from filings.models import Entity, Filing
from filings.periods import add_months
from tests.e2e.browsing import Person
from tests.e2e.test_consortium import Story
from tests.e2e.years import (
    GUIDELINE,
    DemoClock,
    Office,
    People,
    a_night,
    begin,
    day_cn,
    hand_in,
    on_register,
    public_page,
    section,
    sign,
    status_on,
)
from tests.makers import after
from tests.makers import filings as make

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

DAY = datetime.timedelta(days=1)
ACTUAL = {"spent": "5000000.00", "done": 40, "state": "on_time", "actual": "完成首轮设计。"}
TERM = {"achievements": "三项任务全部完成。", "next_term": "开展第二代芯片研发。"}


def test_an_annual_report_is_prefilled_handed_in_and_filed_away(
    worker: Any, demo: DemoClock, cast: make.Case, people: People
) -> None:
    entity = on_register(cast, demo)
    lead = people(cast.applicant, axe=True)
    lead.go("filings:entity_start", entity.code, "annual_report").says("现在不能办理", "可以报告的年度：暂无")
    assert lead.page.get_by_role("button", name="建立草稿").count() == 0
    demo.on(datetime.date(2027, 1, 11))
    a_night(lead)
    due = clock.local(entity.duties.get(kind="annual_report", standing="open").due_at).date()
    lead.go("filings:home").says("年度报告", f"{day_cn(due)}截止")
    filing = report(lead, entity)
    assert not entity.duties.filter(kind="annual_report", standing="open").exists()
    lead.go("filings:progress", filing.pk).says("已提交，等待形式审查")
    lead.go("filings:entity_start", entity.code, "annual_report").says("2026")
    assert lead.page.get_by_role("button", name="建立草稿").count() == 0
    office = Office(cast, people)
    office.officer.go("filings:worklist").says("2026 年度报告", entity.name, "待受理")
    office.officer.go("filings:desk_case", filing.pk).says("经费到位情况", "41.7%")
    office.act(office.officer, filing, "start_examination", "开始审查")
    office.officer.go("filings:desk_act", filing.pk, "record").says("不产生文书").press("审核归档")
    assert make.fresh(filing).state == State.FILED
    lead.go("filings:entity", entity.code).says("2026 年度报告", "已归档")
    public_page(people(axe=True), entity).says("年度报告")


def report(lead: Person, entity: Entity) -> Filing:
    """What was filed stands there already; the actual is written beside it."""
    filing = begin(lead, entity, "annual_report")
    assert filing.period == "2026"
    section(lead, filing, "report_summary", after.REPORT["report_summary"])
    lead.go("filings:section", filing.pk, "report_progress")
    held = lead.page.locator('[name="tasks-0-goal"]').input_value()
    assert held == "噪声不高于 2 纳伏"
    assert lead.page.locator('[name="milestones-0-due_on"]').input_value() == "2027-03-31"
    lead.fill({"tasks": [ACTUAL | {"done": 140}]}).press("保存")
    assert lead.status == 422
    lead.says("100").fill({"tasks": [ACTUAL]}).press("保存").says("已保存")
    section(lead, filing, "report_output", after.REPORT["report_output"])
    units = make.fresh(filing).content["report_members"]["members"]
    assert len(units) == 6
    rows = [{"actual": "派出研发人员 5 人。"} for _unit in units]
    section(lead, filing, "report_members", {"members": rows})
    section(lead, filing, "report_outlook", after.REPORT["report_outlook"])
    lead.go("filings:check", filing.pk).says("经费到位情况", "41.7%", "研发投入强度")
    return hand_in(lead, filing, "提交年度报告")


def test_a_renewal_from_its_first_day_to_the_new_certificate(
    worker: Any, demo: DemoClock, cast: make.Case, people: People
) -> None:
    entity = on_register(cast, demo)
    first, end = entity.certificates.get(), entity.valid_until
    opens, lead = add_months(end, -6), people(cast.applicant, axe=True)
    demo.on(opens - DAY)
    lead.go("filings:entity_start", entity.code, "renew")
    lead.says("现在不能办理", f"重新备案自 {opens} 起受理", "还有 1 天开始受理", GUIDELINE)
    assert lead.page.get_by_role("button", name="建立草稿").count() == 0
    demo.on(opens)
    story = renew(lead, cast, entity, people)
    office = Office(cast, people)
    office.recommend(story.filing)
    office.examine(story.filing)
    story.review(office.officer)
    office.decide(story.filing, "同意重新备案", months=36)
    story.publish(office.officer)
    office.act(office.officer, story.filing, "close_notice", "结束公示")
    office.officer.go("filings:desk_act", story.pk, "issue").says(day_cn(end + DAY))
    office.officer.press("发文并制发新证书").says(f"{entity.code}-B01")
    second = after.again(entity).certificates.get(number=f"{entity.code}-B01")
    assert (second.valid_from, after.again(entity).valid_until) == (end + DAY, second.valid_until)
    stranger = people(axe=True)
    papers = [reverse("portal:verify", args=[c.document.verification_code]) for c in (first, second)]
    for day, words in ((end, ("有效", "未生效")), (end + DAY, ("已到期", "有效"))):
        for paper, word in zip(papers, words, strict=True):
            assert word in status_on(stranger, paper, day).splitlines(), (paper, day, word)
    public_page(stranger, entity).says("重新备案", second.number)


def renew(lead: Person, cast: make.Case, entity: Entity, people: People) -> Story:
    """Content and members are there; everybody has to confirm again."""
    lead.go("filings:entity_start", entity.code, "renew").says("在册成员单位 5 家，须由各单位重新确认")
    filing = begin(lead, entity, "renew")
    lead.go("filings:section", filing.pk, "basic")
    assert lead.page.locator("[name=name]").input_value() == entity.name
    section(lead, filing, "term", TERM)
    lead.go("filings:check", filing.pk).says("提交前还需要完成", cast.members[4].name)
    for user in cast.member_users:
        me = people(user, axe=user == cast.member_users[0]).go("filings:member", filing.pk)
        sign(me, filing)
        me.page.close()
    story = Story(cast, people)
    story.pk = hand_in(lead, filing, "提交重新备案申请").pk
    return story


def test_an_expired_consortium_is_expired_for_everybody(
    worker: Any, demo: DemoClock, cast: make.Case, people: People
) -> None:
    entity = on_register(cast, demo)
    end, closes = entity.valid_until, add_months(entity.valid_until, 3)
    paper = reverse("portal:verify", args=[entity.certificates.get().document.verification_code])
    lead, stranger = people(cast.applicant, axe=True), people(axe=True)
    demo.on(end)
    public_page(stranger, entity).says("有效")
    assert "已到期" not in stranger.text()
    # nobody does anything: the day makes it so
    demo.on(end + DAY)
    public_page(stranger, entity).says("已到期")
    stranger.open(reverse("portal:register") + f"?q={entity.code}").says(entity.name, "已到期")
    assert "已到期" in stranger.open(paper).page.locator(".verdict").first.inner_text()
    assert "有效" in status_on(stranger, paper, end).splitlines()
    lead.go("filings:entity", entity.code).says("已到期")
    lead.go("filings:entity_start", entity.code, "change").says("现在不能办理", "届满，请先办理重新备案")
    lead.page.request.post(lead.page.url, fail_on_status_code=False)
    assert not entity.filings.filter(action="change").exists()
    lead.go("filings:entity_start", entity.code, "renew").says("还可申请")
    demo.on(closes + DAY)
    lead.go("filings:entity_start", entity.code, "renew").says("请按组建备案重新申报", str(closes))
    assert lead.page.get_by_role("button", name="建立草稿").count() == 0
    lead.go("filings:programme", "consortium").press("建立草稿")
    assert entity.filings.filter(action="renew").count() == 0
