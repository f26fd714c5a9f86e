"""Filing and deciding with scripts switched off: every act is a plain form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from filings.enums import Lamp, State
from filings.models import Filing
from tests.e2e.browsing import Person
from tests.e2e.years import DemoClock, begin, on_register, section
from tests.makers import after
from tests.makers import filings as make
from tests.makers.accounts import make_user
from tests.makers.papers import pdf_bytes

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PAPER = {"name": "组建协议.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("组建协议")}
MILESTONE = {"task": "高精度传感芯片", "milestone": "中试", "due_on": "2028-01-31", "owner": "牵头单位"}


@pytest.fixture
def plain(people: Callable[..., Person]) -> Callable[..., Person]:
    """People whose browsers run no script."""
    return lambda user: people(user, java_script_enabled=False)


def test_a_unit_files(plain: Callable[..., Person], cast: make.Case) -> None:
    me = plain(cast.applicant).go("filings:programme", "consortium").press("建立草稿")
    filing = Filing.objects.get()
    contents = make.contents()
    me.go("filings:section", filing.pk, "basic")
    for key in ("basic", "lead", "tasks", "mechanisms", "agreement", "plan"):
        me.fill(contents[key])
        if key == "tasks":
            # fill, then a second row, then fill that
            me.press("添加一行", me.page.locator("#id_milestones"))
            me.fill({f"milestones-1-{name}": value for name, value in MILESTONE.items()})
        if key == "agreement":
            me.fill({"agreement": PAPER}).press("上传").says("组建协议.pdf")
        me.press("保存并返回" if key == "plan" else "保存并继续")
    stored = make.fresh(filing).content
    assert [row["milestone"] for row in stored["tasks"]["milestones"]] == ["完成首批流片", "中试"]
    assert stored["basic"]["background"] == contents["basic"]["background"]
    me.go("filings:members", filing.pk)
    for unit, role in zip(cast.members, cast.roles, strict=True):
        me.fill({"code": unit.credit_code, "role": role}).press("邀请").says(f"已邀请“{unit.name}”")
    member = plain(cast.member_users[0]).go("filings:section", filing.pk, "member")
    member.fill(make.MEMBER).press("保存并返回").go("filings:confirm", filing.pk)
    member.fill({"capacity": "法定代表人", "agreed": True}).press("确认")
    make.confirm_all(cast, filing)
    me.go("filings:check", filing.pk).follow("下一步：声明并提交")
    me.fill({"agreed": True}).press("提交申报").says("申报已提交")
    assert make.fresh(filing).state == State.SUBMITTED


def test_a_correction_is_answered(plain: Callable[..., Person], cast: make.Case) -> None:
    filing = make.drive(cast, State.IN_CORRECTION)
    me = plain(cast.applicant).go("filings:correction", filing.pk)
    for ticket, value in zip(
        me.page.locator("article.panel").all(), ("六月底前到位。", "约 30 亿元。"), strict=True
    ):
        ticket.locator("textarea").first.fill(value)
        ticket.locator("textarea").last.fill("已补充。")
    me.press("保存答复").says("均已答复")
    make.confirm_all(cast, filing)
    me.go("filings:submit", filing.pk).fill({"agreed": True}).press("提交补正").says("补正已提交")
    assert make.fresh(filing).state == State.IN_EXAMINATION


def test_the_offices_decide(plain: Callable[..., Person], cast: make.Case, frozen: Any) -> None:
    filing = make.drive(cast, State.SUBMITTED)
    district = plain(cast.district).go("filings:worklist").says(str(filing))
    district.go("filings:desk_act", filing.pk, "recommend").fill({"comment": "同意。"}).press("同意推荐")
    me = plain(cast.officer).go("filings:desk_act", filing.pk, "start_examination").press("开始审查")
    for line in filing.checks.filter(machine=""):
        me.fill({f"result-{line.item}": "pass"})
    me.press("保存审查结果").go("filings:desk_act", filing.pk, "accept").press("确认受理")
    me.go("filings:desk_act", filing.pk, "open_review").press("确定评审组")
    filing = make.fresh(filing)
    expert = plain(filing.panel.assignments.first().expert.user).go("filings:review", filing.pk)
    expert.fill({"conflict": "no"}).press("提交声明").go("filings:review", filing.pk)
    for criterion in filing.spec.criteria:
        expert.fill({f"{criterion.key}.value": 90, f"{criterion.key}.rationale": "依据明确。"})
    expert.press("保存评分")
    make.score_everything(cast, filing)
    me.go("filings:desk_act", filing.pk, "close_review").press("结束评审并汇总")
    me.go("filings:desk_act", filing.pk, "propose").fill({"months": 24}).press("提交审定")
    plain(cast.director).go("filings:desk_act", filing.pk, "confirm").press("同意备案意见")
    me.go("filings:desk_act", filing.pk, "publish_notice").press("发布公示")
    make.run_out_notice(make.fresh(filing), frozen)
    me.go("filings:desk_act", filing.pk, "close_notice").press("结束公示")
    me.go("filings:desk_act", filing.pk, "issue").press("发文并制发证书")
    assert make.fresh(filing).state == State.FILED


def test_an_officer_sends_back(plain: Callable[..., Person], cast: make.Case) -> None:
    filing = make.drive(cast, State.IN_EXAMINATION)
    me = plain(cast.officer).go("filings:desk_act", filing.pk, "return_for_correction")
    me.fill({"item-0-target": "plan||", "item-0-message": "请补充分年度目标"}).press("再加一项")
    assert me.page.locator("[name=item-0-message]").input_value() == "请补充分年度目标"
    me.fill({"item-1-target": "lead|proof|", "item-1-phrase": "stamp"})
    me.press("预览告知书").press("发出告知书并退回")
    asked = {(c.section, c.field) for c in make.fresh(filing).corrections.all()}
    assert asked == {("plan", ""), ("lead", "proof")}


def test_what_happens_after_filing(demo: DemoClock, plain: Callable[..., Person], cast: make.Case) -> None:
    """A change begun, a member gone, a hearing answered, cases handed over: all of it plain forms."""
    entity = on_register(cast, demo)
    lead = plain(cast.applicant)
    change = begin(lead, entity, "change")
    section(lead, change, "change", {"what": ["plan"], "reason": "任务调整。"})
    assert make.fresh(change).content["change"]["reason"] == "任务调整。"
    member = plain(cast.member_users[0]).go("filings:entity_leave", entity.code)
    member.fill({"reason": "战略调整"}).press("下一步：核对影响").press("确认退出").says("起不再是")
    assert after.again(entity).lamp == Lamp.RED
    row = after.serve(cast, entity)
    lead.go("filings:cancellation", row.pk).fill({"text": "", "upload": PAPER}).press("提交陈述申辩意见")
    lead.says("请填写陈述申辩意见").fill({"text": "数据有误。", "upload": PAPER}).press("提交陈述申辩意见")
    lead.says("数据有误。", "组建协议.pdf")
    hand_over(plain(cast.director), cast, change)


def hand_over(head: Person, cast: make.Case, change: Filing) -> None:
    """Ticked in the list, looked at, done, read."""
    make.drive(cast, State.IN_EXAMINATION)
    colleague = make_user("case_officer", cast.bureau)
    filing = Filing.objects.exclude(pk=change.pk).latest("pk")
    head.open(reverse("filings:worklist") + "?tab=all").fill({"ids": [str(filing.pk)]}).press("转办…")
    head.fill({"reason": "工作调整"}).press("预览").says("请选择转给谁")
    head.fill({"officer": str(colleague.pk)}).press("预览").says(f"将 1 件转给{colleague.name}")
    head.press("确认转办 1 件").says("已转办")
    assert make.fresh(filing).assigned_to == colleague
