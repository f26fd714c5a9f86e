"""Numbers without gaps: a number is taken with the row locked and given back if the transaction fails."""

from __future__ import annotations

from django.db import connection

_TAKE = """
    INSERT INTO core_numberseries (series, year, last) VALUES (%s, %s, 1)
    ON CONFLICT (series, year) DO UPDATE SET last = core_numberseries.last + 1
    RETURNING last
"""


def next_number(series: str, year: int) -> int:
    """The next number of ``series`` in ``year``, from 1.

    Must run inside ``transaction.atomic``: outside it a later failure would leave a gap.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_number needs the transaction of the thing it numbers")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series, year])
        row = cursor.fetchone()
    return int(row[0])
