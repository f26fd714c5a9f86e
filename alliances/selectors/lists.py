"""Chain gaps and scenarios: what everybody reads, what a bureau or a unit keeps. No writes."""

from __future__ import annotations

import datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES
from alliances.enums import GapStatus, ScenarioStatus
from alliances.models import ChainGap, Scenario
from alliances.permissions import KEEPERS, scenario_viewer
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings.permissions import STAFF_READERS
from filings.selectors.entities import as_unit

GAP_TABS = (GapStatus.OPEN, GapStatus.CLOSING, GapStatus.CLOSED)


def gaps() -> QuerySet[ChainGap]:
    """Every gap; the list is public (reg_chain_gaps)."""
    return ChainGap.objects.select_related("entity__lead", "keeper", "authority")


def gap_status(rows: QuerySet[ChainGap], status: str) -> QuerySet[ChainGap]:
    """Those of a status; all for an unknown one."""
    if status == GapStatus.OPEN:
        return rows.filter(started_on__isnull=True, closed_on__isnull=True)
    if status == GapStatus.CLOSING:
        return rows.filter(started_on__isnull=False, closed_on__isnull=True)
    return rows.filter(closed_on__isnull=False) if status == GapStatus.CLOSED else rows


def narrowed(rows: QuerySet[ChainGap], *, q: str = "", kind: str = "", chain: str = "") -> QuerySet[ChainGap]:
    """By words in title, chain or closer, by kind, by chain."""
    for word in q.split():
        rows = rows.filter(Q(title__icontains=word) | Q(chain__icontains=word) | Q(closer__icontains=word))
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(chain=chain) if chain else rows


def gaps_kept_by(actor: Actor) -> QuerySet[ChainGap]:
    """Those that this actor may write: of the bureau's own list, or of the alliances the unit leads."""
    if actor.organisation is None:
        return ChainGap.objects.none()
    mine = Q(pk__in=[])
    if actor.has_role(*KEEPERS):
        mine |= Q(keeper_id=actor.organisation_id)
    if actor.has_role(*UNIT_ROLES):
        mine |= Q(keeper__isnull=True, entity__lead_id=actor.organisation_id)
    return gaps().filter(mine)


def get_gap(pk: int) -> ChainGap:
    """One gap of the public list; NotVisible for none."""
    found = gaps().filter(pk=pk).first()
    if found is None:
        raise NotVisible.one("gap", _("没有找到这项短板。"))
    return found


# --- scenarios -------------------------------------------------------------------------------


def published() -> QuerySet[Scenario]:
    """What everybody may read, what has no end first, then what ends last."""
    rows = Scenario.objects.filter(published_at__isnull=False).select_related("owner", "authority", "entity")
    return rows.order_by(F("until").desc(nulls_first=True), "-since", "-id")


def scenario_status(rows: QuerySet[Scenario], status: str, on: datetime.date) -> QuerySet[Scenario]:
    """Those that have a status on a day; all for an unknown one."""
    if status in (ScenarioStatus.WAITING, ScenarioStatus.RETURNED):
        return rows.filter(published_at__isnull=True, returned_at__isnull=status == ScenarioStatus.WAITING)
    rows_public = rows.filter(published_at__isnull=False)
    if status == ScenarioStatus.UPCOMING:
        return rows_public.filter(since__gt=on)
    if status == ScenarioStatus.ENDED:
        return rows_public.filter(since__lte=on, until__lt=on)
    if status == ScenarioStatus.OPEN:
        return rows_public.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)
    return rows


def scenarios_of(actor: Actor) -> QuerySet[Scenario]:
    """A unit's own and those of the entities it leads; to staff those of their bureau. Agrees with `scenario_viewer`."""
    mine = Q(owner_id=actor.organisation_id)
    if actor.has_role(*STAFF_READERS):
        mine |= Q(authority_id=actor.organisation_id)
    if actor.has_role(*UNIT_ROLES):
        mine |= Q(entity__lead_id=actor.organisation_id)
    return Scenario.objects.filter(mine).select_related("owner", "authority", "entity")


def get_scenario(actor: Actor, pk: int) -> Scenario:
    """A published one, or one of this actor's own; the same NotVisible for every other."""
    found = (
        Scenario.objects.select_related("owner", "authority", "entity__lead", "published_by")
        .filter(pk=pk)
        .first()
    )
    if found is None or not (found.published_at or scenario_viewer(actor, found)):
        raise NotVisible.one("scenario", _("没有找到这个应用场景，或您无权查看。"))
    return found


def to_publish(actor: Actor) -> QuerySet[Scenario]:
    """Those that wait for an officer of this bureau."""
    if actor.organisation is None or not actor.has_role(*KEEPERS):
        return Scenario.objects.none()
    rows = Scenario.objects.filter(authority_id=actor.organisation_id)
    return scenario_status(rows, ScenarioStatus.WAITING, clock.today())


def entities_for(actor: Actor) -> list[tuple[str, str]]:
    """Code and name of the entities a unit may open a scenario for."""
    return list(as_unit(actor).order_by("name_key").values_list("code", "name"))
