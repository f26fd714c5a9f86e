"""The demonstration's bureaus, units and people, through the same services as real ones."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from accounts import credit_code
from accounts.actors import actor_for
from accounts.models import District, Organisation, User
from accounts.services import memberships, organisations, roles, users
from core import clock
from core.actor import Actor
from filings.models import Expert
from filings.services import review

PASSWORD = "Lianchuang-2026-demo"  # noqa: S105 - the published password of the demonstration
BEGAN = datetime.datetime(
    2022, 12, 5, 9, tzinfo=clock.SHANGHAI
)  # the commissions' statistics begin with 2023
SINCE = datetime.datetime(2025, 3, 10, 9, tzinfo=clock.SHANGHAI)
SYSTEM = Actor.system()
PREFIXES = {
    "enterprise": "91",
    "university": "12",
    "institute": "12",
    "association": "51",
    "bureau": "11",
    "agency": "12",
}
UNIT_ROLES = ("unit_admin", "filler", "signer")
FIGURES = {"revenue": "main_revenue", "rd": "rd_expenditure", "rd_staff": "rd_staff", "staff": "staff"}
GROWTH = (Decimal("0.86"), Decimal("0.93"), Decimal("1"))


def load(data: dict[str, Any]) -> dict[str, Organisation]:
    """Everybody of the file; the organisations by their key."""
    units = {row["key"]: _bureau(row) for row in data["bureaus"]}
    units |= {row["key"]: _unit(row) for row in data["organisations"]}
    for row in data["users"]:
        _person(row["username"], row["name"], row["roles"], units)
    for row in data["organisations"]:
        if "admin" in row:
            person = User.objects.get(username=row["admin"])
            memberships.grant(actor=SYSTEM, user=person, organisation=units[row["key"]], role="unit_admin")
    for row in data["experts"]:
        _expert(row, units)
    return units


def report_figures(data: dict[str, Any], units: dict[str, Organisation]) -> None:
    """What the units report of their last three years."""
    for row in data["organisations"]:
        if "revenue" in row:
            _figures(units[row["key"]], row)


def actor(username: str, unit: Organisation) -> Actor:
    return actor_for(User.objects.get(username=username), unit)


def admin(unit: Organisation) -> Actor:
    """The first administrator of a unit."""
    user = User.objects.filter(memberships__organisation=unit, memberships__role="unit_admin").order_by("pk")
    return actor_for(user[0], unit)


def _code(row: dict[str, Any]) -> str:
    digits = row["district"]
    return credit_code.make(PREFIXES[row.get("kind", "bureau")], digits, "MAXX", row["n"])


def _bureau(row: dict[str, Any]) -> Organisation:
    place = District.objects.get(code=row["district"])
    extra = {k: row[k] for k in ("address", "contact_phone") if k in row}
    return organisations.create_organisation(
        actor=SYSTEM,
        credit_code=_code(row),
        name=row["name"],
        kind="bureau",
        district=place,
        jurisdiction=place,
        level=row["level"],
        department=row["department"],
        is_sample=True,
        **extra,
    )


def _unit(row: dict[str, Any]) -> Organisation:
    facts = {k: row[k] for k in ("size_class", "titles", "industry_code") if row.get(k)}
    return organisations.create_organisation(
        actor=SYSTEM,
        credit_code=_code(row),
        approved=row.get("approved", True),
        name=row["name"],
        kind=row["kind"],
        district=District.objects.get(code=row["district"]),
        is_sample=True,
        **facts,
    )


def _figures(unit: Organisation, row: dict[str, Any]) -> None:
    last = clock.wall().year - 1
    for offset, share in enumerate(GROWTH):
        values = {
            kind: {"value": (Decimal(row[name]) * share).quantize(Decimal(1)), "origin": "audit_report"}
            for name, kind in FIGURES.items()
        }
        organisations.set_figures(actor=SYSTEM, organisation=unit, year=last - 2 + offset, values=values)


def _person(username: str, name: str, held: list[str], units: dict[str, Organisation]) -> User:
    staff = bool(held) and not any(entry.split("@")[0] in UNIT_ROLES for entry in held)
    user = users.create_user(
        actor=SYSTEM,
        username=username,
        name=name,
        email=f"{username}@example.cn",
        password=PASSWORD,
        staff=staff,
        is_sample=True,
    )
    for entry in held:
        role, _at, key = entry.partition("@")
        grant = memberships.grant if role in UNIT_ROLES else roles.grant_initial_role
        grant(actor=SYSTEM, user=user, organisation=units[key], role=role)
    return user


def _expert(row: dict[str, Any], units: dict[str, Organisation]) -> Expert:
    user = _person(row["username"], row["name"], ["expert@qd_stb", "expert@zb_stb"], units)
    employer = units.get(row.get("employer_key", ""))
    expert = review.register_expert(
        actor=SYSTEM,
        user=user,
        employer=employer,
        employer_name=row.get("employer", ""),
        title=row["title"],
        fields=row["fields"],
    )
    if tie := row.get("tie"):
        expert.ties.create(organisation=units[tie["organisation"]], kind=tie["kind"], since=tie["since"])
    return expert
