"""Weights when an indicator does not count: spread in its dimension, or over the other dimensions if none is left.

Effective weights have four decimals and make exactly 100: what proportion leaves over below that goes to the largest
remainders, the first in the table if two are equal (Hare–Niemeyer).  So a reader can multiply what is printed.
"""

from __future__ import annotations

import numpy as np

from evaluation.scoring.inputs import Flags
from evaluation.scoring.numbers import FULL, Ints
from evaluation.scoring.program import Program


def effective(program: Program, counts: Flags) -> Ints:
    """Weights by entity and indicator; ``counts`` says which count. An entity where none counts has zeros only."""
    usual = np.array([rule.weight for rule in program.rules], np.int64)
    weights = np.broadcast_to(usual, counts.shape).copy()
    odd = np.flatnonzero(~counts.all(axis=1))
    if len(odd):
        weights[odd] = _spread(program, np.where(counts[odd], usual, 0), usual)
    return weights


def _spread(program: Program, left: Ints, usual: Ints) -> Ints:
    totals = np.stack(
        [
            np.where((left[:, list(part)] > 0).any(axis=1), usual[list(part)].sum(), 0)
            for part in program.parts
        ],
        axis=1,
    )
    shares = allot(totals, np.full(len(left), FULL, np.int64))
    found = np.zeros_like(left)
    for number, part in enumerate(program.parts):
        found[:, list(part)] = allot(left[:, list(part)], shares[:, number])
    return found


def allot(parts: Ints, totals: Ints) -> Ints:
    """Each row of ``totals`` in proportion to its ``parts``, in whole units that make exactly the total.

    Both are at most 1e6, so the products are at most 1e12.  Rows without parts stay zero.
    """
    whole = np.maximum(parts.sum(axis=1, keepdims=True), 1)
    units, rest = np.divmod(parts * totals[:, None], whole)
    over = np.where(parts.any(axis=1), totals - units.sum(axis=1), 0)
    order = np.argsort(-rest, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.broadcast_to(np.arange(parts.shape[1]), order.shape), axis=1)
    return units + (places < over[:, None])
