"""What an approved innovative cluster keeps, and what its page on the register shows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from clusters import profiles
from clusters.innovative import terms
from clusters.models import ClusterProfile

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def apply(entity: Entity, filing: Filing) -> ClusterProfile:
    """Write the profile. Runs inside the transaction that applies the filing."""
    content = filing.content
    basic, carrier = content.get("basic", {}), content.get("carrier", {})
    return profiles.write(
        entity,
        filing,
        carrier=carrier.get("carrier") or "",
        carrier_name=carrier.get("carrier_name") or "",
        overview=basic.get("overview") or "",
        output_value=profiles.money(basic.get("output_value")),
        chain=profiles.chain_of(content),
        plan={key: content.get("plan", {}).get(key, "") for key in terms.PLAN_PARTS},
        regions=basic.get("regions") or [],
    )


def shown(entity: Entity) -> list[dict[str, Any]]:
    """[{"label", "rows"}] or [{"label", "text"}] for the page of the entity."""
    found = ClusterProfile.objects.filter(entity=entity).first()
    if found is None:
        return []
    carrier = str(found.get_carrier_display())
    return [
        {"label": _("载体"), "text": f"{carrier} {found.carrier_name}".strip()},
        {"label": _("覆盖区域"), "text": "、".join(profiles.region_names(found)) or "—"},
        {"label": _("年产值（元）"), "text": f"{found.output_value:,.2f}" if found.output_value else "—"},
        {"label": _("集群概况"), "text": found.overview},
        {"label": _("产业链环节"), "rows": profiles.chain_rows(found)},
    ]


def public(entity: Entity, day: Any) -> list[dict[str, Any]]:
    """The same without the output value, which is a figure of the statistics."""
    return [part for part in shown(entity) if part["label"] != _("年产值（元）")]
