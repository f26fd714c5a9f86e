"""What the stories of the years after share: a clock that moves for everybody, units and offices at their pages."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from core import clock
from core.models import Job
from filings.enums import State
from filings.models import Entity, Filing
from filings.services import nightly
from tests.e2e.browsing import Person
from tests.makers import after
from tests.makers import filings as make
from tests.makers.papers import pdf_bytes

People = Callable[..., Person]
GUIDELINE = "《青岛市创新联合体组建工作指引》"
ENTERPRISES = "elig_cons_min_enterprises"
PAPER = {"name": "组建协议.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("组建协议")}


class DemoClock:
    """The offset in the database, which pages and worker both read; moved as makers move the frozen clock."""

    def at(self, moment: datetime.datetime) -> None:
        clock.shift(moment - clock.now())

    def on(self, day: datetime.date) -> None:
        """Ten in the morning."""
        after.later(self, day)


def on_register(cast: make.Case, demo: DemoClock) -> Entity:
    """The consortium of the cast, filed for 36 months in March 2026 by the makers."""
    return after.again(make.drive(cast, State.FILED, demo).subject)


def lamp(me: Person, word: str, entity: Entity) -> Person:
    """The lamp as the head of the entity's own page shows it."""
    me.go("filings:entity", entity.code)
    assert word in me.page.locator("main .status, .status").all_inner_texts(), me.text()
    return me


def begin(me: Person, entity: Entity, action: str) -> Filing:
    """From the page of the entity to a draft."""
    me.go("filings:entity_start", entity.code, action).press("建立草稿")
    return Filing.objects.filter(entity=entity, action=action).latest("pk")


def section(me: Person, filing: Filing, key: str, values: dict[str, Any]) -> None:
    me.go("filings:section", filing.pk, key).fill(values).press("保存").says("已保存")


def sign(me: Person, filing: Filing) -> None:
    """A member reads what it confirms and confirms."""
    me.go("filings:confirm", filing.pk)
    me.fill({"capacity": "科技管理负责人", "agreed": True}).press("确认")
    me.go("filings:confirm", filing.pk).says("贵单位已确认")


def hand_in(me: Person, filing: Filing, button: str) -> Filing:
    me.go("filings:check", filing.pk).says("没有发现问题，可以提交")
    me.go("filings:submit", filing.pk).fill({"agreed": True}).press(button).says("已提交")
    return make.fresh(filing)


class Office:
    """District, officer and director, each at one browser, with a filing that needs no experts and no notice."""

    def __init__(self, cast: make.Case, people: People) -> None:
        self.cast, self.people = cast, people
        self.district = people(cast.district, axe=True)
        self.officer = people(cast.officer, axe=True)
        self.director = people(cast.director, axe=True)

    def act(self, who: Person, filing: Filing, name: str, button: str, **given: Any) -> Filing:
        who.go("filings:desk_act", filing.pk, name).fill(given).press(button)
        return make.fresh(filing)

    def recommend(self, filing: Filing) -> None:
        self.district.go("filings:worklist").says(filing.title)
        self.act(self.district, filing, "recommend", "同意推荐", comment="情况属实。")

    def examine(self, filing: Filing) -> None:
        """Taken up, every line the machine left open passed, accepted."""
        self.act(self.officer, filing, "start_examination", "开始审查")
        self.officer.go("filings:desk_examination", filing.pk)
        for line in filing.checks.filter(machine=""):
            self.officer.fill({f"result-{line.item}": "pass"})
        self.officer.press("保存审查结果")
        found = self.act(self.officer, filing, "accept", "确认受理")
        assert found.state == State.ACCEPTED

    def decide(self, filing: Filing, yes: str, **given: Any) -> None:
        """Proposed by the officer, who cannot confirm; confirmed by the director."""
        self.act(self.officer, filing, "propose", "提交审定", comment="建议同意。", **given)
        self.officer.go("filings:desk_act", filing.pk, "confirm")
        assert self.officer.status == 403
        found = self.act(self.director, filing, "confirm", yes)
        assert found.state == State.CONFIRMED


def status_on(me: Person, address: str, day: datetime.date) -> str:
    """What the public verification says of a certificate on a day chosen on its page."""
    me.open(address).fill({"on": day.isoformat()})
    with me.page.expect_navigation():
        me.page.locator("form:has([name=on]) button").click()
    return str(me.page.locator(".verdict").first.inner_text())


def public_page(me: Person, entity: Entity) -> Person:
    return me.open(reverse("portal:entity", args=[entity.code]))


def day_cn(day: datetime.date) -> str:
    """As pages write a day."""
    return f"{day.year}年{day.month}月{day.day}日"


def until(me: Person, holds: Callable[[], Any]) -> None:
    """Wait for what a worker does, without a word about how long it may take."""
    for _attempt in range(300):
        if holds():
            return
        # how often is asked, not how long it is waited: the condition ends the loop
        me.page.wait_for_timeout(200)
    raise AssertionError(list(Job.objects.exclude(state=Job.State.DONE).values("kind", "state", "error")))


def a_night(me: Person) -> None:
    """The bell of the scheduler: the worker looks at every matter, then reminds whom it should."""
    for _look in ("duties", "reminders"):
        nightly.ring()
        until(me, lambda: not Job.objects.exclude(state__in=("done", "failed")).exists())
    assert not Job.objects.filter(state="failed").exists()


def download(me: Person, selector: str) -> bytes:
    """A PDF behind a link, fetched with the person's session."""
    answer = me.page.request.get(me.page.locator(selector).first.get_attribute("href"))
    assert answer.ok and answer.headers["content-type"] == "application/pdf", answer.status
    return bytes(answer.body())
