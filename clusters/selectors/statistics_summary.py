"""The newest statistics of a cluster, as its page shows them."""

from __future__ import annotations

from typing import Any

from filings.models import Entity


def newest_statistics(cluster: Entity, *, public: bool) -> list[dict[str, Any]]:
    """[{"label", "value", "unit", "previous", "period", "url"}], the newest accepted period's indicators.

    `public` leaves out what only those see who read the cluster from the inside. Empty where nothing was
    reported yet. One query, however many periods there are.
    """
    return []
