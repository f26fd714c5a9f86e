"""Entities on the register, limited to those an actor looks after or belongs to."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import UNIT_ROLES
from accounts.selectors import places_within
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings import programmes
from filings.models import Entity, EntityMember
from filings.models.entity import in_force
from filings.permissions import STAFF_READERS, recommender_roles
from filings.permissions_entity import entity_viewer


def visible_to(actor: Actor) -> QuerySet[Entity]:
    """Every entity this actor sees from the inside, acting as the organisation chosen; agrees with `entity_viewer`."""
    return Entity.objects.filter(_as_unit(actor) | _as_staff(actor))


def looked_after_by(actor: Actor) -> QuerySet[Entity]:
    """Every entity this actor reads as staff; agrees with `entity_staff_reader`."""
    return Entity.objects.filter(_as_staff(actor))


def as_unit(actor: Actor) -> QuerySet[Entity]:
    """Every entity this actor's unit leads or belongs to today; agrees with `entity_lead | entity_member`."""
    return Entity.objects.filter(_as_unit(actor))


def _as_unit(actor: Actor) -> Q:
    if actor.user is None or actor.organisation is None or not actor.has_role(*UNIT_ROLES):
        return Q(pk__in=[])
    places = EntityMember.objects.filter(in_force(clock.today()), organisation_id=actor.organisation.pk)
    return Q(lead_id=actor.organisation_id) | Q(pk__in=places.values("entity_id"))


def _as_staff(actor: Actor) -> Q:
    reach = Q(pk__in=[])
    if actor.user is None or actor.organisation is None:
        return reach
    if actor.has_role(*STAFF_READERS):
        reach |= Q(authority_id=actor.organisation_id)
    passes_on = recommender_roles(actor)
    if passes_on and actor.organisation.jurisdiction_id:
        kinds = programmes.kinds_passed_on_by(passes_on)
        reach |= Q(district__in=places_within(actor.organisation.jurisdiction), kind__in=kinds)
    return reach


def get_visible(actor: Actor, code: str) -> Entity:
    """The entity, or the same NotVisible as for a code that does not exist."""
    entity = (
        Entity.objects.select_related(
            "lead__district", "authority__jurisdiction", "district__parent", "district__maps_to", "officer"
        )
        .filter(code=code)
        .first()
    )
    if entity is None or not entity_viewer(actor, entity):
        raise NotVisible.one("not_found", _("没有找到这个登记主体，或您无权查看。"))
    return entity
