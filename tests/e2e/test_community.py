"""A community by everybody concerned in a browser: from application to register, then up to the province by its document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core import clock
from filings.enums import State
from filings.models import Entity, Filing
from filings.services import drafting
from tests.e2e.browsing import Person
from tests.e2e.test_alliance import act, decided, hand_in, registered
from tests.e2e.years import DemoClock, Office, begin, section
from tests.makers import alliances as made
from tests.makers import filings as make
from tests.makers.papers import pdf_bytes

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PAPER = {"name": "省级批复.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes("批复")}


@pytest.fixture
def cast(transactional_db: None) -> make.Case:
    return made.make_case()


def applied(cast: make.Case, me: Person, alliance: Entity) -> Filing:
    me.go("filings:programme", "community").says("创新创业共同体").press("建立草稿（认定）")
    filing = Filing.objects.get()
    answers = made.community_contents(predecessor=alliance.code) | {"operator": made.operator(cast)}
    me.go("filings:section", filing.pk, "basic")
    for key in ("basic", "elements", "operator"):
        answer = answers[key]
        if key == "elements":
            answer = {"elements": answer["elements"][:1]}
        me.fill(answer).press("保存并返回" if key == "operator" else "保存并继续")
    rows = answers["elements"]
    drafting.save_section(
        actor=cast.actor("applicant"), filing=filing, section="elements", data=rows, strict=True
    )
    made.gather_members(cast, filing)
    me.go("filings:check", filing.pk).says("6/7", "尚缺：金")
    return hand_in(me, filing)


def upgraded(cast: make.Case, me: Person, office: Office, entity: Entity) -> None:
    """The province's document, examined and decided by two persons of the city."""
    filing = begin(me, entity, "upgrade")
    given = {
        "level": "provincial",
        "number": "鲁科字〔2026〕8号",
        "dated": clock.today().isoformat(),
        "issued_by": "山东省科学技术厅",
        "document": PAPER,
    }
    section(me, filing, "approval", given)
    filing = hand_in(me, filing)
    decided(office, filing)
    found = act(office.officer, filing, "issue")
    assert found.state == State.FILED


def test_a_community_from_application_to_the_province(
    worker: Any, demo: DemoClock, cast: make.Case, people: Callable[..., Person]
) -> None:
    alliance = made.on_register(cast)
    me, office = people(cast.applicant, axe=True), Office(cast, people)
    code = registered(cast, office, applied(cast, me, alliance), demo)
    upgraded(cast, me, office, Entity.objects.get(code=code))
    stranger = people(axe=True).go("portal:entity", code)
    stranger.says("省级", "市级", "鲁科字〔2026〕8号")
    office.officer.go("alliances:goals").says("升级省级创新创业共同体2—3家")
    office.officer.go("alliances:networks").says(code, "省级")
