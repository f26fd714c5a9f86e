"""The figures of records: what each adds up to, and what must hold of any records."""

from __future__ import annotations

import datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from platforms import arithmetic as sums

DAYS = st.dates(datetime.date(2020, 1, 1), datetime.date(2026, 12, 31))
AMOUNTS = st.decimals(min_value=0, max_value=10**8, places=2)


@st.composite
def stayed(draw: st.DrawFn) -> sums.Stayed:
    entered = draw(DAYS)
    after = st.none() | st.dates(entered, datetime.date(2027, 12, 31))
    return sums.Stayed(entered, draw(after), draw(after), draw(st.none() | DAYS))


@st.composite
def served(draw: st.DrawFn) -> sums.Served:
    day = draw(DAYS)
    paid = draw(st.none() | st.just(day))
    client = draw(st.sampled_from(["a", "A ", "b", "c"]))
    size = draw(st.sampled_from(["small", "large"]))
    return sums.Served(draw(AMOUNTS), day, paid, draw(st.booleans()), draw(st.booleans()), client, size)


@given(st.lists(stayed(), max_size=30), st.integers(2020, 2027))
def test_who_came_is_there_or_has_left(rows: list[sums.Stayed], year: int) -> None:
    found = sums.incubation(rows, year)
    last = datetime.date(year, 12, 31)
    gone = sum(bool(r.entered_on <= last and r.left_on and r.left_on <= last) for r in rows)
    assert found.tenants + gone == found.entered_ever
    assert found.rate is None or 0 <= found.rate <= 1
    assert found.graduated <= found.graduated_ever <= found.entered_ever


@given(st.lists(stayed(), max_size=20))
def test_years_add_up(rows: list[sums.Stayed]) -> None:
    each = [sums.incubation(rows, year) for year in range(2020, 2028)]
    assert sum(one.entered for one in each) == len(rows)
    assert sum(one.graduated for one in each) == each[-1].graduated_ever


@given(st.lists(served(), max_size=30), st.integers(2020, 2026))
def test_what_counts_is_part_of_everything(rows: list[sums.Served], year: int) -> None:
    strict = sums.service_total(rows, year, sums.PAID_NET_EXTERNAL)
    assert 0 <= strict <= sums.service_total(rows, year, "contracted")
    assert strict == sums.service_total(list(reversed(rows)), year, sums.PAID_NET_EXTERNAL)
    assert sums.clients(rows, year, ("small",)) <= len(rows)


def test_areas_are_kept_to_the_hundredth_by_the_basis_that_was_read() -> None:
    day = datetime.date(2025, 6, 1)
    rows = [
        sums.Area("new", Decimal("9000.00"), Decimal("8500.00"), Decimal("8000.00"), day),
        sums.Area("new", Decimal("0.70"), Decimal("0.60"), Decimal("0.50"), day),
        sums.Area("rebuilt", Decimal("13000.00"), Decimal("12500.00"), Decimal("12345.67"), day),
        sums.Area("new", Decimal("100.00"), Decimal("100.00"), Decimal("100.00"), day.replace(year=2027)),
    ]
    on = datetime.date(2025, 12, 31)
    assert sums.areas(rows, "dedicated", on) == {"new": Decimal("8000.50"), "rebuilt": Decimal("12345.67")}
    assert sums.areas(rows, "built", on)["new"] == Decimal("9000.70")


def test_a_group_of_its_own_is_no_client() -> None:
    day = datetime.date(2025, 3, 1)
    mine = sums.Served(Decimal("600000"), day, day, True, True, "own", "small")
    other = sums.Served(Decimal("1400000"), day, day, False, True, "other", "small")
    unpaid = sums.Served(Decimal("10"), day, None, False, True, "third", "micro")
    rows = [mine, other, unpaid]
    assert sums.service_total(rows, 2025, sums.PAID_NET_EXTERNAL) == Decimal("1400000")
    assert sums.clients(rows, 2025, ("small", "micro")) == 2


def test_the_rate_of_nobody_is_none() -> None:
    assert sums.incubation([], 2025).rate is None
    one = sums.Stayed(datetime.date(2024, 1, 1), graduated_on=datetime.date(2025, 1, 1))
    two = sums.Stayed(datetime.date(2024, 1, 1))
    assert sums.incubation([one, two, two], 2025).rate == Decimal("0.3333")
