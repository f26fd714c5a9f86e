"""What a recognised strategic emerging cluster keeps, and what its page on the register shows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from clusters import profiles
from clusters.models import ClusterProfile
from clusters.strategic import terms

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def apply(entity: Entity, filing: Filing) -> ClusterProfile:
    """Write the profile. Runs inside the transaction that applies the filing."""
    content = filing.content
    basic, body = content.get("basic", {}), content.get("body", {})
    return profiles.write(
        entity,
        filing,
        overview=basic.get("overview") or "",
        output_value=profiles.money(basic.get("output_value")),
        chain=profiles.chain_of(content),
        parks=content.get("parks", {}).get("parks") or [],
        plan={key: content.get("plan", {}).get(key, "") for key in terms.PLAN_PARTS},
        regions=basic.get("regions") or [],
        body_document=body.get("document") or "",
        body_named_on=profiles.date(body.get("named_on")),
    )


def shown(entity: Entity) -> list[dict[str, Any]]:
    """[{"label", "rows"}] or [{"label", "text"}] for the page of the entity."""
    found = ClusterProfile.objects.filter(entity=entity).first()
    if found is None:
        return []
    named = f"{found.body_named_on:%Y-%m-%d}" if found.body_named_on else "—"
    return [
        {"label": _("管理机构"), "text": entity.lead.name},
        {"label": _("明确管理机构的文件"), "text": f"{found.body_document or '—'}（{named}）"},
        {"label": _("覆盖区域"), "text": "、".join(profiles.region_names(found)) or "—"},
        {"label": _("集群概况"), "text": found.overview},
        {"label": _("园区载体"), "rows": profiles.park_rows(found)},
        {"label": _("产业链环节"), "rows": profiles.chain_rows(found)},
    ]


def public(entity: Entity, day: Any) -> list[dict[str, Any]]:
    return shown(entity)
