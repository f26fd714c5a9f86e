"""The four yearly tasks of an alliance: what counts, in which year, and a first part-year. Pure."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from alliances.alliance.yearly import span_of, tasks, year_on
from tests.alliances.test_intensity import Flat

REGISTERED = datetime.date(2025, 6, 2)


class Law(Flat):
    """One of each, by the calendar unless said otherwise."""

    def __init__(self, basis: str = "calendar") -> None:
        self.basis = basis

    def value(self, key: str, default: Any = None) -> Any:
        return 1

    def reading(self, setting: str) -> Any:
        return self.basis


@dataclass
class Row:
    kind: str
    held_on: datetime.date
    counts: bool | None = True
    until: datetime.date | None = None


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def of(year: int, *rows: Row, law: Law | None = None) -> dict[str, Any]:
    law = law or Law()
    return {task.rule.kind: task for task in tasks(rows, span_of(year, REGISTERED, law), law)}


def test_nothing_held_is_missing_everywhere_with_its_clause() -> None:
    found = of(2026)
    assert {kind: task.missing for kind, task in found.items()} == dict.fromkeys(
        ("university", "association", "exchange_event", "expo"), 1
    )
    assert all(task.clause for task in found.values())


def test_the_first_part_year_owes_nothing_annual() -> None:
    found = of(2025)
    assert [found[k].missing for k in ("university", "association", "exchange_event", "expo")] == [1, 1, 0, 0]
    assert found["expo"].exempt
    assert not of(2026)["expo"].exempt


def test_registered_on_the_first_of_january_is_a_whole_year() -> None:
    span = span_of(2026, datetime.date(2026, 1, 1), Law())
    assert not span.is_part


def test_only_what_an_officer_found_to_count_counts() -> None:
    rows = (Row("expo", day("2026-05-01"), None), Row("exchange_event", day("2026-05-01"), counts=False))
    found = of(2026, *rows)
    assert (found["expo"].held, found["expo"].counted, found["expo"].waiting) == (1, 0, 1)
    assert (found["exchange_event"].held, found["exchange_event"].counted) == (1, 0)
    assert found["exchange_event"].missing == 1


def test_an_event_counts_in_its_own_year_and_a_link_as_long_as_it_lasts() -> None:
    rows = (Row("expo", day("2025-12-31")), Row("university", day("2025-12-31")))
    found = of(2026, *rows)
    assert (found["expo"].missing, found["university"].missing) == (1, 0)
    ended = Row("university", day("2025-07-01"), until=day("2025-12-31"))
    assert of(2026, ended)["university"].missing == 1
    assert of(2025, ended)["university"].missing == 0


def test_a_year_of_membership_begins_on_the_day_of_registration() -> None:
    law = Law("membership")
    span = span_of(2025, REGISTERED, law)
    assert (span.first, span.last, span.is_part) == (REGISTERED, day("2026-06-01"), False)
    assert year_on(day("2026-06-01"), REGISTERED, law) == 2025
    assert year_on(day("2026-06-02"), REGISTERED, law) == 2026
    assert of(2025, Row("expo", day("2026-03-01")), law=law)["expo"].missing == 0


def test_registered_on_a_leap_day() -> None:
    leap = datetime.date(2024, 2, 29)
    assert span_of(2025, leap, Law("membership")).first == day("2025-03-01")
