"""What a dispatch sheet refers to: the projects and key enterprises of a cluster as they stand. Two queries."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from clusters.enums import ProjectStage
from clusters.models import KeyEnterprise, Project
from filings.models import Entity

MOST = 200  # of each kind: a reserve has 20 projects, a library 50 firms


def references(entity: Entity) -> list[dict[str, Any]]:
    """[{group, label, stage, note}], projects first, in the order of their stages."""
    order = {stage: place for place, stage in enumerate(ProjectStage.values)}
    projects = Project.objects.filter(cluster=entity).exclude(state=ProjectStage.DROPPED)[:MOST]
    firms = KeyEnterprise.objects.filter(cluster=entity, until__isnull=True)[:MOST]
    found = [
        {
            "group": _("重点项目"),
            "label": row.name,
            "stage": row.get_state_display(),
            "note": row.blocker or row.help_asked,
        }
        for row in sorted(projects, key=lambda row: (order[row.state], row.name))
    ]
    found += [
        {"group": _("入库企业"), "label": row.name, "stage": row.get_role_display(), "note": row.products}
        for row in firms
    ]
    return found
