"""Whom a duty is for today: the person, or who sees to such things in the unit or bureau. No writes.

Asked when something is about to be said, never stored: roles end, officers change, people are away.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from accounts.enums import RECOMMENDERS, STAFF_ROLES, Role
from accounts.models import Organisation, User
from accounts.selectors import people_with_role
from core import clock
from filings.enums import DutyKind
from filings.models import Duty
from filings.selectors.assignment import stands_in

UNIT_PEOPLE = (Role.UNIT_ADMIN, Role.FILLER)
# in a bureau, by who is there: those of the city, else those of a district
OFFICERS = (Role.CASE_OFFICER, *RECOMMENDERS, Role.PROVINCIAL_DRC)
HEADS = (Role.DIVISION_HEAD, *RECOMMENDERS, Role.PROVINCIAL_DRC)


def recipients(duty: Duty, on: datetime.date | None = None) -> list[User]:
    """Who is to see to a duty on a day (today), those away replaced by who covers for them."""
    day = on or clock.today()
    if duty.authority_id is not None:
        return list(people_with_role(duty.organisation, *UNIT_PEOPLE))
    found = _covered(_of_bureau(duty), duty.organisation, day)
    return [person for person in found if person.pk != duty.first_person_id]


def _of_bureau(duty: Duty) -> list[User]:
    """The person named; for a second step the heads; else the officer of the matter, else all officers."""
    bureau = duty.organisation
    if duty.person_id is not None:
        named = _still_there(bureau, [duty.person_id])
        if named:
            return named
    if duty.first_person_id is not None:
        return [head for head in _first_there(bureau, HEADS) if head.pk != duty.first_person_id]
    if duty.kind == DutyKind.PAYMENT:
        return _first_there(bureau, (Role.FINANCE, *HEADS))
    return _still_there(bureau, [officer_of(duty)]) or _first_there(bureau, OFFICERS)


def officer_of(duty: Duty) -> int | None:
    """The bureau's officer for the matter, where one is named."""
    if duty.filing is not None and duty.filing.assigned_to_id is not None:
        return duty.filing.assigned_to_id
    return duty.entity.officer_id if duty.entity is not None else None


def escalated_to(duty: Duty, on: datetime.date | None = None) -> list[User]:
    """Who learns that a duty was missed: a unit's administrators and the bureau's officer, or a bureau's heads."""
    day = on or clock.today()
    if duty.authority_id is None or duty.authority is None:
        heads = _first_there(duty.organisation, HEADS) or _heads_above(duty)
        return _covered(heads, duty.organisation, day)
    bureau = duty.authority
    officers = _still_there(bureau, [officer_of(duty)]) or _first_there(bureau, OFFICERS)
    admins = people_with_role(duty.organisation, Role.UNIT_ADMIN)
    return _once([*admins, *_covered(officers, bureau, day)])


def _heads_above(duty: Duty) -> list[User]:
    """A district's bureau without anybody: the heads of the authority."""
    above = duty.filing.authority if duty.filing is not None else None
    return _first_there(above, HEADS) if above is not None else []


def _still_there(bureau: Organisation, ids: Iterable[int | None]) -> list[User]:
    """Of these people, the active ones who hold a staff role in the bureau today."""
    return list(people_with_role(bureau, *STAFF_ROLES).filter(pk__in=[pk for pk in ids if pk is not None]))


def _first_there(bureau: Organisation, roles: Iterable[str]) -> list[User]:
    """The holders of the first of these roles that anybody holds."""
    for role in roles:
        found = list(people_with_role(bureau, role))
        if found:
            return found
    return []


def _covered(people: list[User], bureau: Organisation, day: datetime.date) -> list[User]:
    """Each person, or who stands in while he or she is away."""
    return _once(stands_in(person, bureau, day) for person in people)


def _once(people: Iterable[User]) -> list[User]:
    return list({person.pk: person for person in people}.values())
