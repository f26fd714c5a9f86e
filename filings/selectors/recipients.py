"""Whom to tell: people of a unit, of a bureau, of a case. No writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.enums import UNIT_ROLES, Role
from accounts.models import Organisation, User
from accounts.selectors import people_with_role
from filings.models import Entity, Filing
from filings.selectors.lifecycle import members_on
from filings.selectors.owed_filing import recommending_bureau
from filings.selectors.reading import active_participants


def of_unit(unit: Organisation) -> list[User]:
    """Everybody who acts for a unit."""
    return list(people_with_role(unit, *UNIT_ROLES))


def heads_of(bureau: Organisation) -> list[User]:
    return list(people_with_role(bureau, Role.DIVISION_HEAD))


def officers_of(filing: Filing) -> list[User]:
    """The officer in charge, or while nobody is, all case officers of the authority."""
    if filing.assigned_to is not None:
        return [filing.assigned_to]
    return list(people_with_role(filing.authority, Role.CASE_OFFICER))


def contacts_of(entity: Entity) -> list[User]:
    """The bureau's contact of an entity, or all its case officers."""
    if entity.officer is not None and entity.officer.is_active:
        return [entity.officer]
    return list(people_with_role(entity.authority, Role.CASE_OFFICER))


def district_officers_of(filing: Filing) -> list[User]:
    """Who recommends: the officers of the district's science bureau, or of the city's development commission."""
    bureau = Organisation.objects.get(pk=recommending_bureau(filing))
    return list(people_with_role(bureau, filing.spec.recommender))


def participants_of(filing: Filing, *, but_lead: bool = True) -> list[User]:
    """People of the member units of a filing."""
    rows = [p for p in active_participants(filing) if not (but_lead and p.role == "lead")]
    return _of_units(p.organisation for p in rows)


def members_of(entity: Entity, on: Any) -> list[User]:
    """People of the units that belong to an entity on a day, the lead included."""
    return _of_units(m.organisation for m in members_on(entity, on))


def _of_units(units: Iterable[Organisation]) -> list[User]:
    found: dict[int, User] = {}
    for unit in units:
        found |= {user.pk: user for user in of_unit(unit)}
    return list(found.values())
