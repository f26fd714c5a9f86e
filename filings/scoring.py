"""Expert scores: pure arithmetic in Decimal, half-up; indicator scores 4 places, totals 2."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

FOUR = Decimal("0.0001")
TWO = Decimal("0.01")


@dataclass(frozen=True)
class CriterionResult:
    """What the panel made of one criterion. `kept` are the marks that count, `dropped` the extremes."""

    criterion: str
    kept: tuple[Decimal, ...]
    dropped: tuple[Decimal, ...]
    mean: Decimal
    spread: Decimal

    def as_json(self) -> dict[str, object]:
        return {
            "criterion": self.criterion,
            "kept": [str(v) for v in self.kept],
            "dropped": [str(v) for v in self.dropped],
            "mean": str(self.mean),
            "spread": str(self.spread),
        }


def criterion_result(criterion: str, marks: Iterable[Decimal], drop_from: int) -> CriterionResult:
    """Mean of the marks; one highest and one lowest are dropped when there are at least `drop_from`.

    ValueError without marks.
    """
    ordered = sorted(marks)
    if not ordered:
        raise ValueError("no marks")
    dropped: tuple[Decimal, ...] = ()
    kept = tuple(ordered)
    if len(ordered) >= drop_from:
        dropped, kept = (ordered[0], ordered[-1]), tuple(ordered[1:-1])
    mean = (sum(kept, Decimal(0)) / len(kept)).quantize(FOUR, ROUND_HALF_UP)
    return CriterionResult(criterion, kept, dropped, mean, ordered[-1] - ordered[0])


def total(results: Mapping[str, CriterionResult], weights: Mapping[str, int]) -> Decimal:
    """Weighted total out of 100; `weights` add up to 100 and name every criterion."""
    weighted = sum((results[key].mean * weight for key, weight in weights.items()), Decimal(0))
    return (weighted / 100).quantize(TWO, ROUND_HALF_UP)
