"""The facts of an alliance's filing: those of every network, and its cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alliances.alliance import terms
from alliances.network import facts
from filings.models import EntityLink

if TYPE_CHECKING:
    from filings.models import Filing

of_entity = facts.of_entity


def gather(filing: Filing) -> dict[str, Any]:
    """Facts named as in `alliances.alliance.conditions`; a change is judged by the members it would leave behind."""
    cluster = facts.found(str(filing.content.get("basic", {}).get("cluster") or ""), terms.CLUSTER)
    others = (
        facts.linked_to(cluster, EntityLink.Kind.ALLIANCE_OF, besides=filing.entity)
        if cluster is not None
        else []
    )
    return {
        **facts.of_filing(filing),
        "cluster": cluster.name if cluster is not None else "",
        "alliances_in_cluster": others,
    }
