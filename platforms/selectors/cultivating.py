"""The cultivation list as each role sees it. No writes."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES, Role
from accounts.selectors import places_within
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings.permissions import STAFF_READERS
from platforms.enums import CultivationOutcome
from platforms.models import CultivationEntry
from platforms.permissions import entry_viewer
from platforms.types import PlatformType, types
from policy.law import law_on

SETTING = "register.cultivation_criteria"
ITEM = "reg_platform_cultivation"


def kinds_for() -> list[PlatformType]:
    """Types of a higher level that the list prepares for."""
    return [kind for kind in types().values() if kind.traits.cultivates and kind.recorded_levels]


def in_library(organisation: Any, target_kind: str) -> bool:
    """Whether a unit is on the list today: for this type, or for any where its own R&D institution is asked about."""
    rows = CultivationEntry.objects.filter(organisation=organisation, left_on__isnull=True)
    if target_kind != "enterprise_rd_institution":
        rows = rows.filter(target_kind=target_kind)
    return rows.exists()


def last_year(place: str, on: datetime.date) -> int:
    """The latest year of application that lets a unit enter, as the bureau reads it (amb_cultivation_criteria)."""
    reading = law_on(on, place).reading(SETTING) or {}
    return on.year + int(reading.get("provincial_application_within_years", 2))


def visible(actor: Actor) -> QuerySet[CultivationEntry]:
    """Entries this actor reads; agrees with `entry_viewer`."""
    reach = Q(pk__in=[])
    if actor.organisation is not None:
        if actor.has_role(*STAFF_READERS):
            reach |= Q(authority_id=actor.organisation_id)
        if actor.has_role(Role.DISTRICT_OFFICER) and actor.organisation.jurisdiction_id:
            reach |= Q(organisation__district__in=places_within(actor.organisation.jurisdiction))
        if actor.has_role(*UNIT_ROLES):
            reach |= Q(organisation_id=actor.organisation_id)
    rows = CultivationEntry.objects.filter(reach)
    return rows.select_related("organisation__district", "entity", "achieved")


def tab(rows: QuerySet[CultivationEntry], key: str) -> QuerySet[CultivationEntry]:
    """`in`, `soon` (this year), `late` (its year is over), `reached`, `left`."""
    year = clock.today().year
    held = rows.filter(left_on__isnull=True)
    if key == "soon":
        return held.filter(apply_year=year)
    if key == "late":
        return held.filter(apply_year__lt=year)
    if key == "reached":
        return rows.filter(outcome=CultivationOutcome.UPGRADED).order_by("-left_on", "-id")
    if key == "left":
        gone = rows.filter(left_on__isnull=False).exclude(outcome=CultivationOutcome.UPGRADED)
        return gone.order_by("-left_on", "-id")
    return held


def get_entry(actor: Actor, pk: int) -> CultivationEntry:
    """The entry, or the same NotVisible as for one that does not exist."""
    rows = CultivationEntry.objects.select_related(
        "organisation__district__parent", "authority", "entity", "achieved"
    )
    found = rows.filter(pk=pk).first()
    if found is None or not entry_viewer(actor, found):
        raise NotVisible.one("entry", _("没有找到这个培育条目，或您无权查看。"))
    return found
