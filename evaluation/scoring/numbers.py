"""Exact numbers as scaled integers, and the one division that scores are made of.

A value of an indicator is an int64 in ten-thousandths (``SCALE``), |value| ≤ 1e9 units = 1e13.  Scores and weights
are in ten-thousandths too (100 points = 1e6), totals in hundredths.  Rounding is half-up everywhere; where a number
below zero is rounded (a percentile of growth rates), a half goes away from zero, as ``ROUND_HALF_UP`` of the
decimal arithmetic does.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

SCALE = 10_000
#: 100 points as a score or a weight.
FULL = 100 * SCALE
#: The largest value in ten-thousandths.
MOST = 10**9 * SCALE
#: How often a divisor goes into a dividend at most, as far as scores can tell: beyond it everything is 0 or full.
TIMES = 2_000_000
_SPLIT = 11
_NUMBER = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{1,4})?")


class BadInput(ValueError):
    """A row that does not fit the program: an unknown code, a text that is no number."""


@lru_cache(maxsize=1 << 14)
def scaled(text: str) -> int:
    """``"3.5"`` → 35000. Raises ``BadInput`` for anything but a number with four decimals at most, |x| ≤ 1e9."""
    if _NUMBER.fullmatch(text) is None:
        raise BadInput(f"not a number with four decimals at most: {text!r:.40}")
    whole, _point, part = text.partition(".")
    number = int(whole + part.ljust(4, "0"))
    if not -MOST <= number <= MOST:
        raise BadInput(f"too large: {text}")
    return number


def plain(number: int) -> str:
    """35000 → ``"3.5"``: as short as it can be written."""
    if not number % SCALE:
        return str(number // SCALE)
    text = f"{abs(number):05d}"
    return f"{'-' if number < 0 else ''}{text[:-4]}.{text[-4:].rstrip('0')}"


def fixed(number: int, places: int) -> str:
    """With so many decimals: ``fixed(8650, 2)`` → ``"86.50"``."""
    whole, part = divmod(abs(number), 10**places)
    return f"{'-' if number < 0 else ''}{whole}.{part:0{places}d}"


def part_of(amount: Ints, points: Ints | int, whole: Ints | int, *, ties_up: bool = True) -> Ints:
    """``amount · points / whole`` rounded, ties up or (as something that is taken away) down.

    For 0 ≤ amount ≤ 2e13, 0 ≤ points ≤ 2e6, 1 ≤ whole ≤ 1e14; quotients above ``TIMES`` are cut.

    The product itself may pass 2^63 (2e13 · 2e6), so points are split into p1·2^11 + p0 and divided in two steps
    like long division.  With r < whole ≤ 1e14: r·p1 ≤ 1e14·2^10 < 1.1e17; r1·2^11 ≤ 2.1e17; r·p0 ≤ 2.1e17; their
    sum < 4.2e17; times·points ≤ 2e6·2e6 = 4e12.  All stay below 9.2e18.
    """
    times, rest = np.divmod(amount, whole)
    times = np.minimum(times, TIMES)
    high, low = points >> _SPLIT, points & ((1 << _SPLIT) - 1)
    first, left = np.divmod(rest * high, whole)
    second, left = np.divmod((left << _SPLIT) + rest * low, whole)
    up = 2 * left >= whole if ties_up else 2 * left > whole
    return times * points + (first << _SPLIT) + second + up


def away_from_zero(numerator: int, divisor: int) -> int:
    """``numerator / divisor`` (divisor > 0) half-up, a half below zero away from it."""
    size = (2 * abs(numerator) + divisor) // (2 * divisor)
    return -size if numerator < 0 else size
