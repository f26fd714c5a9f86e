"""A round over the consortia up to issued reports; who failed is heard and cancelled, and the certificate says so."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse

from core import clock, workdays
from core.models import Job
from evaluation.enums import RoundState
from evaluation.models import Report, Round
from filings.enums import CancellationState, EntityState
from filings.models import Cancellation
from filings.services import cancellation
from tests.e2e.browsing import Person
from tests.e2e.papers import words_of
from tests.e2e.years import DemoClock, People, download, on_register, status_on, until
from tests.makers import after
from tests.makers import evaluation as rounds_of
from tests.makers import filings as make
from tests.makers.accounts import make_user

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

NAME = "2026 年创新联合体专项评价"
REASON = "核对任务书和经费凭证"


class Held:
    """One round with everybody concerned; each step is done on the pages."""

    def __init__(self, cast: make.Case, people: People, demo: DemoClock) -> None:
        self.cast, self.people, self.demo = cast, people, demo
        self.entity = on_register(cast, demo)
        self.officer = people(cast.officer, axe=True)
        self.director = people(cast.director, axe=True)

    @property
    def row(self) -> Round:
        return Round.objects.get(name=NAME)

    def page(self, me: Person, name: str, *more: Any) -> Person:
        return me.go(f"evaluation:{name}", self.row.code, *more)

    def act(self, me: Person, label: str, comment: str = "") -> Person:
        self.page(me, "round").follow(label)
        if comment:
            me.fill({"comment": comment})
        return me.press(label)

    def set_up(self) -> None:
        """A calendar that runs backwards is refused and everything typed stays."""
        today = clock.today()
        scheme = rounds_of.scheme_for("innovation_consortium")
        given = {
            "name": NAME,
            "scheme": scheme.pk,
            "occasion": "ad_hoc",
            "period_from": "2026-01-01",
            "period_until": today.isoformat(),
            "least_months": "0",
            "reports_until": (today + datetime.timedelta(days=10)).isoformat(),
            "checks_until": today.isoformat(),
            "reviews_until": (today + datetime.timedelta(days=30)).isoformat(),
        }
        me = self.officer.go("evaluation:round_new").fill(given).press("建立")
        assert me.status == 422
        me.says("核验截止不能早于自评截止")
        assert me.page.locator("[name=name]").input_value() == NAME
        me.fill({"checks_until": (today + datetime.timedelta(days=20)).isoformat()}).press("建立")
        me.says(self.entity.name)
        self.act(me, "启动评价")
        assert self.row.state == RoundState.OPEN

    def check(self) -> None:
        """Nobody reported: the deduction for it is confirmed; the officer enters what the books say."""
        me = self.page(self.officer, "round").says("还有 1 个主体没有提交自评")
        self.demo.on(workdays.add_workdays(self.row.reports_until, 1))
        self.act(me, "结束自评")
        self.page(me, "round").says("有 1 个主体逾期提交或者没有提交自评").press("全部确认")
        me.says("填报逾期的扣分已确认。")
        subject = self.row.entities.get()
        for code, value in (("R4", "1"), ("O1", "2")):
            self.page(me, "correct", subject.pk, code).fill({"value": value, "reason": REASON}).press("修正")
        me.says(REASON)
        me.press("数据已核验").says("撤销核验")

    def score(self) -> None:
        me = self.page(self.officer, "round").press("评分")
        until(me, lambda: not Job.objects.exclude(state__in=("done", "failed")).exists())
        self.page(me, "round").says("第 1 次", "1 个主体", "不合格 1")
        self.page(me, "results").says("尚未采用", self.entity.name).look("results")
        self.act(me, "采用本次评分")
        self.act(me, "拟定评价结果", "主要任务没有证据支持，拟定为不合格。")

    def confirm(self) -> None:
        """Another person; the worker records the grade and issues the reports."""
        self.act(self.director, "审定评价结果")
        until(self.director, lambda: not Job.objects.exclude(state__in=("done", "failed")).exists())
        assert not Job.objects.filter(state="failed").exists()
        assert Report.objects.filter(round=self.row, stored__isnull=False).count() == 2

    def end(self) -> None:
        """A failed grade opened a hearing, and only its end by two people ends the filing."""
        row = Cancellation.objects.get(entity=self.entity)
        assert (row.state, after.again(self.entity).standing) == (
            CancellationState.OPENED,
            EntityState.REGISTERED,
        )
        officer, director = self.cast.actor("officer"), self.cast.actor("director")
        cancellation.serve(actor=officer, cancellation=row)
        row.refresh_from_db()
        self.demo.on(workdays.add_workdays(row.hearing_until, 1))
        cancellation.close_hearing(actor=officer, cancellation=row)
        cancellation.propose(
            actor=officer, cancellation=row, comment="拟取消。", weighed="单位没有陈述意见。"
        )
        cancellation.confirm(actor=director, cancellation=row, comment="同意。")


@pytest.fixture
def held(worker: Any, demo: DemoClock, cast: make.Case, people: People) -> Held:
    return Held(cast, people, demo)


def test_a_round_ends_in_reports_and_a_failed_consortium_is_heard_and_cancelled(held: Held) -> None:
    held.set_up()
    held.check()
    held.score()
    held.confirm()
    what_the_auditor_reads(held)
    what_anybody_can_check(held)
    held.end()
    paper = reverse("portal:verify", args=[held.entity.certificates.get().document.verification_code])
    stranger = held.people(axe=True)
    assert "已取消" in status_on(stranger, paper, clock.today()).splitlines()


def report_of(held: Held) -> Report:
    return Report.objects.get(round=held.row, entity=held.entity)


def what_the_auditor_reads(held: Held) -> None:
    """The report of the entity, with the figures that were corrected and what would have been enough."""
    auditor = held.people(make_user("auditor", held.cast.officer.memberships.get().organisation), axe=True)
    report = report_of(held)
    held.page(auditor, "subject", held.row.entities.get().pk)
    text = words_of(download(auditor, f"a[href*='{report.stored_id}']"))
    for words in (held.entity.name, held.entity.code, report.number, "不合格", "联合授权发明专利"):
        assert "".join(words.split()) in text, (words, text)


def what_anybody_can_check(held: Held) -> None:
    """Valid by its code; the same file matches, a changed one does not."""
    report = report_of(held)
    stranger = held.people(axe=True)
    stranger.open(reverse("portal:verify", args=[report.verification_code])).says(report.number)
    assert report.stored is not None
    assert report.stored.sha256 in stranger.page.content()
