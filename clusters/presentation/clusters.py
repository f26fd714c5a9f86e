"""A cluster in the words and keys of the components."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import District
from clusters.enums import LISTING_RULES, STAGES, LinkPosition, ListingKind, ParkLevel
from clusters.models import ClusterFirm, Listing
from clusters.selectors import enterprises, projects
from clusters.selectors.overview import ALLIANCE, COMMUNITY, PLATFORM, Overview
from filings.models import Entity, EntityLink
from filings.presentation.entity import standing as status_of


def url(name: str, *args: Any) -> str:
    return reverse(f"clusters:{name}", args=args)


def cluster_line(row: Entity, on: datetime.date) -> dict[str, Any]:
    """One row of the list; no query when it was read by `selectors.clusters.listed`."""
    return {
        "cluster": row,
        "url": url("cluster", row.code),
        "kind": str(row.spec.label),
        "level": row.get_level_display(),
        "place": row.district.path_label,
        "firms": getattr(row, "firm_count", None) or 0,
        "projects": getattr(row, "project_count", None) or 0,
        "keys": getattr(row, "key_count", None) or 0,
        "requests": getattr(row, "open_requests", None) or 0,
        "ended": row.standing != "registered",
        "ended_word": row.get_standing_display(),
    }


def cluster_page(found: Overview) -> dict[str, Any]:
    """What the inner and the public page have in common; the inner one reads more of `overview` itself."""
    cluster, profile = found.cluster, found.profile
    count = sum(row["count"] for stage, row in found.stages.items() if stage != "dropped")
    return {
        "overview": found,
        "cluster": cluster,
        "profile": profile,
        "status": status_of(cluster, found.on),
        "industry": cluster.spec.industries().get(cluster.industry, cluster.industry),
        "facts": _facts(found),
        "three": [
            {
                "label": _("联盟"),
                "rows": _link_rows(found.links[ALLIANCE], found.on),
                "empty": _("尚未建立联盟"),
            },
            {
                "label": _("共同体"),
                "rows": _link_rows(found.links[COMMUNITY], found.on),
                "empty": _("尚未建立共同体"),
            },
            {
                "label": _("服务平台"),
                "rows": _link_rows(found.links[PLATFORM], found.on),
                "empty": _("尚无登记的服务平台"),
            },
        ],
        "chain": chain_lines(found),
        "stages": stage_figures(found.stages),
        "project_size": projects.size(cluster, count),
        "key_size": enterprises.size(cluster) | {"count": found.key_count},
        "listings": [listing_line(row, found) for row in found.listings],
        "plan": _plan(found),
    }


def _facts(found: Overview) -> list[dict[str, Any]]:
    cluster, profile = found.cluster, found.profile
    facts = [
        {"label": str(cluster.spec.words.lead), "value": cluster.lead.name},
        {"label": _("级别"), "value": cluster.get_level_display()},
        {"label": _("登记地"), "value": cluster.district.path_label},
        {"label": _("覆盖区域"), "value": "、".join(region_names(profile.regions))},
        {"label": _("登记日期"), "value": f"{cluster.valid_from:%Y-%m-%d}"},
        {"label": _("登记机关"), "value": cluster.authority.name},
    ]
    if profile.carrier:
        carrier = f"{profile.get_carrier_display()} {profile.carrier_name}".strip()
        facts.append({"label": _("载体"), "value": carrier})
    if profile.parks:
        facts.append({"label": _("园区载体"), "value": "；".join(_park(park) for park in profile.parks)})
    if profile.body_document:
        day = f"（{profile.body_named_on:%Y-%m-%d}）" if profile.body_named_on else ""
        facts.append({"label": _("明确管理机构的文件"), "value": f"{profile.body_document}{day}"})
    if not found.is_public and profile.output_value is not None:
        value = _("%(n)s 万元") % {"n": f"{profile.output_value / 10_000:,.2f}"}
        facts.append({"label": _("年产值（申报时）"), "value": value})
    return facts


def _park(park: dict[str, Any]) -> str:
    return f"{park['name']}（{ParkLevel(park['level']).label}）"


def region_names(codes: Iterable[str]) -> list[str]:
    """Names of the places a cluster spreads over. One query."""
    rows = District.objects.filter(code__in=list(codes)).order_by("code")
    return list(rows.values_list("label", flat=True))


def _link_rows(links: Iterable[EntityLink], on: datetime.date) -> list[dict[str, Any]]:
    return [
        {
            "name": link.source.name,
            "code": link.source.code,
            "url": reverse("portal:entity", args=[link.source.code]),
            "lead": link.source.lead.name,
            "since": link.since,
            "status": status_of(link.source, on),
        }
        for link in links
    ]


def chain_lines(found: Overview) -> list[dict[str, Any]]:
    """The links with how many firms stand there today; one without any is what the chain lacks."""
    return [
        {
            "name": link["name"],
            "position": str(LinkPosition(link["position"]).label),
            "firms": found.in_links.get(link["name"], 0),
            "gap": link.get("gap") or "",
        }
        for link in found.profile.chain
    ]


def stage_figures(stages: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """One figure for each stage: how many, and the sum of their investment in yuan."""
    empty = {"count": 0, "investment": Decimal(0)}
    return [
        {"stage": stage, "label": str(stage.label), **(stages.get(stage.value) or empty)} for stage in STAGES
    ]


def listing_line(row: Listing, found: Overview) -> dict[str, Any]:
    rule = LISTING_RULES[ListingKind(row.kind)]
    return {
        "pk": row.pk,
        "label": row.get_kind_display(),
        "since": row.since,
        "document": row.document,
        "until": row.until,
        "end_reason": row.end_reason if not found.is_public else "",
        "clause": found.law.cite(rule),
    }


def _plan(found: Overview) -> list[dict[str, str]]:
    """The parts of the plan under the labels of the programme's own form."""
    section = found.cluster.spec.section("plan")
    return [
        {"label": section.field_label(key) if section else key, "text": text}
        for key, text in found.profile.plan.items()
        if text
    ]


def firm_lines(
    rows: Iterable[ClusterFirm], elsewhere: dict[int, list[str]], on: datetime.date
) -> list[dict[str, Any]]:
    """Firms as the list shows them, with the other clusters that count them at the same time."""
    return [
        {
            "firm": row,
            "gone": row.left_on is not None and row.left_on <= on,
            "elsewhere": "、".join(elsewhere.get(row.pk, ())),
        }
        for row in rows
    ]
