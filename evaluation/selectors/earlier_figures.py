"""What entities of the same kind reached in the rounds of the years before, for percentiles. No writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from evaluation.enums import RoundState
from evaluation.models import Round, RunRow
from evaluation.scoring.numbers import scaled
from evaluation.scoring.program import Program
from filings.periods import add_months

#: Percentiles of a cluster are those of the last three years: the round's own and the two before it.
YEARS_BEFORE = 2


def before(round: Round, program: Program) -> Mapping[str, Mapping[str, Sequence[int]]]:
    """By indicator and group, sorted, what confirmed rounds of the same authority and scheme hold; empty where none asks."""
    codes = [rule.code for rule in program.rules if rule.percentiles is not None]
    if not codes:
        return {}
    rounds = Round.objects.filter(
        authority=round.authority,
        scheme__key=round.scheme.key,
        state=RoundState.CONFIRMED,
        period_until__lt=round.period_until,
        period_until__gt=add_months(round.period_until, -12 * (YEARS_BEFORE + 1)),
    )
    runs = [one.result_id for one in rounds]
    found: dict[str, dict[str, list[int]]] = {code: defaultdict(list) for code in codes}
    for inputs in RunRow.objects.filter(run__in=runs).values_list("inputs", flat=True).iterator(1000):
        for code in codes:
            value = (inputs.get("values") or {}).get(code, {}).get("value")
            if value:
                found[code][str(inputs.get("group") or "")].append(scaled(value))
    return {
        code: {group: sorted(values) for group, values in sorted(groups.items())}
        for code, groups in found.items()
        if groups
    }
