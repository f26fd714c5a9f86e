"""The entitlement of claims does not depend on their order: what is decided later pays only the difference."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subsidies.selectors import computing
from subsidies.selectors.payload import read_payload
from subsidies.selectors.quotes import entry_of
from tests.makers.law import reading

pytestmark = pytest.mark.django_db
QUIET = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
UNIT, OTHER = "91370303MAXX00015H", "91370303MAXX00023C"
INSTRUMENT, PTSP = "sub_instrument_sharing", "sub_ptsp_service"
NEW, OLD = "sub_incubator_space_new", "sub_incubator_space_renovated"


def claim(
    ref: str,
    measure: str,
    *,
    day: str = "2026-02-20",
    unit: str = UNIT,
    entity: str = "",
    district: str = "370303",
    **facts: Any,
) -> dict[str, Any]:
    """One claim as it is kept."""
    row = {"ref": ref, "measure": measure, "organisation": unit, "district": district, "entity": entity}
    on, found = read_payload({"date": day, "claims": [row | {"facts": facts}]})
    return computing.kept(found[0], on)


def grant(rows: list[dict[str, Any]]) -> list[tuple[str, Decimal, dict[str, Any]]]:
    """Each claim decided after those before it: ref, yuan, result."""
    done: list[tuple[str, Decimal, dict[str, Any]]] = []
    for row in rows:
        found = computing.computed({"claim": row, "earlier": earlier(row, rows, done)})
        done.append((row["ref"], found.amount, found.result))
    return done


def earlier(row: dict[str, Any], rows: list[dict[str, Any]], done: list[Any]) -> list[dict[str, Any]]:
    """As `claims.asked` finds them: awards of the same unit or the same entity."""
    by_ref = {one["ref"]: one for one in rows}
    own = entry_of(*computing.revived(row), [])
    kept = []
    for at, (ref, paid, _result) in enumerate(done):
        other = by_ref[ref]
        if other["organisation"] != row["organisation"] and (
            not row["entity"] or other["entity"] != row["entity"]
        ):
            continue
        entry = entry_of(*computing.revived(other), [])
        if own.entity and entry.entity == own.entity:
            entry.organisation = own.organisation
        if computing.related(own, entry):
            kept.append({"award": at, "sha256": "", "claim": other, "paid": f"{paid:.2f}"})
    return kept


def total(rows: list[dict[str, Any]]) -> Decimal:
    return sum((amount for _ref, amount, _result in grant(rows)), Decimal(0))


def same_in_any_order(*rows: dict[str, Any]) -> Decimal:
    totals = {total(list(order)) for order in itertools.permutations(rows)}
    assert len(totals) == 1
    return totals.pop()


def test_the_higher_of_a_group_across_districts_pays_the_difference():
    a = claim("a", INSTRUMENT, service_total="1000000")
    b = claim("b", PTSP, set_amount="500000", district="370306", day="2026-08-01")
    assert same_in_any_order(a, b) == Decimal("500000.00")
    [_first, (_ref, amount, result)] = grant([a, b])
    assert amount == Decimal("200000.00")
    assert result["lines"][-1]["code"] == "difference"
    assert result["lines"][-1]["amount"] == "-300000.00"
    assert result["lines"][-1]["clause"]
    assert "此前已核定 30万元（a）" in result["lines"][-1]["label"]
    assert sum(Decimal(line["amount"]) for line in result["lines"]) == amount


def test_another_year_is_another_comparison():
    a = claim("a", INSTRUMENT, service_total="1000000")
    b = claim("b", PTSP, set_amount="500000", day="2025-08-01")
    assert same_in_any_order(a, b) == Decimal("800000.00")


def test_the_ceiling_over_a_life_holds_across_years():
    rows = [
        claim("a", NEW, area="6000", day="2023-02-20"),
        claim("b", NEW, area="3000", day="2024-02-20"),
        claim("c", NEW, area="8000", day="2026-02-20"),
    ]
    assert same_in_any_order(*rows) == Decimal("1000000.00")
    assert [amount for _ref, amount, _result in grant(rows)] == [
        Decimal("600000.00"), Decimal("300000.00"), Decimal("100000.00"),
    ]  # fmt: skip


def test_the_same_matter_once_even_after_the_platform_changed_hands():
    a = claim("a", "sub_maker_provincial", entity="ZB-ZC-2026-0001")
    b = claim("b", "sub_maker_provincial", entity="ZB-ZC-2026-0001", unit=OTHER)
    assert same_in_any_order(a, b) == Decimal("200000.00")


def test_a_yearly_award_is_paid_each_year():
    rows = [
        claim(str(y), PTSP, set_amount="400000", entity="P", day=f"{y}-03-01") for y in (2024, 2025, 2026)
    ]
    assert same_in_any_order(*rows) == Decimal("1200000.00")


def test_a_yearly_ceiling_may_be_read_as_one_over_a_life():
    reading("subsidy.cap_period", "platform_total")
    rows = [
        claim(day, PTSP, set_amount="700000", entity="P", day=day) for day in ("2026-03-01", "2027-03-01")
    ]
    assert same_in_any_order(*rows) == Decimal("1000000.00")


def test_levels_are_paid_in_full_or_the_lower_is_deducted():
    low = claim("a", "sub_platform_provincial", entity="P", day="2024-02-20")
    high = claim("b", "sub_platform_national", entity="P", day="2026-02-20")
    assert same_in_any_order(low, high) == Decimal("2500000.00")
    reading("subsidy.deduct_lower_level_award", True)
    low = claim("a", "sub_platform_provincial", entity="P", day="2026-01-20")
    high = claim("b", "sub_platform_national", entity="P", day="2026-02-20")
    assert same_in_any_order(low, high) == Decimal("2000000.00")


def test_units_do_not_limit_each_other():
    a = claim("a", NEW, area="8000")
    b = claim("b", NEW, area="8000", unit=OTHER)
    assert same_in_any_order(a, b) == Decimal("1600000.00")


ONE = st.tuples(
    st.sampled_from([INSTRUMENT, PTSP, NEW, OLD, "sub_maker_provincial", "sub_maker_national"]),
    st.integers(1, 12),
    st.sampled_from(["2024-05-01", "2025-05-01", "2026-02-20"]),
    st.sampled_from(["", "P", "Q"]),
    st.sampled_from(["370303", "370306"]),
)
FACTS = {
    INSTRUMENT: lambda n: {"service_total": str(n * 100_000)},
    PTSP: lambda n: {"set_amount": str(n * 50_000)},
    NEW: lambda n: {"area": str(n * 700)},
    OLD: lambda n: {"area": str(n * 900)},
}


@QUIET
@given(st.lists(ONE, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_total(rows, random):
    made = [
        claim(
            f"r{at}",
            measure,
            day=day,
            entity=entity,
            district=district,
            **FACTS.get(measure, lambda n: {})(n),
        )
        for at, (measure, n, day, entity, district) in enumerate(rows)
    ]
    wanted = total(made)
    for _again in range(3):
        random.shuffle(made)
        assert total(made) == wanted
    for _ref, amount, result in grant(made):
        assert amount >= 0
        assert sum(Decimal(line["amount"]) for line in result["lines"]) == amount


def test_without_the_difference_a_later_claim_would_be_paid_twice(monkeypatch):
    """The control: what is stacked alone, blind to what was granted, pays more than the entitlement."""
    a = claim("a", INSTRUMENT, service_total="1000000")
    b = claim("b", PTSP, set_amount="500000")
    blind = sum((computing.computed({"claim": row, "earlier": []}).amount for row in (a, b)), Decimal(0))
    assert blind == Decimal("800000.00")
    assert same_in_any_order(a, b) == Decimal("500000.00")
