"""Views for those who design a scheme: weights from the data (entropy), from pairs (AHP), and a ranking (TOPSIS).

The only floats of the portal's scoring.  Nothing here ever grades: what is decided with these pictures is written
into a scheme as exact weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Mean consistency index of random matrices of size 1 to 9 (Saaty).
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45)
CONSISTENT = 0.1


def standardised(matrix: Sequence[Sequence[float]], directions: Sequence[str] = ()) -> Floats:
    """Each column between 0 and 1, turned where ``directions`` says ``down``; a constant column is 1 throughout."""
    values = _matrix(matrix)
    low, high = values.min(axis=0), values.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    down = np.array([way == "down" for way in directions] or [False] * values.shape[1])
    found = np.where(down, high - values, values - low) / span
    return np.where(high > low, found, 1.0)


def entropy_weights(matrix: Sequence[Sequence[float]], directions: Sequence[str] = ()) -> list[float]:
    """Weights that make 1 by the entropy method, rows are entrants.

    ``e_j = −Σ p ln p / ln m``, ``w_j = (1 − e_j)/Σ(1 − e)`` with 0·ln 0 = 0.  A constant column tells nobody apart and
    weighs nothing; with fewer than two entrants, or only such columns, all weigh the same.
    """
    values = standardised(matrix, directions)
    count, columns = values.shape
    if count < 2:
        return [1 / columns] * columns
    shares = values / np.where(values.sum(axis=0) > 0, values.sum(axis=0), 1.0)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    told = np.maximum(1 + (shares * logs).sum(axis=0) / np.log(count), 0.0)
    told = np.where(values.max(axis=0) > values.min(axis=0), told, 0.0)
    if not told.sum():
        return [1 / columns] * columns
    return [float(weight) for weight in told / told.sum()]


@dataclass(frozen=True, slots=True)
class Ahp:
    """Weights that make 1, the principal eigenvalue, and how consistent the pairs are (``cr`` below 0.1 is)."""

    weights: tuple[float, ...]
    eigenvalue: float
    ci: float
    cr: float

    @property
    def consistent(self) -> bool:
        """Whether the judgements may be used."""
        return self.cr < CONSISTENT


def ahp(matrix: Sequence[Sequence[float]]) -> Ahp:
    """Weights from pairs: ``matrix[i][j]`` says how much more i matters than j, 1 to 9, ``matrix[j][i]`` its inverse.

    Raises ``ValueError`` for a matrix that is not square, of more than nine, not positive or not reciprocal.
    """
    values = _matrix(matrix)
    size = len(values)
    if values.shape != (size, size) or not 1 <= size <= len(RANDOM_INDEX):
        raise ValueError("a square matrix of one to nine rows is needed")
    if (values <= 0).any() or not np.allclose(values * values.T, 1.0, rtol=1e-3):
        raise ValueError("the matrix must be positive and reciprocal")
    vector = np.full(size, 1 / size)
    for _round in range(1000):
        after = values @ vector
        after /= after.sum()
        moved = np.abs(after - vector).max()
        vector = after
        if moved < 1e-14:
            break
    eigenvalue = float((values @ vector / vector).mean())
    ci = max((eigenvalue - size) / (size - 1), 0.0) if size > 1 else 0.0
    random = RANDOM_INDEX[size - 1]
    return Ahp(tuple(float(weight) for weight in vector), eigenvalue, ci, ci / random if random else 0.0)


def topsis(
    matrix: Sequence[Sequence[float]], weights: Sequence[float], directions: Sequence[str] = ()
) -> list[float]:
    """Closeness to the ideal, 0 to 1, for each entrant: ``d⁻/(d⁺ + d⁻)`` after vector normalisation.

    Where all are alike, everybody has 0.5.
    """
    values = _matrix(matrix)
    length = np.sqrt((values**2).sum(axis=0))
    weighted = values / np.where(length > 0, length, 1.0) * np.array(weights, np.float64)
    down = np.array([way == "down" for way in directions] or [False] * values.shape[1])
    best = np.where(down, weighted.min(axis=0), weighted.max(axis=0))
    worst = np.where(down, weighted.max(axis=0), weighted.min(axis=0))
    to_best = np.sqrt(((weighted - best) ** 2).sum(axis=1))
    to_worst = np.sqrt(((weighted - worst) ** 2).sum(axis=1))
    both = to_best + to_worst
    return [float(near) for near in np.where(both > 0, to_worst / np.where(both > 0, both, 1.0), 0.5)]


def _matrix(matrix: Sequence[Sequence[float]]) -> Floats:
    values = np.array(matrix, np.float64)
    if values.ndim != 2 or not values.size or not np.isfinite(values).all():
        raise ValueError("a table of finite numbers is needed")
    return values
