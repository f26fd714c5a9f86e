"""Numbers without gaps: a number is taken with the row locked and given back if the transaction fails."""

from __future__ import annotations

from django.db import connection

_TAKE = """
    INSERT INTO core_numberseries (series, year, last) VALUES (%s, %s, %s)
    ON CONFLICT (series, year) DO UPDATE SET last = core_numberseries.last + excluded.last
    RETURNING last
"""


def next_number(series: str, year: int) -> int:
    """The next number of ``series`` in ``year``, from 1.

    Must run inside ``transaction.atomic``: outside it a later failure would leave a gap.
    """
    return next_numbers(series, year, 1)[0]


def next_numbers(series: str, year: int, count: int) -> range:
    """The next ``count`` numbers at once, as :func:`next_number` would give them one by one."""
    if not connection.in_atomic_block:
        raise RuntimeError("next_number needs the transaction of the thing it numbers")
    if count < 1:
        return range(0)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series, year, count])
        last = int(cursor.fetchone()[0])
    return range(last - count + 1, last + 1)
