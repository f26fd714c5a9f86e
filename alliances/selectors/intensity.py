"""The R&D intensity of an alliance in a year, by the figures of those who belonged to it at the year's end. No writes."""

from __future__ import annotations

from dataclasses import replace

from alliances.alliance.intensity import Intensity, as_line, measure
from alliances.reporting import figures_of, last_day_of
from core import clock
from core.actor import Actor
from filings.models import Entity
from filings.permissions_entity import entity_lead, entity_staff_reader
from filings.selectors.lifecycle import law_of, members_on


def of_year(entity: Entity, year: int) -> Intensity:
    """Members on the year's last day (today while it runs), their figures of the year, the law of that day."""
    day = min(last_day_of(entity, year), clock.today())
    members = list(members_on(entity, day))
    known = figures_of((m.organisation_id for m in members), year)
    lines = []
    for member in members:
        unit = member.organisation
        mine = {kind: value for (pk, kind), value in known.items() if pk == unit.pk}
        lines.append(as_line(unit.name, unit.kind, unit.size_class, mine, unit.pk))
    return measure(lines, law_of(entity, day))


def as_read_by(found: Intensity, actor: Actor, entity: Entity) -> Intensity:
    """The same with the figures closed that this actor is not to read.

    The chair reports the figures of all and the bureau examines them; members often compete with one another, and a
    firm gave its revenue to the register, not to its neighbours.
    """
    if (entity_lead | entity_staff_reader)(actor, entity):
        return found
    lines = (replace(line, closed=line.unit != actor.organisation_id) for line in found.lines)
    return replace(found, lines=tuple(lines))


def last_year(entity: Entity) -> int:
    """The last year that is over, or the one of registration."""
    return max(entity.valid_from.year, clock.today().year - 1)
