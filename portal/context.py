"""What every frame shows: the menu of this actor, the units one may act in, links of the foot."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.actors import choices
from accounts.enums import Role
from core.actor import Actor
from core.http import actor_of
from core.navigation import entries_for, numbers
from filings.permissions import has_work

FOOT = (
    ("portal:verify_form", _("文书核验")),
    ("policy:library", _("政策库")),
    ("portal:statements", _("网站声明与帮助")),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Template context of the frames; the menu is built only if the template asks for it."""
    actor = actor_of(request)
    return {
        "navigation": SimpleLazyObject(lambda: _menu(request, actor)),
        "memberships": SimpleLazyObject(lambda: _memberships(request, actor)),
        "role_label": SimpleLazyObject(lambda: _role_label(actor)),
        "account_links": _account_links(request, actor),
        "foot_links": _links(FOOT),
    }


def _account_links(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    own = [("accounts:profile", _("个人资料"))] if actor.is_authenticated else []
    if sum(choice.is_staff for choice in getattr(request, "actor_choices", ())) > 1:
        own.append(("portal:offices", _("各机关待办")))
    if has_work(actor):
        own.append(("assignment:absence", _("休假与代办")))
    return _links(tuple(own))


def _links(pairs: tuple[tuple[str, Any], ...]) -> list[dict[str, Any]]:
    found = []
    for name, label in pairs:
        try:
            found.append({"url": reverse(name), "label": label})
        except NoReverseMatch:
            continue
    return found


def _menu(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    rows, shown = [], entries_for(actor)
    for entry, number in zip(shown, numbers(shown, actor), strict=True):
        url = reverse(entry.url_name)
        rows.append(
            {
                "label": entry.label,
                "url": url,
                "icon": entry.icon,
                "group": entry.group,
                "count": number,
                "current": request.path == url or (url != "/" and request.path.startswith(url)),
            }
        )
    longest = max((r["url"] for r in rows if r["current"]), key=len, default="")
    return [row | {"current": row["url"] == longest} for row in rows]


def _memberships(request: HttpRequest, actor: Actor) -> list[dict[str, Any]]:
    if actor.user is None:
        return []
    offered = getattr(request, "actor_choices", None)
    return [
        {
            "organisation_id": choice.organisation.pk,
            "organisation": choice.organisation,
            "role_label": choice.role_labels,
            "current": choice.organisation.pk == actor.organisation_id,
        }
        for choice in (choices(actor.user) if offered is None else offered)
    ]


def _role_label(actor: Actor) -> str:
    return "、".join(str(role.label) for role in Role if actor.has_role(role))
