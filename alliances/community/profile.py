"""What an approved filing of a community writes beside the entity, and how pages show it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from alliances.community import terms
from alliances.enums import ElementKind
from alliances.models import CommunityElement, CommunityProfile
from alliances.network import after
from alliances.network.facts import found
from core.actor import Actor
from filings.models import EntityLink
from filings.services import links

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def apply(entity: Entity, filing: Filing) -> CommunityProfile:
    """Write the profile, or write it anew after a change; runs in the transaction that applies the filing."""
    content = filing.content
    operator = content.get("operator", {})
    values = {
        "operator": operator.get("operator") or entity.lead.name,
        "operator_code": str(operator.get("operator_code") or entity.lead.credit_code)[:18],
        "aim": content.get("basic", {}).get("aim") or "",
    }
    profile, _made = CommunityProfile.objects.update_or_create(entity=entity, defaults=values)
    profile.elements.all().delete()
    CommunityElement.objects.bulk_create(
        CommunityElement(
            profile=profile, kind=row["kind"], unit=row["unit"], contribution=row["contribution"]
        )
        for row in content.get("elements", {}).get("elements") or ()
    )
    return profile


def linked(entity: Entity, filing: Filing) -> None:
    """The community of its cluster, and the alliance it grew out of (fil_upgrade_path)."""
    after.relate(entity, filing, kind=EntityLink.Kind.COMMUNITY_OF, target_kind=terms.CLUSTER)
    before = found(str(filing.content.get("basic", {}).get("predecessor") or ""), terms.ALLIANCE)
    if before is not None:
        links.link(kind=EntityLink.Kind.PREDECESSOR, source=entity, target=before, actor=Actor.system())


def shown(entity: Entity) -> list[dict[str, Any]]:
    """The profile as the entity's page shows it."""
    profile = CommunityProfile.objects.filter(entity=entity).prefetch_related("elements").first()
    if profile is None:
        return []
    return [
        {"label": _("运营法人"), "text": f"{profile.operator}（{profile.operator_code}）"},
        {"label": _("建设目标"), "text": profile.aim},
        *_elements(profile),
    ]


def public(entity: Entity, on: datetime.date) -> list[dict[str, Any]]:
    """What everybody may read of it: who runs it, and what it is made of."""
    profile = CommunityProfile.objects.filter(entity=entity).prefetch_related("elements").first()
    if profile is None:
        return []
    return [{"label": _("运营法人"), "text": profile.operator}, *_elements(profile)]


def _elements(profile: CommunityProfile) -> list[dict[str, Any]]:
    rows = list(profile.elements.all())
    kinds = {row.kind for row in rows}
    lines = [
        {_("要素"): str(kind.label), _("单位"): row.unit, _("作用"): row.contribution}
        for kind in ElementKind
        for row in rows
        if row.kind == kind
    ]
    coverage = _("%(n)s/7") % {"n": len(kinds)}
    return [{"label": _("要素覆盖"), "text": coverage}, {"label": _("要素构成"), "rows": lines}]
