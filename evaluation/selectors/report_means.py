"""What entities reached on average, by group, in exact sums of scaled integers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

SCALE = 10_000
TWO = Decimal("0.01")


class Means:
    """Sums of scores by group and indicator, of points and weights by group and dimension."""

    def __init__(self, scheme: Mapping[str, Any]) -> None:
        self.dimensions = {
            str(part["code"]): [str(one["code"]) for one in part.get("indicators") or ()]
            for part in scheme.get("dimensions") or ()
        }
        self._scores: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._points: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, outcome: Mapping[str, Any], group: str) -> None:
        """One entity; what does not count for it is left out of the mean."""
        indicators = outcome.get("indicators") or {}
        for part, codes in self.dimensions.items():
            for code in codes:
                said = indicators.get(code)
                weight = _scaled(said["weight"]) if said else 0
                if not said or not weight:
                    continue
                kept = self._scores[group, code]
                kept[0] += _scaled(said["score"])
                kept[1] += 1
                held = self._points[group, part]
                held[0] += _scaled(said["points"])
                held[1] += weight

    def of(self, group: str, label: str) -> dict[str, Any]:
        """What a report shows beside the entity's own figures: shares of 100 as text."""
        return {
            "group": label,
            "label": _("同组平均") if label else _("全部参评主体平均"),
            "indicators": {
                code: _share(found[0], found[1] * SCALE)
                for codes in self.dimensions.values()
                for code in codes
                if (found := self._scores.get((group, code)))
            },
            "dimensions": {
                part: _share(found[0] * 100, found[1])
                for part in self.dimensions
                if (found := self._points.get((group, part)))
            },
        }


def _scaled(text: str) -> int:
    return int(Decimal(text) * SCALE)


def _share(above: int, below: int) -> str:
    return str((Decimal(above) / below).quantize(TWO, ROUND_HALF_UP)) if below else "0.00"
