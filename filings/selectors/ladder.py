"""级别: which level a filing asks for, and whether the step may be taken. No writes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from accounts.enums import Level
from core import clock
from core.errors import Problem
from filings.standard_sections import APPROVAL
from policy.law import Law, law_on

if TYPE_CHECKING:
    from filings.models import Entity, EntityLevel, Filing

# from low to high (catalogue `levels`)
RANKS: tuple[str, ...] = (Level.DISTRICT, Level.MUNICIPAL, Level.PROVINCIAL, Level.NATIONAL)
ANCHOR = f"{APPROVAL.key}.level"
LADDER = "fil_platform_ladder"


@dataclass(frozen=True)
class Approval:
    """The document by which a level was given."""

    number: str
    dated: datetime.date
    issued_by: str
    valid_until: datetime.date | None = None


def approval(filing: Filing) -> Approval | None:
    """The approval document a filing shows, as far as it is complete; None where it shows none."""
    said: dict[str, Any] = filing.content.get(APPROVAL.key, {})
    if filing.spec.section(APPROVAL.key) is None or not said.get("dated"):
        return None
    until = said.get("valid_until")
    return Approval(
        number=str(said.get("number", "")),
        dated=datetime.date.fromisoformat(said["dated"]),
        issued_by=str(said.get("issued_by", "")),
        valid_until=datetime.date.fromisoformat(until) if until else None,
    )


def rank(level: str) -> int:
    """0 for the lowest level."""
    return RANKS.index(level)


def asked(filing: Filing) -> str:
    """The level a filing asks for: of its approval document, else of its own content."""
    named = filing.content.get(APPROVAL.key, {}).get("level") if filing.spec.section(APPROVAL.key) else ""
    return str(named or filing.spec.level(filing.content))


def level_on(entity: Entity, day: datetime.date) -> str:
    """The level an entity had on a day; before its first one, that one."""
    steps = list(entity.level_steps.all())
    held = [step for step in steps if step.since <= day]
    return str((held or steps)[-1 if held else 0].level) if steps else str(entity.level)


def steps(entity: Entity, until: datetime.date) -> list[EntityLevel]:
    """The levels it has had by a day, the first first."""
    return [step for step in entity.level_steps.all() if step.since <= until]


def level_before(entity: Entity, filing: Filing) -> str:
    """The level an upgrade starts from: today's, or once it is applied the one it ended."""
    held = list(entity.level_steps.all())
    own = next((n for n, step in enumerate(held) if step.ground_id == filing.pk), None)
    if own:  # not the first, which follows none
        return str(held[own - 1].level)
    return str(entity.level)


def _law_of(filing: Filing) -> Law:
    """The law of the day on which the step is asked for."""
    return law_on(clock.local(filing.created_at).date(), filing.spec.place)


def level_fits_kind(filing: Filing) -> Iterator[Problem]:
    """A kind has only the levels that the policies give it."""
    level = asked(filing)
    if level and level not in filing.spec.levels:
        names = "、".join(str(Level(one).label) for one in filing.spec.levels)
        words = _("“%(kind)s”只有%(levels)s")
        yield Problem("level", words % {"kind": filing.spec.label, "levels": names}, ANCHOR)


def step_is_higher(filing: Filing) -> Iterator[Problem]:
    """An upgrade leads upwards, and not past a level unless the document of the higher one is there."""
    yield from level_fits_kind(filing)
    level, entity = asked(filing), filing.subject
    if level not in filing.spec.levels:
        return
    clause = _law_of(filing).cite(LADDER)
    if rank(level) <= rank(entity.level):
        words = _("现级别为%(now)s，升级须高于现级别")
        yield Problem("level", words % {"now": entity.get_level_display()}, ANCHOR, clause)
    yield from document_of_skipped(filing, entity.level)


def document_of_skipped(filing: Filing, before: str) -> Iterator[Problem]:
    """Whoever leaves out a step of the ladder shows the document by which the higher level was given.

    `before`: the level held until now, empty for who is not on the register yet. A unit may begin at the level of the
    city although there is one of the districts below it.
    """
    floor = rank(before) if before else max(rank(filing.spec.levels[0]) - 1, 0)
    levels = [one for one in filing.spec.levels if rank(one) > floor]
    level = asked(filing)
    if level not in levels or levels.index(level) == 0:
        return
    shown = filing.attachments.filter(section=APPROVAL.key, field="document", removed_at=None).exists()
    if not (shown and filing.content.get(APPROVAL.key, {}).get("number")):
        names = {"from": Level(before).label if before else _("未登记"), "to": Level(level).label}
        words = _("由%(from)s直接到%(to)s属于越级，须有批复文号和批复文件")
        clause = _law_of(filing).cite(LADDER)
        yield Problem("skips_level", words % names, f"{APPROVAL.key}.document", clause)
