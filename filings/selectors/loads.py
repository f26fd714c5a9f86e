"""Loads of a bureau, and what was loaded about a unit and waits for its word."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from core.actor import Actor
from core.errors import NotVisible
from filings.enums import EntityOrigin, EntityState
from filings.models import Entity, RegisterLoad
from filings.permissions_load import load_viewer


def loads_of(actor: Actor) -> QuerySet[RegisterLoad]:
    """Loads of the bureau acted for, the newest first."""
    rows = RegisterLoad.objects.select_related("file", "uploaded_by", "confirmed_by", "marked", "authority")
    if actor.organisation_id is None:
        return rows.none()
    return rows.filter(authority_id=actor.organisation_id)


def get_load(actor: Actor, pk: int) -> RegisterLoad:
    """The load, or the same NotVisible as for a number that does not exist."""
    found = loads_of(actor).filter(pk=pk).first()
    if found is None or not load_viewer(actor, found):
        raise NotVisible.one("load", _("没有找到，或您无权查看。"))
    return found


def to_confirm(actor: Actor) -> QuerySet[RegisterLoad]:
    """Loads of this bureau that wait for somebody else's confirmation."""
    waiting = loads_of(actor).filter(checked_at__isnull=False, error_count=0, confirmed_at__isnull=True)
    return waiting.filter(withdrawn_at__isnull=True).exclude(uploaded_by_id=actor.user_id)


def unconfirmed() -> QuerySet[Entity]:
    """Loaded entities about which their lead has not said yet that what was loaded is right."""
    return Entity.objects.filter(
        origin=EntityOrigin.LOAD, confirmed_at__isnull=True, standing=EntityState.REGISTERED
    )


def entries_of(actor: Actor) -> QuerySet[Entity]:
    """Those of the unit acted for, in the order of their names."""
    if actor.organisation_id is None or not actor.has_role(*UNIT_ROLES):
        return Entity.objects.none()
    rows = unconfirmed().filter(lead_id=actor.organisation_id)
    return rows.select_related("lead", "authority__jurisdiction", "district__parent").order_by(
        "name_key", "pk"
    )


def get_entry(actor: Actor, pk: int) -> Entity:
    """A loaded entity that the unit acted for leads, confirmed or not; else NotVisible."""
    rows = Entity.objects.filter(origin=EntityOrigin.LOAD, lead_id=actor.organisation_id or 0, pk=pk)
    found = rows.select_related("lead", "authority__jurisdiction", "district__parent", "confirmed_by").first()
    if found is None or not actor.has_role(*UNIT_ROLES):
        raise NotVisible.one("entry", _("没有找到，或您无权查看。"))
    return found
