"""A failed evaluation ends a filing only through the hearing: no page, no forged post, no API and no job leads past it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Message
from accounts.services import digest
from core import clock, jobs, outbox, workdays
from core.models import Job, OutboxMail
from filings.enums import CancellationState as S
from filings.enums import EntityState
from filings.models import Cancellation, Entity, IssuedDocument, Rating
from tests.api.caller import Caller
from tests.e2e.browsing import Person
from tests.e2e.papers import words_of
from tests.e2e.years import DemoClock, People, day_cn, download, on_register, public_page, status_on, until
from tests.makers import after
from tests.makers import filings as make
from tests.makers.papers import pdf_bytes

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SUMMARY = "评价结论金丝雀"
STATEMENT = "我单位认为评价数据有误，现提交说明。"
WEIGHED = "所提数据已经复核，维持原结论，不予采纳。"
PROPOSAL = "拟办意见金丝雀"
DECISION = "审定意见金丝雀"
PROOF = {"name": "证据材料.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("证据材料")}
FORWARD = ("close_hearing", "propose_cancellation", "confirm_cancellation")


class Hearing:
    """One case with everybody concerned; each step is done on the pages."""

    def __init__(self, cast: make.Case, people: People, demo: DemoClock) -> None:
        self.cast, self.people, self.demo = cast, people, demo
        self.entity: Entity = on_register(cast, demo)
        self.lead = people(cast.applicant, axe=True)
        self.officer = people(cast.officer, axe=True)
        self.director = people(cast.director, axe=True)
        self.pk = 0

    @property
    def row(self) -> Cancellation:
        return Cancellation.objects.get(pk=self.pk)

    def page(self, me: Person, name: str = "") -> Person:
        return (
            me.go("filings:cancellation_act", self.pk, name)
            if name
            else me.go("filings:cancellation", self.pk)
        )

    def stands(self, state: str) -> None:
        """Where the case is; the entity is on the register until the last act."""
        assert (self.row.state, after.again(self.entity).standing) == (state, EntityState.REGISTERED)

    # --- what is tried beside the way ---

    def forge(self, me: Person, name: str, **given: Any) -> int:
        """The post that a page would send, made by hand in the same session."""
        token = me.page.locator("[name=csrfmiddlewaretoken]").first.get_attribute("value")
        form = {"csrfmiddlewaretoken": token, "version": str(self.row.version), **given}
        address = reverse("filings:cancellation_act", args=[self.pk, name])
        return int(me.page.request.post(address, form=form, max_redirects=0).status)

    def nobody_skips(self, *names: str) -> None:
        """By hand-made posts and by the API, by the officer and the director."""
        state = self.row.state
        for me, user in ((self.officer, self.cast.officer), (self.director, self.cast.director)):
            self.page(me)
            caller = Caller(user)
            for name in names:
                given = {"comment": "直接取消。", "weighed": WEIGHED}
                assert self.forge(me, name, **given) in (403, 409, 422), name
                answer = caller.post(f"cancellations/{self.pk}/actions/{name}/", given)
                assert answer.status in (403, 409, 422), (name, answer)
        self.stands(state)

    def no_job_moves_it(self) -> None:
        """Every kind of job there is, pointed at this very case, and what the night would do."""
        state = self.row.state
        paper = IssuedDocument.objects.latest("pk").pk
        about = {"name": "cancellation", "pks": [self.pk], "cancellation": self.pk, "document": paper}
        for kind in jobs.kinds():
            period = clock.local().strftime("%Y-%m-%dT%H" if kind == digest.JOB else "%Y-%m-%d")
            jobs.enqueue(kind, scope=f"cancellation:{self.pk}:{state}", period=period, payload=about)
        jobs.run_pending()
        ended = (Job.State.DONE, Job.State.FAILED)
        until(self.officer, lambda: not Job.objects.exclude(state__in=ended).exists())
        # a job may ask for a matter of its own, and there is none here
        errors = dict(Job.objects.filter(state=Job.State.FAILED).values_list("kind", "error"))
        assert all(error.startswith("KeyError") for error in errors.values()), errors
        self.stands(state)

    # --- the way ---

    def rate(self) -> None:
        """Recorded by one, confirmed by another, who is told what follows."""
        me = self.officer.go("filings:entity", self.entity.code).follow("登记评价结果")
        given = {"round": "2026 年度绩效评价", "rated_on": clock.today(), "grade": "fail", "summary": SUMMARY}
        me.fill(given).press("提交复核").says("由另一人复核后生效")
        rating = Rating.objects.get()
        me.go("filings:rating", self.entity.code, rating.pk).says("须由另一人复核")
        assert me.go("filings:rating_confirm", self.entity.code, rating.pk).status == 403
        assert not Cancellation.objects.exists()
        me = self.director.go("filings:rating", self.entity.code, rating.pk)
        me.follow("复核确认").says("将启动取消备案程序").press("复核确认").says("评价结果已生效")
        self.pk = Cancellation.objects.get().pk
        self.stands(S.OPENED)

    def serve(self) -> None:
        """Seen as it will be sent, then served; the unit reads it on paper."""
        assert self.page(self.lead).status == 404
        self.nobody_skips(*FORWARD)
        self.no_job_moves_it()
        self.page(self.officer).follow("送达事先告知书").says("单位将收到的文书")
        self.officer.press("送达事先告知书").says("陈述申辩期开始计算")
        row = self.row
        assert row.hearing_until == workdays.add_workdays(clock.today(), 5)
        self.lead.go("filings:entity", self.entity.code).follow(
            f"请在{day_cn(row.hearing_until)}（含当日）前陈述申辩"
        )
        self.lead.says("贵单位有权陈述申辩", day_cn(row.hearing_until)).look("served")
        self.lead.wait_for("a:has-text('事先告知书')[href^='/files/']")
        text = words_of(download(self.lead, "a:has-text('事先告知书')"))
        for words in (
            row.documents.get().number,
            self.cast.lead.name,
            self.entity.name,
            "5个工作日",
            "不合格",
        ):
            assert "".join(words.split()) in text, (words, text)
        assert SUMMARY not in text

    def state_views(self) -> None:
        me = self.page(self.lead).press("提交陈述申辩意见").says("请填写陈述申辩意见")
        assert me.status == 422
        me.fill({"text": STATEMENT, "upload": PROOF}).press("提交陈述申辩意见").says(
            "回执", STATEMENT, "证据材料.pdf"
        )
        self.page(self.officer).says(STATEMENT, "证据材料.pdf")
        assert download(self.officer, ".file a")[:4] == b"%PDF"

    def try_to_close(self) -> None:
        """The page says until when; whoever presses all the same is told."""
        last = str(self.row.hearing_until)
        me = self.page(self.officer).says("现在不能办理")
        assert me.page.get_by_role("link", name="听取意见完毕").count() == 0
        me.page.locator("details:has-text('听取意见完毕') summary").click()
        me.says(f"陈述申辩期至 {last} 止，尚未届满")
        self.page(me, "close_hearing").says("现在还不能办理", last).press("听取意见完毕")
        assert me.status == 422
        me.says(f"陈述申辩期至 {last} 止，尚未届满")
        answer = Caller(self.cast.officer).post(f"cancellations/{self.pk}/actions/close_hearing/", {})
        assert answer.status == 422 and last in answer.text
        self.nobody_skips(*FORWARD)
        self.no_job_moves_it()

    def pause(self) -> None:
        """What was left when it stood still is left when it runs again."""
        before = self.row.hearing_until
        me = self.page(self.officer).follow("暂停计时").fill({"comment": "等待第三方鉴定。"})
        me.press("暂停计时").says("已暂停计时")
        self.demo.on(workdays.add_workdays(before, 4))
        self.page(self.lead).says("等待第三方鉴定。", "恢复计时后还有 5 个工作日")
        self.nobody_skips(*FORWARD)
        self.no_job_moves_it()
        self.stands(S.PAUSED)
        self.page(self.officer).follow("恢复计时").press("恢复计时").says("已恢复计时")
        moved = self.row.hearing_until
        assert moved == workdays.add_workdays(clock.today(), 5) and moved > before
        self.page(self.lead).says(day_cn(moved))

    def close(self) -> None:
        """The last day belongs to the unit."""
        self.demo.on(self.row.hearing_until)
        self.try_to_close()
        self.demo.on(workdays.add_workdays(self.row.hearing_until, 1))
        self.page(self.officer).follow("听取意见完毕").press("听取意见完毕").says("可以拟定意见")
        self.stands(S.HEARD)
        assert self.page(self.lead).page.get_by_role("button", name="提交陈述申辩意见").count() == 0
        self.nobody_skips("confirm_cancellation")

    def propose(self) -> None:
        """Not without an answer to what the unit said; and who proposes does not decide."""
        me = self.page(self.officer).follow("拟定取消意见").says(STATEMENT)
        me.fill({"comment": PROPOSAL}).press("拟定取消意见")
        assert me.status == 422
        me.says("请写明意见的采纳情况和理由")
        assert me.page.locator("[name=comment]").input_value() == PROPOSAL
        me.fill({"weighed": WEIGHED}).press("拟定取消意见").says("等待另一人审定")
        assert me.page.get_by_role("link", name="审定取消").count() == 0
        assert self.page(me, "confirm_cancellation").status == 403
        self.page(me)
        assert self.forge(me, "confirm_cancellation", comment="同意。") == 403
        self.no_job_moves_it()
        assert PROPOSAL not in self.page(self.lead).says("审核决定中").text()

    def confirm(self) -> None:
        me = self.page(self.director).follow("审定取消").says("不能撤回", WEIGHED, "单位将收到的文书")
        me.press("审定取消")
        assert me.status == 422
        me.fill({"comment": DECISION}).press("审定取消").says("已取消备案资格，决定书和公告已发出")
        assert (self.row.state, after.again(self.entity).standing) == (S.CONFIRMED, EntityState.CANCELLED)


@pytest.fixture
def hearing(worker: Any, demo: DemoClock, cast: make.Case, people: People) -> Hearing:
    return Hearing(cast, people, demo)


def test_a_filing_is_cancelled_after_its_hearing_only(hearing: Hearing) -> None:
    hearing.rate()
    hearing.serve()
    hearing.state_views()
    hearing.try_to_close()
    hearing.pause()
    hearing.close()
    hearing.propose()
    hearing.confirm()
    what_the_unit_reads(hearing)
    what_the_public_reads(hearing)
    what_was_told(hearing)


def what_the_unit_reads(hearing: Hearing) -> None:
    me = hearing.page(hearing.lead).says(WEIGHED, "起取消备案资格")
    assert PROPOSAL not in me.text() and DECISION not in me.text()
    letter = hearing.row.documents.get(kind="cancellation")
    link = f"a:has-text('{letter.get_kind_display()}')[href^='/files/']"
    me.wait_for(link)
    text = words_of(download(me, link))
    for words in (WEIGHED, hearing.entity.code, letter.number):
        assert words in text, (words, text)
    assert PROPOSAL not in text and DECISION not in text


def what_the_public_reads(hearing: Hearing) -> None:
    """An announcement, the register with the day and the ground, the certificate as of two days; nothing said inside."""
    entity, today = after.again(hearing.entity), clock.today()
    stranger = hearing.people(axe=True).go("portal:notices").says(f"关于取消“{entity.name}”备案资格的公告")
    stranger.follow(f"关于取消“{entity.name}”备案资格的公告").says(entity.code, entity.end_reason)
    told = stranger.text()
    public_page(stranger, entity).says("已取消", day_cn(today), entity.end_reason, "取消备案资格")
    told += stranger.text()
    stranger.open(reverse("portal:register") + f"?q={entity.code}").says("已取消")
    for words in (SUMMARY, STATEMENT, WEIGHED, PROPOSAL, DECISION):
        assert words not in told
    paper = reverse("portal:verify", args=[entity.certificates.get().document.verification_code])
    assert "已取消" in status_on(stranger, paper, today).splitlines()
    assert "有效" in status_on(stranger, paper, today - datetime.timedelta(days=1)).splitlines()


def what_was_told(hearing: Hearing) -> None:
    """Sent at once by the worker, for it is a clock of the law; the matter and what to do, nothing else."""
    served = f"“{hearing.entity.name}”收到事先告知书，请在期限内陈述申辩"
    until(hearing.lead, lambda: not outbox.open_mails().exists())
    mine = OutboxMail.objects.filter(to=hearing.cast.applicant.email, sent_at__isnull=False)
    subjects = list(mine.values_list("subject", flat=True))
    assert any(served in subject for subject in subjects), subjects
    assert any("已作出决定" in subject for subject in subjects), subjects
    hearing.lead.go("messages:list").says(served, "有法定期限", "的陈述申辩期已恢复计时", "已作出决定")
    told = " ".join([*subjects, *(f"{m.title} {m.text}" for m in Message.objects.all())])
    for words in (SUMMARY, STATEMENT, WEIGHED, PROPOSAL, DECISION, "不合格"):
        assert words not in told
