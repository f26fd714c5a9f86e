"""The main job of the portal, done by everybody concerned in a real browser, with a real worker.

An enterprise starts a consortium, five units confirm, the district recommends, the officer has two fields
corrected, five experts score, two people decide, the notice runs out, the certificate is verified by anybody.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core import clock
from filings.enums import State
from filings.models import Filing
from tests.e2e.browsing import Person
from tests.e2e.papers import address_of, words_of
from tests.makers import filings as make
from tests.makers.papers import pdf_bytes

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

LEAD_SECTIONS = ("basic", "lead", "tasks", "mechanisms", "agreement", "plan")
AGREEMENT = {"name": "组建协议.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("组建协议")}


class Story:
    """What happens, step by step; each step is done on the pages only."""

    def __init__(self, cast: make.Case, people: Callable[..., Person]) -> None:
        self.cast = cast
        self.people = people
        self.applicant = people(cast.applicant, axe=True)
        self.members: list[Person] = []
        self.pk = 0

    @property
    def filing(self) -> Filing:
        return Filing.objects.get(pk=self.pk)

    # --- the units ---

    def start(self) -> None:
        me = self.applicant.go("portal:home")
        me.go("filings:home").go("filings:programme", "consortium").says("申报前自查", "条件和依据")
        me.press("建立草稿")
        self.pk = Filing.objects.get().pk
        contents = make.contents()
        me.go("filings:section", self.pk, "basic")
        for key in LEAD_SECTIONS:
            assert me.page.url.endswith(f"/{key}/"), me.page.url
            me.fill(contents[key])
            if key == "agreement":
                me.fill({"agreement": AGREEMENT})
            me.press("保存并返回" if key == LEAD_SECTIONS[-1] else "保存并继续")
        me.go("filings:tasks", self.pk)

    def invite(self) -> None:
        me = self.applicant.go("filings:members", self.pk)
        for unit, role in zip(self.cast.members, self.cast.roles, strict=True):
            me.fill({"code": unit.credit_code, "role": role})
            me.page.get_by_role("button", name="邀请", exact=True).click()
            expect(me.page.locator("#members table").first).to_contain_text(unit.name)
        me.go("filings:tasks", self.pk)

    def confirm(self) -> None:
        """Each unit comes, reads, fills its own section and confirms."""
        for user in self.cast.member_users:
            me = self.people(user, axe=True).go("filings:home")
            me.says(f"{self.cast.lead.name}邀请贵单位参与")
            me.go("filings:member", self.pk).says("参与意味着什么")
            me.go("filings:section", self.pk, "member").fill(make.MEMBER).press("保存并返回")
            self.sign(me)
            self.members.append(me)

    def sign(self, me: Person) -> None:
        me.go("filings:confirm", self.pk)
        me.fill({"capacity": "科技管理负责人", "agreed": True}).press("确认")
        me.go("filings:confirm", self.pk).says("贵单位已确认")

    def submit(self) -> None:
        me = self.applicant.go("filings:check", self.pk).says("没有发现问题，可以提交")
        me.follow("下一步：声明并提交").fill({"agreed": True}).press("提交申报")
        me.says("申报已提交", self.filing.receipt_number)
        me.look("submitted")
        me.wait_for("#paper .file__name")
        data = self.download(me, "#paper a")
        assert self.filing.receipt_number in words_of(data)

    # --- the office ---

    def recommend(self) -> None:
        me = self.people(self.cast.district, axe=True).go("filings:worklist")
        me.says(str(self.filing))
        me.go("filings:desk_case", self.pk).go("filings:desk_act", self.pk, "recommend")
        me.fill({"comment": "情况属实，同意推荐。"}).press("同意推荐")
        assert self.filing.state == State.RECOMMENDED

    def send_back(self, me: Person) -> None:
        """One field that the members confirmed and one that only the lead answers for."""
        me.go("filings:worklist").says(str(self.filing)).go("filings:desk_case", self.pk)
        me.go("filings:desk_act", self.pk, "start_examination").press("开始审查")
        me.says("审查清单")
        me.go("filings:desk_act", self.pk, "return_for_correction")
        me.page.get_by_role("button", name="再加一项").click()
        expect(me.page.locator('[name="item-1-target"]')).to_be_visible()
        me.fill({"item-0-target": "tasks|funding_note|", "item-0-message": "请写明各方出资到位时间"})
        me.fill({"item-1-target": "basic|background|", "item-1-message": "请补充市场需求数据"})
        me.press("预览告知书").says("请写明各方出资到位时间", "请补充市场需求数据")
        me.look("letter")
        me.press("发出告知书并退回")
        assert self.filing.state == State.IN_CORRECTION

    def correct(self) -> None:
        me = self.applicant.go("filings:home").says("还有 2 项补正未答复")
        me.go("filings:section", self.pk, "plan").says("未列入补正要求，不能修改")
        me.go("filings:correction", self.pk)
        answer(me, "请写明各方出资到位时间", "各方于 2026 年 6 月 30 日前到位。")
        answer(me, "请补充市场需求数据", "2025 年本市需求约 30 亿元。")
        me.press("保存答复").says("均已答复", "以下单位须重新确认")
        for member in self.members:
            member.go("filings:member", self.pk).says("需要重新确认")
            member.go("filings:confirm", self.pk).says("各方于 2026 年 6 月 30 日前到位。")
            self.sign(member)
            member.page.close()
        me.go("filings:correction", self.pk).follow("下一步：声明并提交补正")
        me.fill({"agreed": True}).press("提交补正").says("补正已提交")
        assert self.filing.state == State.IN_EXAMINATION

    def accept(self, me: Person) -> None:
        for _ticket in range(2):
            me.go("filings:desk_case", self.pk)
            me.page.get_by_role("button", name="销号").first.click()
            expect(me.page.get_by_text("已销号").first).to_be_visible()
        expect(me.page.get_by_role("button", name="销号")).to_have_count(0)
        me.open(reverse("filings:desk_case", args=[self.pk]) + "?compare=1").look("compared")
        me.says("与上一版相比", "各方于 2026 年 6 月 30 日前到位。")
        me.go("filings:desk_diff", self.pk)
        me.go("filings:desk_examination", self.pk)
        for line in self.filing.checks.filter(machine=""):
            me.fill({f"result-{line.item}": "pass"})
        me.press("保存审查结果").go("filings:desk_act", self.pk, "accept").press("确认受理")
        assert self.filing.state == State.ACCEPTED

    def review(self, me: Person) -> None:
        me.go("filings:desk_act", self.pk, "open_review").says("无利益冲突的有 5 人").press("确定评审组")
        me.says("随机抽取", self.filing.panel.seed)
        for row in self.filing.panel.assignments.select_related("expert__user"):
            expert = self.people(row.expert.user, axe=True).go("filings:reviews").says(str(self.filing))
            expert.go("filings:review", self.pk).fill({"conflict": "no"}).press("提交声明")
            expert.go("filings:review", self.pk)
            for criterion in self.filing.spec.criteria:
                marks = {"value": 85, "rationale": "材料充分，依据明确。"}
                expert.fill({f"{criterion.key}.{name}": value for name, value in marks.items()})
            expert.press("保存评分")
            expert.page.close()
        me.go("filings:desk_board", self.pk).go("filings:desk_act", self.pk, "close_review")
        me.press("结束评审并汇总").says("85").look("closed")
        assert self.filing.state == State.REVIEWED

    def decide(self, me: Person) -> None:
        """The officer proposes; only another person may confirm."""
        me.go("filings:desk_act", self.pk, "propose").fill({"months": 36, "comment": "建议备案。"})
        me.press("提交审定")
        me.go("filings:desk_act", self.pk, "confirm")
        assert me.status == 403
        assert self.filing.state == State.PROPOSED
        second = self.people(self.cast.director, axe=True).go("filings:desk_case", self.pk)
        second.go("filings:desk_act", self.pk, "confirm").says("36 个月").press("同意备案意见")
        assert self.filing.state == State.CONFIRMED
        second.page.close()

    def publish(self, me: Person) -> None:
        me.go("filings:desk_act", self.pk, "publish_notice").press("发布公示").says("公示中")
        stranger = self.people(axe=True).go("portal:notices").says(str(self.filing))
        stranger.go("portal:notice", self.filing.notices.get().pk).says("异议").page.close()
        me.go("filings:desk_act", self.pk, "close_notice")
        assert self.filing.state == State.ON_NOTICE
        me.says("公示")
        days = (self.filing.notices.get().ends_on - clock.today()).days + 1
        me.go("portal:demo_clock").fill({"days": days}).press("推移")

    def issue(self, me: Person) -> None:
        me.go("filings:desk_act", self.pk, "close_notice").press("结束公示")
        me.go("filings:desk_act", self.pk, "issue").press("发文并制发证书")
        assert self.filing.state == State.FILED
        me.says(self.filing.certificate.number)

    def verify(self, me: Person) -> None:
        """The address in the QR code, opened by somebody nobody knows."""
        me.wait_for(".file__name", url=reverse("filings:desk_result", args=[self.pk]))
        address = address_of(self.download(me, ".file a"))
        stranger = self.people(axe=True).open(address)
        certificate = self.filing.certificate
        stranger.says("有效", certificate.number, str(self.filing))
        past = certificate.valid_until + datetime.timedelta(days=1)
        stranger.fill({"on": past.isoformat()}).page.locator("form:has([name=on]) button").click()
        expect(stranger.page.get_by_text("已到期").first).to_be_visible()
        stranger.go("portal:register").says(str(self.filing))
        stranger.go("portal:entity", self.filing.entity.code).says(self.cast.members[0].name)

    def download(self, me: Person, selector: str) -> bytes:
        href = me.page.locator(selector).first.get_attribute("href")
        answer = me.page.request.get(href)
        assert answer.ok and answer.headers["content-type"] == "application/pdf"
        return bytes(answer.body())


def answer(me: Person, demand: str, value: str) -> None:
    """Answer one correction: the new value of its field and a sentence."""
    ticket = me.page.locator("article.panel", has_text=demand)
    ticket.locator("textarea").first.fill(value)
    ticket.locator("textarea").last.fill("已补充。")


def test_a_consortium_from_the_first_click_to_the_verified_certificate(
    worker: Any, shared_clock: None, cast: make.Case, people: Callable[..., Person]
) -> None:
    story = Story(cast, people)
    story.start()
    story.invite()
    story.confirm()
    story.submit()
    story.recommend()
    officer = people(cast.officer, axe=True)
    story.send_back(officer)
    story.correct()
    story.accept(officer)
    story.review(officer)
    story.decide(officer)
    story.publish(officer)
    story.issue(officer)
    story.verify(officer)
