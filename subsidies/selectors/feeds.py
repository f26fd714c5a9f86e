"""What a clause feeds here: the measure's page."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from policy.registry import Feed
from subsidies.selectors.measures import known


def measure_feeds(items: frozenset[str]) -> Iterable[Feed]:
    """Measures among these items, each with its page."""
    if not any(key.startswith("sub_") for key in items):
        return
    for key, measure in known().items():
        if key in items:
            yield Feed(key, measure.label, str(measure.topic.label), reverse("subsidies:measure", args=[key]))
