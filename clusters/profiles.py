"""What an approved filing writes of a cluster beside its entity, and how pages show it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.models import District, Organisation
from accounts.pinyin import sort_key
from clusters.enums import LinkPosition, ParkLevel
from clusters.models import ClusterFirm, ClusterProfile
from core import clock
from filings.enums import FOUNDS

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def write(entity: Entity, filing: Filing, **values: Any) -> ClusterProfile:
    """The profile, written anew after a change; with the founding also the first firms.

    Runs inside the transaction that applies the filing. Firms are kept in their own list from then on.
    """
    profile, _made = ClusterProfile.objects.update_or_create(entity=entity, defaults=values)
    if filing.action in FOUNDS and not entity.firms.exists():
        _first_firms(entity, filing)
    return profile


def _first_firms(entity: Entity, filing: Filing) -> None:
    rows = filing.content.get("firms", {}).get("firms") or ()
    codes = [row["credit_code"] for row in rows]
    units = {unit.credit_code: unit for unit in Organisation.objects.filter(credit_code__in=codes)}
    links = set(entity.cluster.link_names)
    ClusterFirm.objects.bulk_create(
        ClusterFirm(
            cluster=entity,
            organisation=units.get(row["credit_code"]),
            credit_code=row["credit_code"],
            name=row["name"],
            name_key=sort_key(row["name"])[:240],
            joined_on=entity.valid_from,
            join_reason=_("认定时纳入"),
            products=row.get("products") or "",
            chain_link=row["chain_link"] if row.get("chain_link") in links else "",
            is_key=bool(row.get("is_key")),
            recorded_by=filing.created_by,
            recorded_at=clock.now(),
            is_sample=entity.is_sample,
        )
        for row in rows
    )


def chain_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The links as the profile keeps them."""
    links = content.get("chain", {}).get("links") or ()
    return [
        {
            "name": link["name"],
            "position": link["position"],
            "firms": [n.strip() for n in str(link.get("firms") or "").split("、") if n.strip()],
            "gap": link.get("gap") or "",
        }
        for link in links
    ]


def money(text: Any) -> Decimal | None:
    return Decimal(text) if text not in (None, "") else None


def date(text: Any) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None


def region_names(profile: ClusterProfile) -> list[str]:
    """Names of the places it spreads over. One query."""
    return list(
        District.objects.filter(code__in=profile.regions).order_by("code").values_list("label", flat=True)
    )


def chain_rows(profile: ClusterProfile) -> list[dict[str, Any]]:
    return [
        {
            _("环节"): link["name"],
            _("位置"): str(LinkPosition(link["position"]).label),
            _("本地企业"): "、".join(link["firms"]) or "—",
            _("短板和缺项"): link.get("gap") or "—",
        }
        for link in profile.chain
    ]


def park_rows(profile: ClusterProfile) -> list[dict[str, Any]]:
    return [
        {
            _("园区"): park["name"],
            _("级别"): str(ParkLevel(park["level"]).label),
            _("主导产业"): park.get("industry") or "—",
        }
        for park in profile.parks
    ]
