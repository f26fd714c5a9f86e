"""Weights from pairs (AHP) written into a scheme: exact points of 100 with two places that keep their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from evaluation.scheme.editing import Row, Tree, dimension
from evaluation.scheme.reader import text_of

#: The group of all dimensions; else the group is the code of a dimension, whose indicators are weighed.
DIMENSIONS = "-"
CENT = Decimal("0.01")
FULL = Decimal(100)
#: What may be chosen for a pair, from "the second is far more important" to the reverse.
SCALE = ("1/9", "1/8", "1/7", "1/6", "1/5", "1/4", "1/3", "1/2", "1", "2", "3", "4", "5", "6", "7", "8", "9")


def members(tree: Mapping[str, Any], group: str) -> list[Row]:
    """What is compared in pairs: the dimensions, or the indicators of one."""
    rows = tree["dimensions"] if group == DIMENSIONS else dimension(tree, group)["indicators"]
    return list(rows)


def matrix(pairs: Mapping[tuple[int, int], str], size: int) -> list[list[float]]:
    """The reciprocal matrix of the pairs (i, j) with i < j; what was not said is 1."""
    made = [[1.0] * size for _row in range(size)]
    for (first, second), said in pairs.items():
        made[first][second] = ratio(said)
        made[second][first] = 1 / made[first][second]
    return made


def ratio(said: str) -> float:
    """A word of the scale as a number."""
    return 1 / float(said[2:]) if said.startswith("1/") else float(said)


def spread(total: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """The total in shares with two places, the rest of a cent by the largest remainder; the sum stays exact."""
    whole = sum(shares, Decimal()) or Decimal(1)
    exact = [total * share / whole for share in shares]
    found = [value.quantize(CENT, ROUND_FLOOR) for value in exact]
    left = int((total - sum(found, Decimal())) / CENT)
    order = sorted(range(len(exact)), key=lambda place: (found[place] - exact[place], place))
    for place in order[:left]:
        found[place] += CENT
    if found:  # what a total of three or four places has below the cent
        found[order[0]] += total - sum(found, Decimal())
    return found


def weighed(tree: Mapping[str, Any], group: str, shares: Sequence[Decimal], note: Mapping[str, Any]) -> Tree:
    """The scheme with these shares as weights of the group; the pairs they came from are kept in ``ahp``.

    Weights of dimensions make 100, and inside each its indicators keep their proportions; weights of the indicators of
    one dimension make what it weighs.
    """
    made: Tree = deepcopy(dict(tree))
    if group == DIMENSIONS:
        for part, points in zip(made["dimensions"], spread(FULL, shares), strict=True):
            _share_out(part["indicators"], points, [Decimal(row["weight"]) for row in part["indicators"]])
    else:
        rows = dimension(made, group)["indicators"]
        _share_out(rows, sum((Decimal(row["weight"]) for row in rows), Decimal()), shares)
    made["ahp"] = {**made.get("ahp", {}), group: dict(note)}
    return made


def _share_out(rows: list[Row], total: Decimal, shares: Sequence[Decimal]) -> None:
    equal = shares if any(shares) else [Decimal(1)] * len(rows)
    for row, points in zip(rows, spread(total, equal), strict=True):
        row["weight"] = text_of(points)
