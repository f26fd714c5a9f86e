"""People, units and bureaus, made by the real services.

bureau = make_bureau("370200")                     # 青岛市科学技术局, with its district tree
officer = make_user("case_officer", bureau)
unit = make_organisation(district="370212")        # an approved enterprise in 崂山区
applicant = make_user("unit_admin", unit)
act(applicant)                                     # -> core.actor.Actor
"""

from __future__ import annotations

import itertools
from typing import Any

from django.test import Client

from accounts import credit_code
from accounts.actors import actor_for
from accounts.enums import UNIT_ROLES, DistrictKind, OrganisationKind
from accounts.models import District, Invitation, Organisation, User
from accounts.services import memberships, organisations, reference, roles, users
from core.actor import Actor

PASSWORD = "Lianchuang-2026-demo"
TREE: tuple[tuple[str, str, str, str | None, str | None], ...] = (
    ("370000", "山东省", "province", None, None),
    ("370100", "济南市", "city", "370000", None),
    ("370200", "青岛市", "city", "370000", None),
    ("370300", "淄博市", "city", "370000", None),
    ("370202", "市南区", "district", "370200", None),
    ("370211", "黄岛区", "district", "370200", None),
    ("370212", "崂山区", "district", "370200", None),
    ("370214", "城阳区", "district", "370200", None),
    ("3702XH", "西海岸新区", "zone", "370200", "370211"),
    ("370303", "张店区", "district", "370300", None),
    ("370305", "临淄区", "district", "370300", None),
)
PREFIXES = {"enterprise": "91", "university": "12", "institute": "12", "association": "51", "bureau": "11"}
MARKS = ("明衡", "岭舟", "淇川", "泓砺", "青朴", "沐岩", "云蔚", "澜泽")
BUREAU_NAMES = {
    DistrictKind.PROVINCE: "科学技术厅",
    DistrictKind.CITY: "科学技术局",
    DistrictKind.DISTRICT: "科学技术局",
    DistrictKind.ZONE: "科技创新局",
}
_numbers = itertools.count(1)
# Five digits: `auditor2026@example.cn` would be too much like the password that everybody has here.
_people = itertools.count(10_000)
SYSTEM = Actor.system()


def make_district_tree() -> dict[str, District]:
    """The province, three cities and some districts, by code. Leaves rows alone that the catalogue has loaded."""
    for code, label, kind, parent, maps_to in TREE:
        if not District.objects.filter(code=code).exists():
            reference.upsert_district(
                actor=SYSTEM,
                code=code,
                label=label,
                kind=kind,
                parent=parent,
                maps_to=maps_to,
                is_local=kind == "zone",
            )
    return {place.code: place for place in District.objects.select_related("parent", "maps_to")}


def make_organisation(
    kind: str = "enterprise",
    *,
    district: str = "370212",
    name: str = "",
    approved: bool = True,
    figures: dict[int, dict[str, Any]] | None = None,
    **facts: Any,
) -> Organisation:
    """A unit with a good credit code. ``figures``: {year: {kind: Decimal}} as reported by the unit."""
    place = _place(district)
    number = next(_numbers)
    code = credit_code.make(PREFIXES.get(kind, "91"), _digits(place), "MATT", number)
    unit = organisations.create_organisation(
        actor=SYSTEM,
        credit_code=facts.pop("credit_code", code),
        approved=approved,
        name=name or f"{place.label}{MARKS[number % len(MARKS)]}{_trade(kind)}（{number}）",
        kind=kind,
        district=place,
        is_sample=True,
        **({"size_class": "medium"} if kind == "enterprise" else {}) | facts,
    )
    for year, values in (figures or {}).items():
        given = {key: {"value": value, "origin": "self_reported"} for key, value in values.items()}
        organisations.set_figures(actor=SYSTEM, organisation=unit, year=year, values=given)
    return unit


def make_bureau(jurisdiction: str = "370200", *, name: str = "", **facts: Any) -> Organisation:
    """A bureau that decides for a place; asking twice gives the same one."""
    place = _place(jurisdiction)
    name = (
        name or f"{place.parent.label if _below_city(place) else ''}{place.label}{BUREAU_NAMES[place.kind]}"
    )
    found = Organisation.objects.filter(kind=OrganisationKind.BUREAU, jurisdiction=place, name=name).first()
    levels = {"province": "provincial", "city": "municipal", "district": "district", "zone": "district"}
    return found or make_organisation(
        "bureau",
        district=jurisdiction,
        name=name,
        jurisdiction=place,
        level=levels[place.kind],
        **{"department": "science_technology", **facts},
    )


def make_user(
    role: str | None = None,
    organisation: Organisation | None = None,
    *,
    username: str = "",
    name: str = "",
    password: str = PASSWORD,
    **facts: Any,
) -> User:
    """A person, with a role in a unit or bureau if given. The password is ``PASSWORD``."""
    username = username or f"{role or 'person'}{next(_people)}"
    user = users.create_user(
        actor=SYSTEM,
        username=username,
        name=name or f"测试人员{next(_people)}",
        email=facts.pop("email", f"{username.lower()}@example.cn"),
        password=password,
        staff=role not in UNIT_ROLES and role is not None,
        is_sample=True,
        **facts,
    )
    if role is not None and organisation is not None:
        give_role(user, role, organisation)
    return user


def give_role(user: User, role: str, organisation: Organisation) -> User:
    """Another role or another unit for the same person."""
    if role in UNIT_ROLES:
        memberships.grant(actor=SYSTEM, user=user, organisation=organisation, role=role)
    else:
        roles.grant_initial_role(actor=SYSTEM, user=user, organisation=organisation, role=role)
    return user


def make_invitation(admin: User) -> Invitation:
    """An invitation of a colleague that waits for its answer."""
    actor = act(admin)
    return memberships.invite_colleague(
        actor=actor, organisation=actor.organisation, email="shen@example.cn", role="filler"
    )[0]


def act(user: User, organisation: Organisation | None = None) -> Actor:
    """The actor of a person, in the given or the only unit."""
    return actor_for(user, organisation)


def as_person(user: User) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(user)
    return client


def _place(code: str) -> District:
    make_district_tree()
    return District.objects.select_related("parent", "maps_to").get(code=code)


def _digits(place: District) -> str:
    """Six digits for a credit code; a zone has none of its own."""
    if place.code.isdigit():
        return place.code
    return place.maps_to.code if place.maps_to else place.parent.code


def _below_city(place: District) -> bool:
    return place.kind in (DistrictKind.DISTRICT, DistrictKind.ZONE)


def _trade(kind: str) -> str:
    names = {
        "enterprise": "科技有限公司",
        "university": "大学",
        "institute": "研究院",
        "association": "行业协会",
    }
    return names.get(kind, "服务中心")
