"""Whatever is claimed: never above a cap, never negative, in any order the same, more base never less, lines add up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subsidies.selectors import measures
from subsidies.selectors.quotes import quote

pytestmark = pytest.mark.django_db
QUIET = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
DAY = date(2021, 6, 30)
MONEY = st.decimals(0, 10**9, places=2)
AREA = st.decimals(0, 10**6, places=2)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "level": st.sampled_from(["national", "provincial"]),
    "approval_date": st.just("2021-01-05"),
    "recognition_date": st.just("2021-01-05"),
    "platform_type": st.sampled_from(["enterprise_technology_centre", "engineering_research_centre"]),
    "area": AREA.map(str),
    "construction_kind": st.sampled_from(["renovation", "extension"]),
    "paid_before": MONEY.map(str),
    "grade": st.sampled_from(["excellent", "good", "pass", "fail"]),
    "set_amount": MONEY.map(str),
    "upgraded_from": st.just("industry_alliance"),
    "selected": st.booleans(),
    "provincial_subsidy": MONEY.map(str),
    "actual_cost": MONEY.map(str),
    "size_class": st.sampled_from(["medium", "small", "micro", "team", "large"]),
    "service_total": MONEY.map(str),
    "rate": st.decimals(0, 1, places=4).map(str),
}
UNITS = st.sampled_from(["", "91370303MAXX00015H", "91370303MAXX00023C"])
PLACES = st.sampled_from([None, "370303", "370322", "370323", "3703GX"])
#: The fact that an amount grows with.
BASES = {
    "sub_incubator_space_new": "area",
    "sub_incubator_space_renovated": "area",
    "sub_usp_provincial": "provincial_subsidy",
    "sub_usp_national": "provincial_subsidy",
    "sub_innovation_voucher_match": "provincial_subsidy",
    "sub_instrument_sharing": "service_total",
    "sub_ptsp_service": "set_amount",
}


@pytest.fixture
def needs(db: None) -> dict[str, Mapping[str, str]]:
    """measure → fact → need."""
    found = {key: one.terms(one.valid_from) for key, one in measures.known().items() if one.reaches("370300")}
    return {key: terms.needs for key, terms in found.items()}


def draw_claims(data: st.DataObject, needs: dict[str, Mapping[str, str]], most: int) -> list[dict[str, Any]]:
    claims = []
    computing = sorted(key for key in needs if needs[key])
    for at in range(data.draw(st.integers(1, most))):
        key = data.draw(st.sampled_from(computing))
        facts = {
            name: data.draw(VALUES[name])
            for name, need in needs[key].items()
            if need != "optional" or data.draw(st.booleans())
        }
        claims.append(
            {
                "ref": f"r{at}",
                "measure": key,
                "organisation": data.draw(UNITS),
                "district": data.draw(PLACES),
                "facts": facts,
            }
        )
    return claims


def ask(claims: list[dict[str, Any]]) -> tuple[str, dict[str, dict[str, Any]]]:
    found = quote({"date": DAY.isoformat(), "claims": claims}).as_dict()
    return found["total"], {row["ref"]: row for row in found["results"]}


@QUIET
@given(data=st.data())
def test_bounds_and_sums(needs: dict[str, Mapping[str, str]], data: st.DataObject) -> None:
    total, found = ask(draw_claims(data, needs, 6))
    amounts = {ref: Decimal(row["amount"]) for ref, row in found.items() if row["amount"] is not None}
    assert sum(amounts.values()) == Decimal(total)
    for ref, amount in amounts.items():
        row = found[ref]
        assert amount >= 0
        assert amount == amount.quantize(Decimal("0.01"))
        if row["upper_bound"] is not None:
            assert amount <= Decimal(row["upper_bound"])
        if row["lower_bound"] is not None and row["status"] != "refused":
            assert amount >= Decimal(row["lower_bound"])
        assert sum(Decimal(line["amount"]) for line in row["lines"]) == amount
        if row["status"] == "refused":
            assert row["errors"] and all(error["clause"] for error in row["errors"])
        else:
            assert row["lines"][0]["clause"]


@QUIET
@given(data=st.data())
def test_the_order_of_claims_changes_nothing(
    needs: dict[str, Mapping[str, str]], data: st.DataObject
) -> None:
    claims = draw_claims(data, needs, 8)
    assert ask(claims) == ask(data.draw(st.permutations(claims)))


@QUIET
@given(key=st.sampled_from(sorted(BASES)), one=AREA, other=AREA, place=PLACES)
def test_more_base_never_pays_less(
    db: None, key: str, one: Decimal, other: Decimal, place: str | None
) -> None:
    amounts = []
    for base in sorted((one + 1, other + 1)):
        facts = {BASES[key]: str(base)}
        if key == "sub_innovation_voucher_match":
            facts["actual_cost"] = "50000"
        _total, found = ask([{"ref": "a", "measure": key, "district": place, "facts": facts}])
        amounts.append(Decimal(found["a"]["amount"]))
    assert amounts == sorted(amounts)


@QUIET
@given(data=st.data())
def test_a_unit_never_gets_more_than_the_ceiling_of_its_life(db: None, data: st.DataObject) -> None:
    areas = data.draw(st.lists(AREA, min_size=1, max_size=6))
    claims = [
        {"ref": str(at), "measure": "sub_incubator_space_new", "facts": {"area": str(area)}}
        for at, area in enumerate(areas)
    ]
    total, _found = ask(claims)
    cap = measures.one("sub_incubator_space_new").terms(DAY).figure("cap")
    assert Decimal(total) <= cap
    assert Decimal(total) == min(cap, sum((area * 100).quantize(Decimal(1)) for area in areas))
