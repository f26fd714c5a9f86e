"""Decided awards as they are kept, made directly, and the people who try other values on them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from accounts.models import Organisation, User
from core import clock, jobs
from core.actor import Actor
from filings.models import Filing
from subsidies.enums import AwardState
from subsidies.models import Award, Scenario, ScenarioRun
from subsidies.selectors.computing import computed, kept, pays
from subsidies.selectors.payload import read_payload
from subsidies.selectors.replay import seal
from subsidies.services import scenarios
from tests.makers.accounts import act, as_person, make_bureau, make_organisation, make_user

DAY = date(2021, 6, 30)
PRICE, CAP = "sub_incubator_space_new.unit_price", "sub_ptsp_service.cap"
RATE, OVERLAP = "sub_instrument_sharing.rate_cap", "subsidy.overlap_action"
FROM = date(2030, 1, 1)
_numbers = itertools.count(1)


@dataclass
class Desk:
    """A bureau with an officer, a finance officer and two heads."""

    bureau: Organisation = field(default_factory=lambda: make_bureau("370300"))
    people: dict[str, User] = field(default_factory=dict)

    def actor(self, who: str = "case_officer", number: int = 1) -> Actor:
        """`number` tells two people of one role apart."""
        key = f"{who}{number}"
        if key not in self.people:
            self.people[key] = make_user(who, self.bureau)
        return act(self.people[key], self.bureau)

    def scenario(self, **values: Any) -> Scenario:
        """One over 2021 with values by name (a dot is written as two underscores)."""
        actor = self.actor()
        made = scenarios.create(actor=actor, title=f"提标推演{next(_numbers)}", year=DAY.year)
        for name, value in values.items():
            scenarios.set_value(actor=actor, scenario=made, name=name.replace("__", "."), value=value)
        made.refresh_from_db()
        return made

    def ran(self, scenario: Scenario) -> ScenarioRun:
        """Computed by its job."""
        run = scenarios.start(actor=self.actor(), scenario=scenario)
        jobs.run_pending()
        run.refresh_from_db()
        return run


def make_unit(district: str = "370303") -> Organisation:
    """A unit of Zibo."""
    return make_organisation(district=district)


def make_award(desk: Desk, unit: Organisation, measure: str, *, on: date = DAY, **facts: Any) -> Award:
    """Computed against the awards of the unit so far, kept and decided, without the way through the spine."""
    number = next(_numbers)
    claim = Filing.objects.create(
        programme="support_claim",
        action="claim",
        applicant=unit,
        authority=desk.bureau,
        district=unit.district,
        content={},
        created_at=clock.now(),
        created_by=desk.people.get("case_officer1") or make_user("case_officer", desk.bureau),
        title=f"申领{number}",
    )
    row = {
        "ref": f"ZB-SL-2021-{number:04d}",
        "measure": measure,
        "organisation": unit.credit_code,
        "district": unit.district.code,  # type: ignore[union-attr]
        "facts": facts,
    }
    day, [read] = read_payload({"date": on.isoformat(), "claims": [row]})
    earlier = [
        {"award": one.pk, "sha256": one.sha256, "claim": one.asked["claim"], "paid": f"{one.amount:.2f}"}
        for one in Award.objects.filter(organisation=unit).order_by("pk")
    ]
    asked = {"claim": kept(read, day), "earlier": earlier}
    found = computed(asked)
    return Award.objects.create(
        claim=claim,
        measure=measure,
        organisation=unit,
        on=on,
        year=on.year,
        place=asked["claim"]["law"]["place"],
        asked=asked,
        result=found.result,
        sha256=seal(asked, found.result),
        amount=pays(found.result),
        proposed_at=clock.now(),
        state=AwardState.DECIDED,
        decided_on=on,
        document_number=f"淄科字〔2021〕{number}号",
    )


def total(awards: list[Award]) -> Decimal:
    """Yuan of some awards."""
    return sum((award.amount for award in awards), Decimal(0))


def mixed(desk: Desk) -> list[Award]:
    """Awards of three units: a shared ceiling, the higher of a group, a grade, an amount set, one alone."""
    one, two, three = make_unit("370303"), make_unit("370305"), make_unit("370303")
    return [
        make_award(desk, one, "sub_incubator_space_new", area="6000"),
        make_award(desk, one, "sub_incubator_space_new", area="7000.5"),
        make_award(desk, two, "sub_instrument_sharing", service_total="2000000"),
        make_award(desk, two, "sub_ptsp_service", grade="good"),
        make_award(desk, three, "sub_ptsp_service", set_amount="900000"),
        make_award(desk, three, "sub_platform_national", level="national"),
        make_award(desk, two, "sub_incubator_space_renovated", area="100.01", construction_kind="renovation"),
    ]


def proposed(desk: Desk, actor: Actor | None = None) -> Scenario:
    """Proposed to the second person: a ceiling doubled, overlaps blocked."""
    scenario = desk.scenario(**{CAP.replace(".", "__"): "2000000", OVERLAP.replace(".", "__"): "block"})
    desk.ran(scenario)
    scenarios.propose(
        actor=actor or desk.actor(), scenario=scenario, valid_from=FROM, reason="市政府常务会议纪要"
    )
    scenario.refresh_from_db()
    return scenario


def client_of(desk: Desk, who: str = "case_officer", number: int = 1) -> Client:
    """Somebody of the bureau, logged in."""
    desk.actor(who, number)
    return as_person(desk.people[f"{who}{number}"])
