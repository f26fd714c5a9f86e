"""What a change of the policy touches: open claims and offers, each counted once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accounts.models import District
from policy.models import Change, Parameter, Reading
from policy.registry import affected
from policy.services.changes import propose_change
from subsidies.selectors.affected import affected_claims, affected_offers
from subsidies.services import offers
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.claims import DAY, drive, make_claim_case, start
from tests.makers.register import make_entity
from tests.makers.whatif import (
    CAP,
    OVERLAP,
    PRICE,
    Desk,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_open_claims_that_a_value_touches_are_counted_and_the_submitted_are_named(desk: Desk) -> None:
    case = make_claim_case()
    submitted = drive(case, start(case, "sub_incubator_space_new", area="8000"), "submitted")
    start(case, "sub_incubator_space_renovated", area="900", construction_kind="renovation", complete=False)
    change = propose_change(
        actor=desk.actor(),
        target=Parameter.objects.get(key=PRICE),
        place=desk.bureau.jurisdiction,  # type: ignore[arg-type]
        valid_from=DAY - timedelta(days=10),
        value="120",
        reason="会议纪要",
    )
    found = affected_claims(change)
    assert found is not None
    assert (found.count, [label for label, _url in found.examples]) == (1, [submitted.title])
    change.valid_from = DAY + timedelta(days=1)
    assert affected_claims(change) is None
    other = propose_change(
        actor=desk.actor(),
        target=Reading.objects.get(setting=OVERLAP),
        place=desk.bureau.jurisdiction,  # type: ignore[arg-type]
        valid_from=DAY - timedelta(days=10),
        value="block",
        reason="会议纪要",
    )
    assert affected_claims(other).count == 2  # type: ignore[union-attr]


def test_a_reading_of_the_province_counts_an_open_claim_once(desk: Desk) -> None:
    case = make_claim_case()
    drive(case, start(case, "sub_incubator_space_new", area="8000"), "submitted")
    change = propose_change(
        actor=act(make_user("case_officer", make_bureau("370000"))),
        target=Reading.objects.get(setting=OVERLAP),
        place=District.objects.get(code="370000"),
        valid_from=DAY - timedelta(days=10),
        value="block",
        reason="会议纪要",
    )
    counted = [row.count for row in affected(change) if "在办" in str(row.kind)]
    assert counted == [1]


def test_offers_that_a_value_touches_are_counted(desk: Desk, frozen: Any) -> None:
    unit = make_organisation(district="370303")
    admin = make_user("unit_admin", unit)
    paper = {"document_number": "鲁科字〔2025〕18号", "document_date": date(2025, 11, 20)}
    since = date(2025, 11, 20)
    kind = "technology_innovation_centre"
    centre = make_entity(kind, level="provincial", lead=unit, valid_from=since, **paper)

    def change(key: str) -> Change:
        return propose_change(
            actor=desk.actor(),
            target=Parameter.objects.get(key=key),
            place=desk.bureau.jurisdiction,  # type: ignore[arg-type]
            valid_from=date(2026, 6, 1),
            value="600000",
            reason="会议纪要",
        )

    touching, other = change("sub_platform_provincial.amount"), change(CAP)
    found = affected_offers(touching)
    assert found is not None and found.count == 1 and centre.name in found.examples[0][0]
    assert affected_offers(other) is None
    offers.decline(actor=act(admin), code=centre.code, measure="sub_platform_provincial")
    assert affected_offers(touching) is None
