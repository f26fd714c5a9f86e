"""Who belongs to an entity once a filing is approved, and what that changes. No writes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from core import clock
from filings.enums import ParticipantRole
from filings.models import Entity, EntityMember, Filing, Participant
from filings.selectors.lifecycle import members_on
from filings.selectors.reading import active_participants
from filings.standard_sections import LEAD_CHANGE, LEAVES


@dataclass(frozen=True)
class Place:
    """A unit with the role it will have."""

    organisation: Any
    role: str
    participant: Participant


@dataclass(frozen=True)
class RosterChanges:
    """What approval would change among the members."""

    joined: list[Place] = field(default_factory=list)
    left: list[EntityMember] = field(default_factory=list)
    new_roles: list[Place] = field(default_factory=list)
    old_lead: Any = None
    new_lead: Any = None

    def __bool__(self) -> bool:
        return bool(self.joined or self.left or self.new_roles or self.new_lead)


def wanted_lead(filing: Filing) -> str:
    """The credit code of the unit that is to take over the lead; empty where the lead stays."""
    if filing.spec.section(LEAD_CHANGE.key) is None:
        return ""
    return str(filing.content.get(LEAD_CHANGE.key, {}).get("new_lead") or "")


def roster(filing: Filing) -> list[Place]:
    """The members an approval would leave behind, the lead first. An unknown new lead changes nothing."""
    people = active_participants(filing)
    code = wanted_lead(filing)
    heir = next((p for p in people if code and p.organisation.credit_code == code), None)
    if heir is None or heir.role == ParticipantRole.LEAD:
        return [Place(p.organisation, p.role, p) for p in people]
    after = str(filing.content[LEAD_CHANGE.key].get("old_lead_role") or ParticipantRole.OTHER)
    places = [Place(heir.organisation, ParticipantRole.LEAD, heir)]
    for person in people:
        if person.pk == heir.pk:
            continue
        if person.role != ParticipantRole.LEAD:
            places.append(Place(person.organisation, person.role, person))
        elif after != LEAVES:
            places.append(Place(person.organisation, after, person))
    return places


def lead_of(filing: Filing) -> Any:
    """The unit that will lead."""
    return roster(filing)[0].organisation


def roster_changes(filing: Filing, entity: Entity) -> RosterChanges:
    """The roster of a filing beside the members in force today."""
    places = {p.organisation.pk: p for p in roster(filing)}
    now = {m.organisation_id: m for m in members_on(entity, clock.today())}
    # who has announced its exit and is in the filing was asked again: it joins anew on the day it leaves
    staying = {pk for pk, m in now.items() if m.until is None}
    lead = next(iter(places.values()))
    moved = lead.organisation.pk != entity.lead_id
    return RosterChanges(
        joined=[p for pk, p in places.items() if pk not in staying],
        left=[m for pk, m in now.items() if pk not in places],
        new_roles=[p for pk, p in places.items() if pk in staying and now[pk].role != p.role],
        old_lead=entity.lead if moved else None,
        new_lead=lead.organisation if moved else None,
    )
