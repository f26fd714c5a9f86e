"""The district's opinion."""

from __future__ import annotations

from core.actor import Actor
from filings.models import Filing
from filings.services.transition import perform


def recommend(*, actor: Actor, filing: Filing, comment: str = "", version: int | None = None) -> Filing:
    """推荐: the district bureau passes the filing on."""
    return perform(filing, "recommend", actor=actor, comment=comment, version=version)


def not_recommend(*, actor: Actor, filing: Filing, comment: str, version: int | None = None) -> Filing:
    """不予推荐, with its reason; the filing ends."""
    return perform(filing, "not_recommend", actor=actor, comment=comment, version=version)
