"""Places and industries, loaded from the policy catalogue. Idempotent."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from accounts.enums import DistrictKind
from accounts.models import District, Industry
from core import audit
from core.actor import Actor
from core.errors import Invalid


def district(code: str) -> District:
    """The place with this code. Raises Invalid for an unknown one."""
    found = District.objects.select_related("parent", "maps_to").filter(code=code).first()
    if found is None:
        raise Invalid.one("unknown_district", _("没有代码为 %(code)s 的区划。") % {"code": code}, "district")
    return found


def upsert_district(
    *,
    actor: Actor,
    code: str,
    label: str,
    kind: str,
    parent: str | None = None,
    maps_to: str | None = None,
    full_label: str = "",
    is_local: bool = False,
) -> District:
    """Create or correct a place. ``parent`` and ``maps_to`` are codes; parents come first."""
    if kind not in DistrictKind.values:
        raise Invalid.one("unknown_kind", _("没有这种区划类别。"), "kind")
    values = {
        "label": label,
        "full_label": full_label,
        "kind": kind,
        "parent": district(parent) if parent else None,
        "maps_to": district(maps_to) if maps_to else None,
        "is_local": is_local,
    }
    return _upsert(District, {"code": code}, values, actor)


def upsert_industry(
    *, actor: Actor, scheme: str, code: str, label: str, group: str = "", position: int = 0
) -> Industry:
    """Create or correct a line of an industry scheme (``qingdao_10_1``, ``gbt4754`` …)."""
    values = {"label": label, "group": group, "position": position}
    return _upsert(Industry, {"scheme": scheme, "code": code}, values, actor)


def _upsert(model: Any, key: dict[str, Any], values: dict[str, Any], actor: Actor) -> Any:
    """Writes, and leaves an audit entry, only where something differs."""
    found = model.objects.filter(**key).first()
    if found is not None and all(getattr(found, name) == value for name, value in values.items()):
        return found
    obj, _created = model.objects.update_or_create(**key, defaults=values)
    audit.record(f"{model._meta.model_name}.load", actor=actor, obj=obj, detail=key)
    return obj
