"""The facts of an application, and of a cluster on the register."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from clusters.models import ClusterProfile
from clusters.strategic import terms
from filings.selectors.reading import live_attachments

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def gather(filing: Filing) -> dict[str, Any]:
    """Facts named as in `clusters.strategic.conditions`."""
    content = filing.content
    body, plan = content.get("body", {}), content.get("plan", {})
    files = live_attachments(filing)
    return {
        "industry": content.get("basic", {}).get("industry") or "",
        "park_count": len(content.get("parks", {}).get("parks") or ()),
        "management_body": bool(body.get("document") and body.get("named_on")),
        "lead_name": filing.applicant.name,
        "plan_parts": {key for key in terms.PLAN_PARTS if plan.get(key)},
        "has_plan_file": any(f.section == "plan" and f.field == "plan_file" for f in files),
    }


def of_entity(entity: Entity, on: datetime.date, *, without: int | None = None) -> dict[str, Any]:
    """What a cluster on the register must go on having: its body and its parks."""
    profile = ClusterProfile.objects.filter(entity=entity).first()
    return {
        "management_body": bool(profile and profile.body_document and profile.body_named_on),
        "lead_name": entity.lead.name,
        "park_count": len(profile.parks) if profile else 0,
    }
