"""The figures of a platform's records: pure functions over plain rows, no ORM and no clock.

Areas are Decimal square metres, money Decimal yuan, rates Decimal with four places or None where there is nothing to
divide by. A row of another year, or struck out, never reaches here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
FOUR = Decimal("0.0001")


@dataclass(frozen=True)
class Area:
    construction: str
    built: Decimal
    usable: Decimal
    dedicated: Decimal
    accepted_on: datetime.date


@dataclass(frozen=True)
class Stayed:
    """A tenant: its dates, its step before, whether a firm of high technology came of it."""

    entered_on: datetime.date
    left_on: datetime.date | None = None
    graduated_on: datetime.date | None = None
    high_tech_on: datetime.date | None = None
    came_from: str = ""


@dataclass(frozen=True)
class Served:
    amount: Decimal
    served_on: datetime.date
    paid_on: datetime.date | None
    same_group: bool
    through_network: bool
    client: str
    size: str


def areas(rows: Iterable[Area], basis: str, on: datetime.date) -> dict[str, Decimal]:
    """Square metres by construction kind, accepted by a day, by the area the reading names (amb_space_area)."""
    found: dict[str, Decimal] = {}
    for row in rows:
        if row.accepted_on <= on:
            found[row.construction] = found.get(row.construction, ZERO) + getattr(row, basis)
    return found


def present(row: Stayed, on: datetime.date) -> bool:
    """Whether a tenant is there on a day; the day of leaving is the first on which it is not."""
    return row.entered_on <= on and (row.left_on is None or row.left_on > on)


@dataclass(frozen=True)
class Incubation:
    """Of one year: who is there at its end, who came, left, graduated; and since the beginning."""

    tenants: int
    entered: int
    left: int
    graduated: int
    graduated_ever: int
    entered_ever: int
    high_tech: int
    rate: Decimal | None  # graduates so far out of all who ever came
    from_steps: dict[str, int]


def incubation(rows: Iterable[Stayed], year: int) -> Incubation:
    """The figures of a year, on its last day."""
    last = datetime.date(year, 12, 31)
    all_rows = [row for row in rows if row.entered_on <= last]
    ever = [row for row in all_rows if row.graduated_on and row.graduated_on <= last]
    steps: dict[str, int] = {}
    for row in all_rows:
        if row.came_from and row.entered_on.year == year:
            steps[row.came_from] = steps.get(row.came_from, 0) + 1
    return Incubation(
        tenants=sum(present(row, last) for row in all_rows),
        entered=sum(row.entered_on.year == year for row in all_rows),
        left=sum(bool(row.left_on and row.left_on.year == year) for row in all_rows),
        graduated=sum(bool(row.graduated_on and row.graduated_on.year == year) for row in all_rows),
        graduated_ever=len(ever),
        entered_ever=len(all_rows),
        high_tech=sum(bool(row.high_tech_on and row.high_tech_on <= last) for row in all_rows),
        rate=share(len(ever), len(all_rows)),
        from_steps=steps,
    )


def share(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """Part out of whole with four places, half up."""
    return (Decimal(part) / Decimal(whole)).quantize(FOUR, ROUND_HALF_UP) if whole else None


PAID_NET_EXTERNAL = "paid_net_external"


def counts(row: Served, basis: str) -> bool:
    """Whether a service counts (amb_instrument_base): paid, through the network and for others; or every contract."""
    if basis == PAID_NET_EXTERNAL:
        return row.paid_on is not None and row.through_network and not row.same_group
    return True


def service_total(rows: Iterable[Served], year: int, basis: str) -> Decimal:
    """Yuan of a year that count."""
    return sum((r.amount for r in rows if r.served_on.year == year and counts(r, basis)), ZERO)


def clients(rows: Iterable[Served], year: int, sizes: Iterable[str]) -> int:
    """How many different clients of some sizes were served in a year; those of the same group are not others."""
    wanted = set(sizes)
    return len(
        {
            r.client.strip().upper()
            for r in rows
            if r.served_on.year == year and r.size in wanted and not r.same_group
        }
    )
