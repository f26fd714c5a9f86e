"""Entities of every kind of the catalogue as they are recorded without a filing: levels with history, members, ends or none."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from random import Random
from typing import Any

from django.db import connection, transaction

from accounts.enums import OrganisationKind
from accounts.models import District
from core import clock
from core.search import grams
from filings.enums import EntityOrigin, EntityState, ParticipantRole
from filings.models import Entity, EntityLevel, EntityMember
from filings.periods import last_day
from policy.enums import Section
from policy.models import Item
from portal.scale import units
from portal.scale.copying import copy_rows, take_ids
from portal.scale.units import Unit
from portal.scale.words import dice, keyed, words

Row = dict[str, Any]
BLOCK = 5_000
NUMBERS_FROM = 5_000_000  # below those of filings, above any that will ever be given
RECORDED = ("network", "cluster", "platform")
LADDER = ("district", "municipal", "provincial", "national")
YEARS = 12
ENDED_ONE_IN, RAISED_ONE_IN = 25, 7


@dataclass(frozen=True)
class Kind:
    """A kind of the catalogue: what a number and a name of it are made of."""

    key: str
    label: str
    letters: str
    levels: tuple[str, ...]


@dataclass
class Cast:
    kinds: list[Kind]
    weights: list[float]
    units: list[Unit]
    places: dict[int, District]
    bureaus: dict[int, int]  # district -> bureau of its city
    industries: list[str]
    today: datetime.date


def made() -> int:
    """How many entities of this sort there are already."""
    return Entity.objects.filter(code__regex=rf"^[A-Z]+-\d{{4}}-{NUMBERS_FROM // 1_000_000}\d{{6}}$").count()


def cast(city: str) -> Cast:
    """Read, and make where lacking, what these entities share: the bureau of each city in which there are units."""
    rows = Item.objects.filter(section=Section.ENTITY_TYPE, data__kind__in=RECORDED).order_by("order", "key")
    kinds = [
        Kind(r.key, r.label, r.data["code"], tuple(s for s in LADDER if s in r.data["levels"])) for r in rows
    ]
    everybody = units.units()
    places = District.objects.select_related("parent").in_bulk({u.district_id for u in everybody})
    cities = {c.pk: c for p in places.values() if (c := p.city) is not None}
    deciding = {pk: units.bureau_of(place.code).pk for pk, place in cities.items()}
    industries = Item.objects.filter(section=Section.INDUSTRY).order_by("order", "key")
    return Cast(
        kinds=kinds,
        # the first kinds are the most frequent ones
        weights=[1 / (3 + place) for place in range(len(kinds))],
        units=everybody,
        places=places,
        bureaus={pk: deciding[p.city.pk] for pk, p in places.items() if p.city is not None},
        industries=list(industries.values_list("key", flat=True)[:30]),
        today=clock.today(),
    )


def add(first: int, last: int, city: str) -> None:
    """Entities number `first` to `last` - 1, each block in a transaction."""
    if last <= first:
        return
    everybody = cast(city)
    for start in range(first, last, BLOCK):
        numbers = range(start, min(start + BLOCK, last))
        rows: dict[Any, list[Row]] = {Entity: [], EntityLevel: [], EntityMember: []}
        for pk, number in zip(take_ids(Entity, len(numbers)), numbers, strict=True):
            _one(pk, number, everybody, rows)
        with transaction.atomic(), connection.cursor() as cursor:
            # Without triggers: no row history and no look-up of each reference, which are three quarters of the time.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for model, found in rows.items():
                copy_rows(model, found)
            cursor.execute("SELECT filings_write_periods(%s)", [[row["id"] for row in rows[Entity]]])


def _one(pk: int, number: int, cast: Cast, rows: dict[Any, list[Row]]) -> None:
    rng, bag = dice(5, number), words()
    kind = rng.choices(cast.kinds, cast.weights)[0]
    lead = rng.choice(cast.units)
    start = cast.today - datetime.timedelta(days=rng.randrange(1, 365 * YEARS))
    until = last_day(start, 36 * rng.randint(1, 4)) if rng.random() < 0.5 else None
    ended = _end(rng, start, cast.today)
    steps = _levels(rng, kind, start, ended or cast.today)
    mark = rng.choice(bag["first"]) + rng.choice(bag["second"])
    name, key = keyed(cast.places[lead.district_id].label, mark, rng.choice(bag["topics"]), kind.label)
    code = f"{kind.letters}-{start.year}-{NUMBERS_FROM + number}"
    how = rng.choice((EntityState.EXITED, EntityState.MERGED)) if ended else EntityState.REGISTERED
    rows[Entity].append(
        {
            "id": pk,
            "code": code,
            "kind": kind.key,
            "name": name[:120],
            "name_key": key,
            "level": steps[-1][0],
            "lead_id": lead.pk,
            "authority_id": cast.bureaus[lead.district_id],
            "industry": rng.choice(cast.industries),
            "district_id": lead.district_id,
            "valid_from": start,
            "valid_until": until,
            "standing": how,
            "ended_on": ended,
            "end_reason": bag["texts"]["ended"] if ended else "",
            "grams": grams(name, lead.name, code),
            "registered_at": clock.start_of_day(start),
            "origin": EntityOrigin.LOAD,
            "confirmed_at": clock.start_of_day(start) if rng.random() < 0.7 else None,
            "is_sample": True,
        }
    )
    nexts = [since for _level, since in steps[1:]] + [None]
    rows[EntityLevel] += [
        {"entity_id": pk, "level": level, "since": since, "until": until, "document_number": code}
        for (level, since), until in zip(steps, nexts, strict=True)
    ]
    rows[EntityMember] += _members(rng, pk, lead, start, cast)


def _end(rng: Random, start: datetime.date, today: datetime.date) -> datetime.date | None:
    if rng.randrange(ENDED_ONE_IN):
        return None
    return start + datetime.timedelta(days=rng.randint(1, max((today - start).days, 1)))


def _levels(
    rng: Random, kind: Kind, start: datetime.date, last: datetime.date
) -> list[tuple[str, datetime.date]]:
    """The lowest level mostly; one of seven has climbed since."""
    place = 0 if rng.random() < 0.7 else rng.randrange(len(kind.levels))
    steps = [(kind.levels[place], start)]
    room = (last - start).days
    if place + 1 < len(kind.levels) and room > 2 and rng.randrange(RAISED_ONE_IN) == 0:
        steps.append((kind.levels[place + 1], start + datetime.timedelta(days=rng.randrange(1, room))))
    return steps


def _members(rng: Random, pk: int, lead: Unit, start: datetime.date, cast: Cast) -> list[Row]:
    people = {lead.pk: lead} | {u.pk: u for u in rng.choices(cast.units, k=rng.randint(0, 2))}
    roles = {OrganisationKind.ENTERPRISE.value: ParticipantRole.CHAIN_ENTERPRISE}
    return [
        {
            "entity_id": pk,
            "organisation_id": unit.pk,
            "role": ParticipantRole.LEAD
            if unit.pk == lead.pk
            else roles.get(unit.kind, ParticipantRole.ACADEMIC),
            "since": start,
        }
        for unit in people.values()
    ]
