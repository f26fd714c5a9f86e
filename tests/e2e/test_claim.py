"""A claim from the measure to its decided award, done by unit, officer and second person at a browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import workdays
from filings.enums import State
from filings.models import Filing
from subsidies.models import Award
from tests.e2e.browsing import Person
from tests.e2e.years import DemoClock, hand_in
from tests.makers import claims as make
from tests.makers import filings as spine
from tests.makers.papers import pdf_bytes

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

NEW = "sub_incubator_space_new"
PROOF = {"name": "验收报告.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("验收报告")}
People = Callable[..., Person]


@pytest.fixture
def cast(transactional_db: None) -> make.ClaimCase:
    """A host of 张店区 with its incubator, the bureau of Zibo with a budget."""
    return make.make_claim_case()


def do(me: Person, filing: Filing, name: str, **given: Any) -> Filing:
    """One act of the office, by the button its sheet is for."""
    me.go("filings:desk_act", filing.pk, name).fill(given)
    with me.page.expect_navigation():
        me.page.locator("main form[method=post] button.btn--primary").first.click()
    return spine.fresh(filing)


def written(me: Person, filing: Filing) -> None:
    """Every page of the draft."""
    answers: dict[str, dict[str, Any]] = {
        "claim": {"space": "鲁（2026）淄博市不动产权第0001号 3号楼"},
        "facts": {"area": "12,345.67"},
        "payee": {"bank": "某某银行淄博张店支行", "account_number": "370300000000001234"},
        "evidence": {"proof": PROOF},
        "declaration": {"truthful": True, "not_elsewhere": True, "consent": True},
    }
    for section in filing.spec.applicant_sections:
        me.go("filings:section", filing.pk, section.key).fill(answers[section.key])
        me.press("保存").says("已保存")


def test_a_claim_from_the_measure_to_its_award(
    worker: Any, demo: DemoClock, cast: make.ClaimCase, people: People
) -> None:
    me = people(cast.applicant, axe=True)
    me.go("subsidies:measure", NEW).follow("申领").press("开始申领")
    filing = Filing.objects.get(programme="support_claim")
    written(me, filing)
    me.go("filings:check", filing.pk).says("1,000,000.00", "超过上限 100万元 的部分", "四(三)2")
    filing = hand_in(me, spine.fresh(filing), "提交申领")
    officer, director = people(cast.officer, axe=True), people(cast.director, axe=True)
    do(officer, filing, "start_examination")
    make.accept(cast, filing)
    officer.go("filings:desk_act", filing.pk, "propose").says("预估金额", "1,000,000.00")
    filing = do(officer, filing, "propose", comment="材料齐全，建议兑现。")
    officer.go("filings:desk_act", filing.pk, "confirm")
    assert officer.status == 403
    filing = do(director, filing, "confirm")
    filing = do(officer, filing, "publish_notice")
    people(axe=True).go("portal:notice", filing.notices.get().pk).says("拟核定金额", "1,000,000.00")
    demo.on(workdays.add_workdays(filing.notices.get().ends_on, 1))
    do(officer, filing, "close_notice")
    filing = do(officer, filing, "issue")
    assert filing.state == State.FILED
    assert Award.objects.get(claim=filing).state == "decided"
    officer.go("filings:desk_result", filing.pk).says("已核定", "核定金额")
    officer.go("subsidies:claims").says("1,000,000.00", cast.unit.name, "上限")
    me.go("subsidies:claims").says("1,000,000.00", "已核定")
    me.go("filings:progress", filing.pk).says("下载测算书（PDF）")
