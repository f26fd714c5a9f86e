"""An innovative cluster in a browser: from application, experts and notice to the register, and one change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from filings.models import Filing
from filings.services import review
from tests.e2e.browsing import Person
from tests.e2e.test_alliance import act, examined, hand_in
from tests.e2e.test_strategic_cluster import PDF, decided, one_row
from tests.e2e.years import DemoClock, begin, section
from tests.makers import clusters as made
from tests.makers import filings as make

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> made.ClusterCase:
    return made.make_innovative_case()


def applied(me: Person, case: made.ClusterCase) -> Filing:
    """Every section filled in, the machine's hints seen, submitted."""
    me.go("filings:programme", case.programme).says("创新型产业集群").press("建立草稿（集群认定）")
    filing = Filing.objects.get()
    answers = one_row(made.innovative_contents())
    me.go("filings:section", filing.pk, "basic")
    for key, values in answers.items():
        me.fill(values | ({"plan_file": PDF} if key == "plan" else {}))
        me.press("保存并返回" if key == list(answers)[-1] else "保存并继续")
    return hand_in(me, filing)


def reviewed(case: made.ClusterCase, officer: Person, filing: Filing) -> None:
    """Examined on the pages; the experts score through the services."""
    examined(officer, filing)
    act(officer, filing, "accept")
    review.open_review(actor=case.actor("officer"), filing=make.fresh(filing), seed="2026")
    made.score(case, make.fresh(filing))
    review.close_review(actor=case.actor("officer"), filing=make.fresh(filing))


def test_an_innovative_cluster_from_application_to_a_change(
    worker: Any, demo: DemoClock, cast: made.ClusterCase, people: Callable[..., Person]
) -> None:
    me, district = people(cast.applicant, axe=True), people(cast.passing, axe=True)
    officer, director = people(cast.officer, axe=True), people(cast.director, axe=True)
    filing = applied(me, cast)
    act(district, filing, "recommend", comment="情况属实。")
    reviewed(cast, officer, filing)
    act(officer, filing, "propose", comment="建议认定。")
    act(director, filing, "confirm")
    act(officer, filing, "publish_notice")
    make.run_out_notice(filing, demo)
    act(officer, filing, "close_notice")
    entity = act(officer, filing, "issue").subject
    assert entity.code.startswith("ZB-JQ-")

    filing = begin(me, entity, "change")
    section(me, filing, "change", {"what": ["other"], "reason": "载体扩区"})
    section(me, filing, "carrier", {"carrier_name": "淄博高新区（扩区）"})
    filing = hand_in(me, filing)
    act(district, filing, "recommend", comment="情况属实。")
    decided(officer, director, filing, demo, notice=False)

    me.go("clusters:cluster", entity.code).says("淄博高新区（扩区）", "淄博岭舟粉体有限公司")
    officer.go("clusters:work", entity.code, "obl_gov_publicity")
    officer.fill({"text": "集群专版报道"}).press("登记").says("集群专版报道")
    people(axe=True).go("clusters:public", entity.code).says("氧化铝粉体", "淄博岭舟粉体有限公司")
