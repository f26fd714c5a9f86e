"""The sides of the quote benchmarks say the same; the claims are the same each time. Nothing here is timed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bench import by_hand, quotes
from bench.claims import CITY, FACTS, claims
from policy.law import law_on
from subsidies.whatif import Overlay, compare

pytestmark = pytest.mark.django_db


def test_claims_are_mixed_and_the_same_each_time() -> None:
    rows = claims(400)
    assert rows == claims(400)
    assert {row["measure"] for row in rows} == set(FACTS)


def test_every_line_is_the_one_written_by_hand() -> None:
    ours, book = quotes.Ours(), quotes.book()
    rows = claims(400)
    lines = [by_hand.estimate(book, row) for row in rows]
    assert [ours.estimate(row) for row in rows] == lines
    told = [[line for line in one["lines"] if line["code"] != "quota"] for one in ours.quotes(rows)]
    assert told == lines


def test_the_what_if_adds_up_what_is_written_by_hand() -> None:
    ours, book, rows = quotes.Ours(), quotes.book(), claims(400)
    found = compare(ours.cases(rows), law_on, Overlay(CITY, quotes.CHANGED, {})).total
    assert found.before * 100 == sum(quotes.amount(by_hand.estimate(book, row)) for row in rows)
    book.figures = dict(book.figures) | quotes.CHANGED
    after = sum(quotes.amount(by_hand.estimate(book, row)) for row in rows)
    assert found.after == Decimal(after) / 100
