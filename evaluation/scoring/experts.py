"""The mean of the experts' scores of one indicator, extremes trimmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evaluation.scoring.numbers import BadInput, away_from_zero, plain, scaled

#: One highest and one lowest are left out from so many experts on (domain §3, a proposed default).
TRIM_FROM = 5
#: A spread of more points than this asks for a second look.
WIDE = "20"
MOST_SCORE = 100


@dataclass(frozen=True, slots=True)
class ExpertMean:
    """``value`` with four places half-up, as inputs hold it; ``counted`` of ``given`` scores make it.

    ``spread`` is the highest minus the lowest of all scores; ``wide`` says that it is above the limit.
    """

    value: str
    counted: int
    given: int
    spread: str
    wide: bool


def expert_mean(scores: Sequence[str], *, trim_from: int = TRIM_FROM, wide: str = WIDE) -> ExpertMean | None:
    """The mean of scores of 0 to 100 written as text; None where nobody scored.

    Raises ``BadInput`` for a score that is none.
    """
    if not scores:
        return None
    numbers = sorted(scaled(text) for text in scores)
    if numbers[0] < 0 or numbers[-1] > scaled(str(MOST_SCORE)):
        raise BadInput("a score is between 0 and 100")
    counted = numbers[1:-1] if len(numbers) >= max(trim_from, 3) else numbers
    spread = numbers[-1] - numbers[0]
    return ExpertMean(
        value=plain(away_from_zero(sum(counted), len(counted))),
        counted=len(counted),
        given=len(numbers),
        spread=plain(spread),
        wide=spread > scaled(wide),
    )
