"""Menu entries of this app, for bureaus, units and everybody."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.permissions import is_unit_member
from alliances.alliance.terms import PLACE
from alliances.permissions import bureau_keeper, desk
from alliances.selectors.lists import to_publish
from alliances.selectors.records import waiting
from core.actor import Actor
from core.navigation import Entry
from core.navigation import register as add

PROVINCE = "370000"


def _of_place(actor: Actor) -> bool:
    """Whether the bureau has to do with alliances: the city that founds them, its districts, the province."""
    place = getattr(actor.organisation, "jurisdiction", None)
    return place is not None and (place.code == PROVINCE or place.code.startswith(PLACE[:4]))


def _desk_here(actor: Actor, obj: Any = None) -> bool:
    return desk(actor, None) and _of_place(actor)


def _keeper_here(actor: Actor, obj: Any = None) -> bool:
    return bureau_keeper(actor, None) and _of_place(actor)


def _stranger(actor: Actor, obj: Any = None) -> bool:
    """Who is logged in has the own list in the menu, and the public one a click away."""
    return not actor.is_authenticated


def register() -> None:
    """Called once from AppConfig.ready()."""
    group, public = _("联盟和共同体"), _("公开")
    add(Entry(_("联盟和共同体"), "alliances:networks", _desk_here, icon="user-group", group=group, order=40))
    add(
        Entry(
            _("待认定活动"),
            "alliances:waiting",
            _keeper_here,
            icon="clipboard-document-check",
            group=group,
            waiting=waiting,
            order=41,
        )
    )
    add(Entry(_("共同体目标"), "alliances:goals", _desk_here, icon="flag", group=group, order=42))
    add(
        Entry(
            _("产业链短板"), "alliances:gaps_kept", bureau_keeper, icon="puzzle-piece", group=group, order=43
        )
    )
    add(
        Entry(
            _("应用场景"),
            "alliances:scenarios_kept",
            desk,
            icon="light-bulb",
            group=group,
            waiting=to_publish,
            order=44,
        )
    )
    add(Entry(_("应用场景"), "alliances:scenarios_kept", is_unit_member, icon="light-bulb", order=16))
    add(Entry(_("产业链短板"), "alliances:gaps", _stranger, icon="puzzle-piece", group=public, order=93))
    add(Entry(_("应用场景"), "alliances:scenarios", _stranger, icon="light-bulb", group=public, order=94))
