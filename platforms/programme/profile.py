"""What an approved filing writes beside the entity, and how pages show it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from filings.fields import answer_fields
from filings.fields import shown as as_shown
from platforms.models import PlatformProfile
from platforms.sections import mechanisms, sections
from platforms.types import of

if TYPE_CHECKING:
    from filings.models import Entity, Filing

# never on a public page
PRIVATE = ("team_count", "days_a_year", "participation", "talent_count")


def apply(entity: Entity, filing: Filing) -> PlatformProfile:
    """Write the profile, or write it anew after a change; what stood there is in the filing's versions.

    Runs inside the transaction that applies the filing.
    """
    content = filing.content
    basic, capability = content.get("basic", {}), content.get("capability", {})
    management = content.get("management", {})
    kind = of(entity.kind)
    opened = basic.get("opened_on")
    values: dict[str, Any] = {
        "field": basic.get("field") or "",
        "line": basic.get("line") or "",
        "address": basic.get("address") or "",
        "opened_on": datetime.date.fromisoformat(opened) if opened else None,
        "built_with": basic.get("built_with") or [],
        "staff": int(capability.get("staff") or 0),
        "researchers": int(capability.get("researchers") or 0),
        "equipment_count": int(capability.get("equipment_count") or 0),
        "equipment_value": Decimal(capability.get("equipment_value") or 0),
        "area": Decimal(capability.get("area") or 0),
        "features": content.get("features") or {},
        "mechanisms": {key: management.get(key) or "" for key in mechanisms(kind)},
    }
    profile, _made = PlatformProfile.objects.update_or_create(entity=entity, defaults=values)
    return profile


def shown(entity: Entity) -> list[dict[str, Any]]:
    """What the inner page shows: [{"label", "text"} or {"label", "rows"}]."""
    found = PlatformProfile.objects.filter(entity=entity).first()
    if found is None:
        return []
    kind = of(entity.kind)
    mine = mechanisms(kind)
    rows = [{_("机制"): mine[key], _("安排"): text} for key, text in found.mechanisms.items() if text]
    return [
        *public(entity),
        {"label": _("专职人员"), "text": _("%(n)s 人") % {"n": found.staff}},
        {"label": _("仪器设备原值（元）"), "text": f"{found.equipment_value:,.2f}"},
        {"label": _("场地面积（平方米）"), "text": f"{found.area:,.2f}"},
        *_features(found, kind, private=True),
        *([{"label": _("运行机制"), "rows": rows}] if rows else []),
    ]


def public(entity: Entity, day: datetime.date | None = None) -> list[dict[str, Any]]:
    """What anybody may read: the field, the stage, who built it; no person and no figure of the host."""
    found = PlatformProfile.objects.filter(entity=entity).first()
    kind = of(entity.kind)
    lines: list[dict[str, Any]] = [{"label": _("链条环节"), "text": kind.stage.label}]
    if found is None:
        return lines
    lines.append({"label": _("主要研究方向或者服务领域"), "text": found.field})
    if found.line:
        lines.append({"label": _("所属系统"), "text": as_shown(_line_field(kind), found.line)})
    if found.address:
        lines.append({"label": _("地址"), "text": found.address})
    if found.built_with:
        rows = [{_("共建单位"): row["name"], _("承担的工作"): row["part"]} for row in found.built_with]
        lines.append({"label": _("共建单位"), "rows": rows})
    return [
        line
        for line in (*lines, *_features(found, kind, private=False))
        if line.get("text") or "rows" in line
    ]


def _line_field(kind: Any) -> Any:
    return next(s for s in sections(kind) if s.key == "basic").form.base_fields["line"]


def _features(found: PlatformProfile, kind: Any, *, private: bool) -> list[dict[str, Any]]:
    """Answers of the type's own section, those for the office or those for everybody."""
    section = next((s for s in sections(kind) if s.key == "features"), None)
    if section is None:
        return []
    return [
        {"label": str(field.label), "text": str(as_shown(field, found.features[name]))}
        for name, field in answer_fields(section.form).items()
        if found.features.get(name) and (name in PRIVATE) == private
    ]
