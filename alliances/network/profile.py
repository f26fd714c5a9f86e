"""What an approved filing of an alliance or a union writes beside the entity, and how pages show it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from alliances.models import NetworkProfile
from alliances.network import terms

if TYPE_CHECKING:
    from filings.models import Entity, Filing


def writer(mechanisms: Mapping[str, Any]) -> Callable[[Entity, Filing], NetworkProfile]:
    """Write the profile, or write it anew after a change; runs in the transaction that applies the filing."""

    def apply(entity: Entity, filing: Filing) -> NetworkProfile:
        basic, charter = filing.content.get("basic", {}), filing.content.get("charter", {})
        said = filing.content.get("mechanisms", {})
        rows = filing.content.get("core", {}).get("core") or ()
        values = {
            "form": basic.get("form") or "other",
            "form_note": basic.get("form_note") or "",
            "chain": basic.get("chain") or "",
            "charter": {key: charter.get(key) or "" for key in terms.CHARTER},
            "mechanisms": {key: said.get(key) or "" for key in mechanisms},
            "core": [str(row.get("code") or "").upper() for row in rows],
        }
        return NetworkProfile.objects.update_or_create(entity=entity, defaults=values)[0]

    return apply


def shower(mechanisms: Mapping[str, Any]) -> Callable[[Entity], list[dict[str, Any]]]:
    """The profile as the entity's page shows it: [{"label", "rows"}] or [{"label", "text"}]."""

    def shown(entity: Entity) -> list[dict[str, Any]]:
        found = NetworkProfile.objects.filter(entity=entity).first()
        if found is None:
            return []
        form = f"{found.get_form_display()}{f'（{found.form_note}）' if found.form_note else ''}"
        charter = [
            {_("主体"): str(label), _("权利义务"): found.charter.get(key, "")}
            for key, label in terms.CHARTER.items()
            if found.charter.get(key)
        ]
        arranged = [
            {_("机制"): str(label), _("安排"): found.mechanisms.get(key, "")}
            for key, label in mechanisms.items()
            if found.mechanisms.get(key)
        ]
        return [
            {"label": _("组织形式"), "text": form},
            {"label": _("产业链"), "text": found.chain},
            {"label": _("章程载明的权利义务"), "rows": charter},
            {"label": _("运行机制"), "rows": arranged},
        ]

    return shown


def public(entity: Entity, on: datetime.date) -> list[dict[str, Any]]:
    """What everybody may read of it: the form and the chain."""
    found = NetworkProfile.objects.filter(entity=entity).first()
    if found is None:
        return []
    return [
        {"label": _("组织形式"), "text": found.get_form_display()},
        {"label": _("产业链"), "text": found.chain},
    ]
