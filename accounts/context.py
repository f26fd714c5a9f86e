"""What every page shows of the person.

The units to choose from, the role, links of the account, the frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.actors import Choice
from accounts.enums import STAFF_ROLES
from core.actor import Actor


@dataclass(frozen=True)
class Shown:
    """One entry of the switcher in the bar."""

    organisation_id: int
    organisation: Any
    role_label: str
    current: bool


def acting(request: HttpRequest) -> dict[str, Any]:
    """Context processor.

    ``memberships``, ``role_label``, ``account_links``, ``frame`` (the base template).
    """
    actor: Actor = getattr(request, "actor", Actor.public())
    choices: list[Choice] = getattr(request, "actor_choices", [])
    shown = [_shown(choice, actor) for choice in choices]
    return {
        "memberships": shown,
        "role_label": next((each.role_label for each in shown if each.current), ""),
        "account_links": _links(actor),
        "frame": "base_staff.html" if actor.has_role(*STAFF_ROLES) else "base.html",
    }


def _shown(choice: Choice, actor: Actor) -> Shown:
    unit = choice.organisation
    label = choice.role_labels or unit.get_state_display()
    return Shown(unit.pk, unit, label, unit.pk == actor.organisation_id)


def _links(actor: Actor) -> list[dict[str, str]]:
    if not actor.is_authenticated:
        return []
    return [{"url": reverse("accounts:profile"), "label": _("个人资料与安全")}]
