"""Units with one administrator each, and the officers of the bureau that receives the filings."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts import credit_code
from accounts.enums import DistrictKind, OrganisationKind, OrganisationState, Role, Title
from accounts.models import District, Membership, Organisation, User
from accounts.services import organisations
from core import clock
from core.actor import Actor
from filings.services.drafting import SCIENCE
from portal.scale.copying import copy_rows, take_ids
from portal.scale.words import dice, keyed, words

MARK = "MB"  # characters 9 and 10 of every credit code made here
USERNAME = "scale-"
BLOCK = 5_000
OFFICERS = 12
HEADS = 2
NO_PASSWORD = "!scale"  # noqa: S105 - nobody logs in with it
# of a hundred units
KINDS = (
    (OrganisationKind.ENTERPRISE, 80, "91"),
    (OrganisationKind.UNIVERSITY, 6, "12"),
    (OrganisationKind.INSTITUTE, 8, "12"),
    (OrganisationKind.ASSOCIATION, 3, "51"),
    (OrganisationKind.AGENCY, 3, "12"),
)
SIZES = ("large", "medium", "small", "micro")
SINCE = datetime.date(2021, 3, 1)


@dataclass(frozen=True)
class Unit:
    """What a filing needs to know of a unit."""

    pk: int
    name: str
    code: str
    kind: str
    district_id: int
    user_id: int


def made() -> int:
    """How many units of this kind there are already."""
    marked = Organisation.objects.filter(is_sample=True, credit_code__regex=f"^.{{8}}{MARK}")
    return marked.exclude(kind=OrganisationKind.BUREAU).count()


def units() -> list[Unit]:
    """Every unit made here, in the order of making."""
    rows = Membership.objects.filter(
        organisation__is_sample=True,
        organisation__credit_code__regex=f"^.{{8}}{MARK}",
        role=Role.UNIT_ADMIN,
    ).order_by("organisation_id")
    names = ("organisation_id", "organisation__name", "organisation__credit_code", "organisation__kind")
    return [Unit(*row) for row in rows.values_list(*names, "organisation__district_id", "user_id")]


def places(city: str) -> tuple[list[District], list[District]]:
    """The districts of the city, and those of the rest of the province. Only where digits make a credit code."""
    rows = [
        place
        for place in District.objects.filter(kind=DistrictKind.DISTRICT).select_related("parent")
        if place.code.isdigit()
    ]
    near = [place for place in rows if place.parent is not None and place.parent.code == city]
    return near, [place for place in rows if place not in near] or near


def add_units(first: int, last: int, city: str) -> None:
    """Units number `first` to `last` - 1, six of seven in the city."""
    near, far = places(city)
    moment = clock.now()
    for start in range(first, last, BLOCK):
        numbers = range(start, min(start + BLOCK, last))
        unit_ids, user_ids = take_ids(Organisation, len(numbers)), take_ids(User, len(numbers))
        rows = [
            _unit(pk, number, near if number % 7 else far, moment)
            for pk, number in zip(unit_ids, numbers, strict=True)
        ]
        people = [_person(pk, "unit", n, moment) for pk, n in zip(user_ids, numbers, strict=True)]
        with transaction.atomic():
            copy_rows(Organisation, rows)
            copy_rows(User, people)
            copy_rows(Membership, _held(user_ids, unit_ids, Role.UNIT_ADMIN))


def _unit(pk: int, number: int, near: list[District], moment: datetime.datetime) -> dict[str, Any]:
    rng, bag = dice(1, number), words()
    # the first districts of a city have the most units
    place = near[min(int(rng.expovariate(3 / len(near))), len(near) - 1)]
    kind, _share, prefix = rng.choices(KINDS, [share for _kind, share, _prefix in KINDS])[0]
    name, key = keyed(
        place.label,
        rng.choice(bag["first"]) + rng.choice(bag["second"]) + rng.choice(bag["second"]),
        rng.choice(bag["trades"]),
        bag["endings"][kind],
    )
    titles = [title.value for title in Title if rng.random() < 0.2]
    return {
        "id": pk,
        "credit_code": credit_code.make(prefix, place.code, MARK, number),
        "name": name,
        "sort_key": key,
        "kind": kind,
        "size_class": rng.choice(SIZES),
        "district_id": place.pk,
        "titles": titles if kind == OrganisationKind.ENTERPRISE else [],
        "contact_name": bag["contact"],
        "address": bag["address"],
        "state": OrganisationState.APPROVED,
        "state_changed_at": moment,
        "decided_at": moment,
        "registered_at": moment,
        "updated_at": moment,
        "is_sample": True,
    }


def _person(pk: int, role: str, number: int, moment: datetime.datetime) -> dict[str, Any]:
    bag = words()
    name, key = keyed(bag["person"].format(role=bag["roles"][role], n=""), length=100)
    return {
        "id": pk,
        "username": f"{USERNAME}{role}-{number:06d}",
        "password": NO_PASSWORD,
        "name": f"{name}{number}",
        "sort_key": f"{key} {number}",
        "date_joined": moment,
        "password_changed_at": clock.wall(),
        "is_sample": True,
    }


def _held(user_ids: list[int], unit_ids: list[int], role: str) -> Iterator[dict[str, Any]]:
    for user_id, unit_id in zip(user_ids, unit_ids, strict=True):
        yield {"user_id": user_id, "organisation_id": unit_id, "role": role, "since": SINCE}


def bureau_of(city: str) -> Organisation:
    """The science and technology bureau of the city; made where there is none yet."""
    place = District.objects.get(code=city)
    found = Organisation.objects.filter(
        kind=OrganisationKind.BUREAU, department=SCIENCE, jurisdiction=place
    ).first()
    return found or organisations.create_organisation(
        actor=Actor.system(),
        credit_code=credit_code.make("11", place.code, MARK, 999_999),
        name=f"{place.label}{words()['bureau']}",
        kind=OrganisationKind.BUREAU,
        district=place,
        jurisdiction=place,
        level="municipal",
        department=SCIENCE,
        is_sample=True,
    )


def staff(bureau: Organisation, role: Role, count: int) -> list[int]:
    """At least `count` people who hold the role in the bureau today, those already there first."""
    held = Membership.objects.filter(organisation=bureau, role=role, ended_at=None).order_by("user_id")
    found = list(held.values_list("user_id", flat=True))
    lacking = count - len(found)
    if lacking > 0:
        kind = "head" if role == Role.DIVISION_HEAD else "officer"
        moment, ids = clock.now(), take_ids(User, lacking)
        with transaction.atomic():
            copy_rows(User, [_person(pk, kind, n, moment) for n, pk in enumerate(ids, start=len(found))])
            copy_rows(Membership, _held(ids, [bureau.pk] * lacking, role))
        found += ids
    return found
