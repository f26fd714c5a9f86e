"""A municipal key laboratory of a Zibo firm, from its application to the register and a change; a provincial approval recorded.

Done by everybody concerned at a browser; what the consortium's story shows of the experts' pages is not shown again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import workdays
from filings.enums import State
from filings.models import Entity, Filing
from filings.programmes import get
from filings.services import review
from platforms.types import of
from tests.e2e.browsing import Person
from tests.e2e.years import DemoClock, Office, begin, hand_in
from tests.makers import filings as make
from tests.makers import platforms as plat
from tests.makers.papers import pdf_bytes

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

KEY = "key_laboratory"
NAME = "淄博市先进陶瓷重点实验室"
PAPER = {"name": "批复.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("批复")}
People = Callable[..., Person]


@pytest.fixture
def cast(transactional_db: None) -> make.Case:
    """A firm of 张店区, its district, the bureau of Zibo and five experts."""
    return plat.make_platform_case(KEY)


def sections(me: Person, filing: Filing, **approval: Any) -> None:
    """Every page of the draft, as the task list leads on."""
    for section in filing.spec.applicant_sections:
        me.go("filings:section", filing.pk, section.key)
        if section.key == "approval":
            me.fill({**plat.APPROVAL, **approval, "document": PAPER})
        else:
            me.fill(plat.answers(section, of(filing.programme), filing.title or NAME))
        me.press("保存").says("已保存")


def do(me: Person, filing: Filing, name: str, **given: Any) -> Filing:
    """One act of the office, by the button its sheet is for."""
    me.go("filings:desk_act", filing.pk, name).fill(given)
    with me.page.expect_navigation():
        me.page.locator("main form[method=post] button.btn--primary").first.click()
    return make.fresh(filing)


def examine(office: Office, filing: Filing) -> None:
    """Taken up and accepted: what is to be judged here the experts judge, so there is no list to go through."""
    do(office.officer, filing, "start_examination")
    assert do(office.officer, filing, "accept").state == State.ACCEPTED


def decide(office: Office, filing: Filing) -> Filing:
    """Proposed by one, confirmed by another."""
    do(office.officer, filing, "propose", comment="建议同意。")
    office.officer.go("filings:desk_act", filing.pk, "confirm")
    assert office.officer.status == 403
    found = do(office.director, filing, "confirm")
    assert found.state == State.CONFIRMED
    return found


def test_a_laboratory_from_its_application_to_the_register_and_a_change(
    worker: Any, demo: DemoClock, cast: make.Case, people: People
) -> None:
    me = people(cast.applicant, axe=True)
    me.go("filings:programme", KEY).says("依托单位", "申报前自查")
    me.page.get_by_role("button", name="建立草稿（平台认定）").or_(
        me.page.get_by_role("button", name="建立草稿（组建备案）")
    ).first.click()
    me.page.wait_for_load_state()
    filing = Filing.objects.get()
    sections(me, filing)
    filing = hand_in(me, make.fresh(filing), "提交申报")
    office = Office(cast, people)
    office.recommend(filing)
    examine(office, filing)
    review.open_review(actor=cast.actor("officer"), filing=make.fresh(filing), seed="2026")
    make.score_everything(cast, make.fresh(filing))
    review.close_review(actor=cast.actor("officer"), filing=make.fresh(filing))
    filing = decide(office, make.fresh(filing))
    filing = do(office.officer, filing, "publish_notice")
    people(axe=True).go("portal:notices").says(NAME)
    demo.on(workdays.add_workdays(filing.notices.get().ends_on, 1))
    do(office.officer, filing, "close_notice")
    filing = do(office.officer, filing, "issue")
    assert filing.state == State.FILED
    entity = filing.subject
    people(axe=True).go("portal:entity", entity.code).says(NAME, entity.code)
    me.go("filings:entity", entity.code).says("市级", "基础研究平台", "先进陶瓷材料与部件")
    change(me, office, entity)
    office.officer.go("platforms:overview").says("重点实验室", "运行（在册）")
    office.officer.go("platforms:list").says(NAME)


def change(me: Person, office: Office, entity: Entity) -> None:
    """More equipment, on the register after two people agreed."""
    filing = begin(me, entity, "change")
    me.go("filings:section", filing.pk, "change").fill({"what": ["other"], "reason": "新增设备"}).press(
        "保存"
    )
    me.go("filings:section", filing.pk, "capability").fill({"equipment_value": "30000000.00"}).press("保存")
    filing = hand_in(me, make.fresh(filing), "提交变更申请")
    office.recommend(filing)
    examine(office, filing)
    filing = decide(office, make.fresh(filing))
    assert do(office.officer, filing, "issue").state == State.FILED
    me.go("filings:entity", entity.code).says("30,000,000.00")


def test_a_provincial_approval_is_recorded_from_its_document(
    worker: Any, demo: DemoClock, cast: make.Case, people: People
) -> None:
    me = people(cast.applicant, axe=True)
    me.go("filings:programme", KEY).press("建立草稿（批复登记）")
    filing = Filing.objects.get()
    assert get(KEY, filing.action).section("approval") is not None
    sections(me, filing)
    filing = hand_in(me, make.fresh(filing), "提交批复登记")
    office = Office(cast, people)
    examine(office, filing)
    filing = decide(office, make.fresh(filing))
    filing = do(office.officer, filing, "issue")
    assert filing.state == State.FILED
    entity = filing.subject
    assert entity.level == "provincial"
    me.go("filings:entity", entity.code).says("省级", plat.APPROVAL["number"])
    people(axe=True).go("portal:entity", entity.code).says(entity.name)
