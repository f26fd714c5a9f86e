"""The chain of platforms in numbers, the lists behind them, the named instances, the incubation chain. No writes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from accounts.enums import Level
from accounts.selectors import places_within
from core.actor import Actor
from filings.enums import FINAL_STATES, FOUNDS, Action, State
from filings.models import Entity, Filing
from filings.models.register import PeriodStatus, RegisterPeriod
from filings.selectors.entity_list import by_words
from platforms.models import CultivationEntry, Offer, Tenant
from platforms.types import PlatformType, Stage, incubation_chain, of, stages, structures, types
from policy.law import law_on
from policy.models import Item


def _in_reach(actor: Actor, on: datetime.date) -> QuerySet[RegisterPeriod]:
    """Platforms in force on a day in the place this actor's office is for: what the public register shows too."""
    place = actor.organisation.jurisdiction if actor.organisation else None
    if place is None:
        return RegisterPeriod.objects.none()
    rows = RegisterPeriod.objects.filter(
        Q(until__isnull=True) | Q(until__gt=on), since__lte=on, status=PeriodStatus.VALID, kind__in=types()
    )
    return rows.filter(district__in=places_within(place))


@dataclass
class Row:
    """One type with its number at each level."""

    kind: PlatformType
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass
class Column:
    """One stage of the chain with its types."""

    stage: Stage
    rows: list[Row] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(row.total for row in self.rows)


def chain(actor: Actor, on: datetime.date) -> list[Column]:
    """Four stages × types × levels, in one query."""
    found: dict[tuple[str, str], int] = {
        (row["kind"], row["level"]): row["n"]
        for row in _in_reach(actor, on).values("kind", "level").annotate(n=Count("pk")).order_by()
    }
    made = {key: Column(stage) for key, stage in stages().items()}
    for kind in types().values():
        counts = {level: found[kind.key, level] for level in Level.values if (kind.key, level) in found}
        made[kind.stage.key].rows.append(Row(kind, counts))
    return list(made.values())


@dataclass(frozen=True)
class Ladder:
    """建设一批、运行一批、储备一批 (fil_platform_ladder)."""

    building: int
    running: int
    reserved: int


def ladder(actor: Actor, on: datetime.date) -> Ladder:
    """What is under way, what is on the register, what is being cultivated, in this actor's place."""
    place = actor.organisation.jurisdiction if actor.organisation else None
    if place is None:
        return Ladder(0, 0, 0)
    within = places_within(place)
    asked = (*FOUNDS, Action.UPGRADE)
    building = Filing.objects.filter(programme__in=types(), action__in=asked, district__in=within)
    building = building.exclude(state__in=(*FINAL_STATES, State.DRAFT))
    reserved = CultivationEntry.objects.filter(left_on__isnull=True, organisation__district__in=within)
    return Ladder(building.count(), _in_reach(actor, on).count(), reserved.count())


def listed(actor: Actor, wanted: dict[str, Any]) -> QuerySet[Entity]:
    """The platforms behind a number: `stage`, `kind`, `level`, `q`, all `on` a day; each with its `level_then`."""
    on = wanted["on"]
    rows = _in_reach(actor, on)
    if wanted.get("stage"):
        rows = rows.filter(kind__in=[k.key for k in types().values() if k.stage.key == wanted["stage"]])
    for name in ("kind", "level"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    found = Entity.objects.filter(pk__in=rows.values("entity_id"))
    found = by_words(found, str(wanted.get("q", "")))
    then = found.filter(Q(periods__until__isnull=True) | Q(periods__until__gt=on), periods__since__lte=on)
    return (
        then.annotate(level_then=F("periods__level"))
        .select_related("lead", "district")
        .order_by("name_key", "pk")
    )


# --- named instances -------------------------------------------------------------------------


@dataclass(frozen=True)
class Instance:
    """What a document names: its clause, and the entity on the register that it is, if any."""

    key: str
    label: str
    kind: str
    kind_label: str
    clause: str
    group: str
    note: str
    entity: Entity | None


def instances(on: datetime.date) -> list[Instance]:
    """Every named instance matched by its name with the register."""
    rows = list(Item.objects.filter(key__startswith="inst_").order_by("order", "key"))
    names = [_plain(row.label) for row in rows]
    found = {e.name: e for e in Entity.objects.filter(name__in=[*names, *(r.label for r in rows)])}
    labels = dict(Item.objects.filter(key__in=[r.data.get("type") for r in rows]).values_list("key", "label"))
    law = law_on(on, "370300")
    province = law_on(on, "370000")
    return [
        Instance(
            key=row.key,
            label=row.label,
            kind=str(row.data.get("type", "")),
            kind_label=labels.get(row.data.get("type"), ""),
            clause=law.cite(row.key) or province.cite(row.key),
            group=str(row.data.get("group", "")),
            note=str(row.data.get("note") or row.data.get("backing") or row.data.get("aim") or ""),
            entity=found.get(row.label) or found.get(_plain(row.label)),
        )
        for row in rows
    ]


def _plain(label: str) -> str:
    return label.replace("“", "").replace("”", "")


# --- the incubation chain --------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step of 苗圃 + 孵化器 + 加速器 + 科技园区: platforms, who is there, who came from which step."""

    key: str
    label: str
    platforms: int
    tenants: int
    graduated: int
    came: dict[str, int]


def incubation(actor: Actor, on: datetime.date) -> list[Step]:
    """The four steps in this actor's place on a day."""
    place = actor.organisation.jurisdiction if actor.organisation else None
    within = places_within(place) if place else []
    rows = Tenant.objects.filter(
        struck_at__isnull=True,
        entity__district__in=within,
        entity__kind__in=incubation_chain(),
        entered_on__lte=on,
    )
    there = Q(left_on__isnull=True) | Q(left_on__gt=on)
    counted: dict[str, Any] = {
        row["entity__kind"]: row
        for row in rows.values("entity__kind")
        .annotate(n=Count("pk", filter=there), out=Count("pk", filter=Q(graduated_on__lte=on)))
        .order_by()
    }
    moved = rows.exclude(came_from="").values("entity__kind", "came_from").annotate(n=Count("pk")).order_by()
    came: dict[str, dict[str, int]] = {}
    for row in moved:
        came.setdefault(row["entity__kind"], {})[row["came_from"]] = row["n"]
    numbers = dict(_in_reach(actor, on).values_list("kind").annotate(n=Count("pk")).order_by())
    return [
        Step(
            key,
            of(key).label,
            numbers.get(key, 0),
            counted.get(key, {}).get("n", 0),
            counted.get(key, {}).get("out", 0),
            came.get(key, {}),
        )
        for key in incubation_chain()
    ]


def layers() -> list[dict[str, Any]]:
    """创新体系三层: role, the types that fill it."""
    known = types()
    return [
        {"role": row["role"], "types": [known[key] for key in row["members"] if key in known]}
        for row in structures()["innovation_system_three_layer"]["layers"]
    ]


# --- open to the public ----------------------------------------------------------------------


def offers(wanted: dict[str, str]) -> QuerySet[Offer]:
    """What platforms on the register open to everybody, by words, kind or platform."""
    rows = Offer.objects.filter(withdrawn_at__isnull=True, entity__standing="registered")
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    if wanted.get("entity"):
        rows = rows.filter(entity__code=wanted["entity"])
    for word in wanted.get("q", "").split():
        rows = rows.filter(
            Q(name__icontains=word) | Q(detail__icontains=word) | Q(entity__name__icontains=word)
        )
    return rows.select_related("entity__lead", "entity__district").order_by("entity__name_key", "name", "id")
