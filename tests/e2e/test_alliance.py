"""An alliance in a browser: from application to register, an activity of the year, and one of its own adjustments.

Members confirm through the services; what a person at a desk does is done on the pages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from alliances.models import AllianceRecord
from core import clock
from filings.enums import State
from filings.models import Filing
from tests.e2e.browsing import Person
from tests.e2e.years import DemoClock, Office, begin, section
from tests.makers import alliances as made
from tests.makers import filings as make
from tests.makers.papers import pdf_bytes
from tests.makers.register import make_entity

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

RULES = {"name": "管理及运行办法.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("办法")}
PROOF = {"name": "参展证明.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("参展")}


@pytest.fixture
def cast(transactional_db: None) -> make.Case:
    return made.make_case()


def final(me: Person) -> Person:
    """The one act of a page, whatever the filing's kind has it called."""
    main = me.page.locator("main form .btn--primary")
    button = main if main.count() else me.page.locator("main form .btn--danger-final")
    return me.press(button.first.inner_text().strip())


def hand_in(me: Person, filing: Filing) -> Filing:
    me.go("filings:check", filing.pk).says("没有发现问题，可以提交")
    final(me.go("filings:submit", filing.pk).fill({"agreed": True})).says("已提交")
    return make.fresh(filing)


def act(who: Person, filing: Filing, name: str, **given: Any) -> Filing:
    final(who.go("filings:desk_act", filing.pk, name).fill(given))
    return make.fresh(filing)


def examined(officer: Person, filing: Filing) -> None:
    """Taken up, every line the machine left open passed."""
    act(officer, filing, "start_examination")
    officer.go("filings:desk_examination", filing.pk)
    left = list(filing.checks.filter(machine=""))
    for line in left:
        officer.fill({f"result-{line.item}": "pass"})
    if left:
        officer.press("保存审查结果")


def decided(office: Office, filing: Filing, **given: Any) -> Filing:
    """Examined and proposed by the officer, who cannot confirm; confirmed by the director."""
    examined(office.officer, filing)
    act(office.officer, filing, "accept")
    act(office.officer, filing, "propose", comment="建议同意。", **given)
    office.officer.go("filings:desk_act", filing.pk, "confirm")
    assert office.officer.status == 403
    found = act(office.director, filing, "confirm")
    assert found.state == State.CONFIRMED
    return found


def applied(cast: make.Case, me: Person, cluster: str) -> Filing:
    """The chair fills in every section and submits; the members join and confirm meanwhile."""
    me.go("filings:programme", "alliance").says("产业技术创新战略联盟", "理事长单位")
    me.press("建立草稿")
    filing = Filing.objects.get()
    answers = made.contents(cast, cluster=cluster)
    me.go("filings:section", filing.pk, "basic")
    for key in ("basic", "core", "charter", "mechanisms"):
        me.fill(answers[key])
        if key == "charter":
            me.fill({"rules": RULES})
        me.press("保存并返回" if key == "mechanisms" else "保存并继续")
    made.gather_members(cast, filing)
    return hand_in(me, filing)


def registered(cast: make.Case, office: Office, filing: Filing, demo: DemoClock) -> str:
    """Recommended, examined, decided by two, on notice, filed: the code on the register."""
    office.recommend(filing)
    decided(office, filing, months=36)
    act(office.officer, filing, "publish_notice")
    make.run_out_notice(filing, demo)
    act(office.officer, filing, "close_notice")
    found = act(office.officer, filing, "issue")
    assert found.state == State.FILED
    return found.subject.code


def kept(cast: make.Case, me: Person, officer: Person, code: str) -> None:
    """The chair records an expo; the officer says that it counts and can do no more."""
    me.go("filings:entity", code).go("alliances:tasks", code).says("参加本行业知名展会", "未完成")
    me.follow("登记活动").fill({"kind": "expo", "title": "中国国际先进陶瓷展"})
    me.fill({"held_on": clock.today().isoformat(), "partner": "主办单位", "upload": PROOF})
    me.press("登记").says("待认定", "参展证明.pdf")
    row = AllianceRecord.objects.get()
    officer.go("alliances:waiting").says("中国国际先进陶瓷展")
    officer.go("alliances:record", row.pk).follow("认定").fill({"counts": "yes", "basis": "全国性系列展会"})
    officer.press("认定").says("已计入", "全国性系列展会")
    officer.go("alliances:record_change", row.pk)
    assert officer.status == 403
    me.go("alliances:tasks", code).says("已完成")
    me.go("alliances:intensity", code).says("数据不足", "5.00%")


def adjusted(cast: make.Case, me: Person, office: Office, code: str) -> None:
    """The chair leaves a member out, with reason and day; the bureau only records it."""
    gone = cast.members[1]
    filing = begin(me, Filing.objects.get().subject, "change")
    values = {"what": ["members"], "reason": "理事会决定调整。", "effective_on": clock.today().isoformat()}
    section(me, filing, "change", values)
    place = filing.participants.get(organisation=gone)
    me.open(reverse("filings:member_remove", args=[filing.pk, place.pk]))
    final(me.fill({"reason": "协同意识不强"}))
    filing = hand_in(me, filing)
    examined(office.officer, filing)
    found = act(office.officer, filing, "record")
    assert found.state == State.FILED
    me.go("filings:entity", code).says("协同意识不强")


def test_an_alliance_from_application_to_an_adjustment_of_its_own(
    worker: Any, demo: DemoClock, cast: make.Case, people: Callable[..., Person]
) -> None:
    cluster = make_entity("innovative_cluster", name="淄博市先进陶瓷产业集群", authority=cast.bureau)
    me, office = people(cast.applicant, axe=True), Office(cast, people)
    filing = applied(cast, me, cluster.code)
    code = registered(cast, office, filing, demo)
    kept(cast, me, office.officer, code)
    adjusted(cast, me, office, code)
    stranger = people(axe=True).go("portal:entity", code).says("淄博市先进陶瓷产业技术创新战略联盟")
    assert cast.members[1].name not in stranger.page.locator("table").first.inner_text()
    stranger.go("alliances:public_records", code).says("中国国际先进陶瓷展")
    stranger.go("alliances:gaps").go("alliances:scenarios")
    office.officer.go("alliances:networks").says(code)
