"""The checks of a return: golden cases, and what must hold for every figure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from clusters.services.statistics_periods import scheme_on
from clusters.statistics_calendar import Span, ended_before, half_year_of
from clusters.statistics_checks import Entry, Indicator, Limits, change, check, check_value, parse
from core import clock
from policy.law import law_on

GOLDEN = yaml.safe_load((settings.BASE_DIR / "tests/golden/statistics.yaml").read_text("utf-8"))
LIMITS = Limits(Decimal("0.3"), 4)


@pytest.fixture
def form(db: None) -> dict[str, Indicator]:
    """The form as the law has it."""
    rows = scheme_on(law_on(clock.today(), "370000"))["indicators"]
    return {row["key"]: Indicator.from_dict(row) for row in rows}


def number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize("case", GOLDEN["values"], ids=lambda case: case["say"])
def test_value(case: dict[str, Any], form: dict[str, Indicator]) -> None:
    indicator = form[case["indicator"]]
    value, wrong = parse(case["value"], indicator)
    entry = Entry(
        value,
        number(case.get("previous")),
        number(case.get("same")),
        [Decimal(x) for x in case.get("history", ())],
        case.get("cumulates", False),
    )
    found = [wrong] if wrong else check_value(indicator, entry, LIMITS)
    assert [f"{row.code} {row.severity}" for row in found] == case["found"]
    assert all(indicator.label in row.message for row in found)


@pytest.mark.parametrize("case", GOLDEN["pairs"], ids=lambda case: case["say"])
def test_pair(case: dict[str, Any], form: dict[str, Indicator]) -> None:
    entries = {key: Entry(Decimal(value)) for key, value in case["values"].items()}
    found = check([form[key] for key in entries], entries, LIMITS).all()
    assert [f"{row.indicator} {row.code} {row.severity}" for row in found] == case["found"]


REVENUE = Indicator("ind_main_revenue", "主营业务收入", "万元", "flow", cumulative=True)
COUNT = Indicator("ind_employment", "就业人数", "人", "stock")
money = st.integers(-(10**11), 10**11).map(lambda cents: Decimal(cents) / 100)
positive = st.integers(1, 10**11).map(lambda cents: Decimal(cents) / 100)


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers(), st.none(), st.booleans()))
def test_whatever_is_typed_is_a_number_or_a_sentence(raw: Any) -> None:
    value, wrong = parse(raw, REVENUE)
    assert value is None or wrong is None
    if value is not None:
        assert value.is_finite()
    if wrong is not None:
        assert wrong.severity == "hard"
        assert "主营业务收入" in wrong.message


@given(money)
def test_what_is_written_is_read_back(value: Decimal) -> None:
    for raw in (value, str(value), f"{value:,}", float(value)):
        assert parse(raw, REVENUE)[0] == value


@given(positive, positive)
def test_a_change_asks_for_a_reason_exactly_from_the_threshold_on(value: Decimal, base: Decimal) -> None:
    found = {row.code for row in check_value(REVENUE, Entry(value, same=base), LIMITS)}
    share = change(value, base)
    assert share is not None
    assert ("change" in found) is (abs(share) >= LIMITS.change)


@given(st.lists(st.integers(0, 10_000), max_size=12), st.integers(0, 10_000))
def test_a_value_of_the_own_past_is_never_outside_it(past: list[int], value: int) -> None:
    history = [Decimal(x) for x in past]
    found = {row.code for row in check_value(COUNT, Entry(Decimal(value), history=history), LIMITS)}
    if value in past or len(past) < LIMITS.history:
        assert "out_of_history" not in found
    else:
        assert ("out_of_history" in found) is not (min(past) <= value <= max(past))


@given(money, money, st.booleans())
def test_hard_and_soft_never_stand_together(value: Decimal, base: Decimal, cumulates: bool) -> None:
    entry = Entry(value, previous=base, same=base, cumulates=cumulates)
    assert len({row.severity for row in check_value(REVENUE, entry, LIMITS)}) <= 1


@given(st.dates(), st.sampled_from(["quarter", "month"]))
def test_the_last_period_is_over_and_the_next_is_not(day: Any, cadence: str) -> None:
    span = ended_before(day, cadence)
    assert span.starts_on < span.ends_on < day
    assert (day - span.ends_on).days <= (92 if cadence == "quarter" else 31)


def test_words_of_periods() -> None:
    assert Span("quarter", 2026, 1).label == "2026年第1季度"
    assert Span("month", 2026, 2).ends_on.isoformat() == "2026-02-28"
    assert [day.isoformat() for day in half_year_of(2025, 2)] == ["2025-07-01", "2025-12-31"]
