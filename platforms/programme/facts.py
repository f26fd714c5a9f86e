"""The facts of a platform's filing, gathered once for all conditions. The only part that reads the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from filings.selectors.lifecycle import last_review
from filings.selectors.roster import lead_of
from platforms import terms
from platforms.selectors.cultivating import in_library

if TYPE_CHECKING:
    from filings.models import Filing


def gather(filing: Filing) -> dict[str, Any]:
    """Facts named as in `platforms.conditions`."""
    features = filing.content.get("features", {})
    lead = lead_of(filing)
    return {
        "host_kind": lead.kind,
        "founder_type": _word(terms.FOUNDERS, features.get("founder_type")),
        "talent_or_branch": [_word(terms.TALENT, key) for key in features.get("talent_basis") or ()],
        "network_number": features.get("network_number") or "",
        "in_cultivation_library": in_library(lead, filing.spec.entity_kind),
        "verdicts": _verdicts(filing),
    }


def _word(options: dict[str, Any], key: Any) -> str:
    """The catalogue's own word, untranslated: the law's lists are in these words."""
    return str(options[key]) if key in options else ""


def _verdicts(filing: Filing) -> dict[str, bool]:
    """What the experts concluded: of this filing, else of the last one reviewed."""
    panel = getattr(filing, "panel", None)
    if panel is None and filing.entity is not None:
        reviewed = last_review(filing.entity)
        panel = reviewed.panel if reviewed else None
    return dict(panel.result.get("verdicts", {})) if panel else {}
