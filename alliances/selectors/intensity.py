"""The R&D intensity of an alliance in a year, by the figures of those who belonged to it at the year's end. No writes."""

from __future__ import annotations

from alliances.alliance.intensity import Intensity, as_line, measure
from alliances.reporting import figures_of, last_day_of
from core import clock
from filings.models import Entity
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
        lines.append(as_line(unit.name, unit.kind, unit.size_class, mine))
    return measure(lines, law_of(entity, day))


def last_year(entity: Entity) -> int:
    """The last year that is over, or the one of registration."""
    return max(entity.valid_from.year, clock.today().year - 1)
