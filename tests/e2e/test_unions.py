"""Both unions in a browser: from application to the register, and an adjustment of their own; the public's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import clock
from filings.enums import State
from filings.models import Filing
from tests.e2e.browsing import Person
from tests.e2e.test_alliance import RULES, act, examined, hand_in, registered
from tests.e2e.years import DemoClock, Office, begin, section
from tests.makers import alliances as made
from tests.makers import filings as make

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NAMES = {"incubator_union": "淄博市科技孵化器联盟", "industry_union": "山东省先进陶瓷产业联盟"}
CASES = {"incubator_union": made.make_case, "industry_union": made.make_provincial_case}
PREFIXES = {"incubator_union": "ZB-FL-", "industry_union": "SD-CL-"}


def applied(cast: make.Case, me: Person, programme: str) -> Filing:
    """The leading unit fills in every section and submits; the members join and confirm meanwhile."""
    me.go("filings:programme", programme).press("建立草稿")
    filing = Filing.objects.get()
    answers = made.union_contents(cast, programme, name=NAMES[programme], industry="先进陶瓷")
    me.go("filings:section", filing.pk, "basic")
    for key in answers:
        me.fill(answers[key] | ({"rules": RULES} if key == "charter" else {}))
        me.press("保存并返回" if key == list(answers)[-1] else "保存并继续")
    made.gather_members(cast, filing)
    return hand_in(me, filing)


@pytest.mark.parametrize("programme", list(CASES))
def test_a_union_from_application_to_an_adjustment_of_its_own(
    worker: Any, demo: DemoClock, people: Callable[..., Person], programme: str
) -> None:
    cast = CASES[programme]()
    me, office = people(cast.applicant, axe=True), Office(cast, people)
    code = registered(cast, office, applied(cast, me, programme), demo)
    assert code.startswith(PREFIXES[programme])
    filing = begin(me, Filing.objects.get().subject, "change")
    values = {"what": ["name"], "reason": "理事会决定。", "effective_on": clock.today().isoformat()}
    section(me, filing, "change", values)
    section(me, filing, "basic", {"name": f"{NAMES[programme]}（新）"})
    filing = hand_in(me, filing)
    examined(office.officer, filing)
    assert act(office.officer, filing, "record").state == State.FILED
    me.go("filings:entity", code).says(f"{NAMES[programme]}（新）")
    people(axe=True).go("portal:entity", code).says(f"{NAMES[programme]}（新）", cast.lead.name)
