"""The facts of an application, gathered once for all conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clusters.innovative.criteria import CRITERIA
from filings.selectors.lifecycle import last_review

if TYPE_CHECKING:
    from filings.models import Filing


def gather(filing: Filing) -> dict[str, Any]:
    """Facts named as in `clusters.innovative.conditions`."""
    content = filing.content
    links = content.get("chain", {}).get("links") or ()
    return {
        "carrier": content.get("carrier", {}).get("carrier") or "",
        "output_value": content.get("basic", {}).get("output_value") or "",
        "links": len(links),
        "links_local": sum(bool(str(link.get("firms") or "").strip()) for link in links),
        "verdicts": _verdicts(filing),
    }


def _verdicts(filing: Filing) -> dict[str, bool]:
    """What the experts concluded: of this filing, else of the last one reviewed.

    A cluster that came onto the register by the document of a higher authority was never reviewed here; that
    authority has judged it, and a change does not open the question again.
    """
    panel = getattr(filing, "panel", None)
    if panel is not None:
        return dict(panel.result.get("verdicts", {}))
    if filing.entity is None:
        return {}
    reviewed = last_review(filing.entity)
    if reviewed is not None:
        return dict(reviewed.panel.result.get("verdicts", {}))
    return {fact: True for criterion in CRITERIA for fact in criterion.facts}
