"""Short answers of somebody who is not logged in, as what would be held of that unit. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from subsidies.enums import SpaceKind
from subsidies.holdings import Held, Step, Subject

ALLIANCE = "industry_alliance"
STATED = ("provincial_subsidy", "actual_cost")
AREAS = {
    "area_new": SpaceKind.NEW.value,
    "area_renovation": SpaceKind.RENOVATION.value,
    "area_extension": SpaceKind.EXTENSION.value,
}


def held(answers: Mapping[str, Any], on: date, known: Held | None = None) -> Held | None:
    """What the answers say, beside what the public register shows (`known`). None where neither says anything.

    Read values by name: kind, size_class, district, platform, level, approved_on, from_alliance, selected, grade,
    provincial_subsidy, actual_cost, service_total, area_new, area_renovation, area_extension.
    """
    kind = str(answers.get("kind") or (known.kind if known else ""))
    place = str(answers.get("district") or (known.place if known else ""))
    if not kind or not place:
        return known
    base = known or Held(kind=kind, place=place, year=on.year)
    subject = _subject(answers, base, place)
    stated = {name: answers[name] for name in STATED if answers.get(name) is not None}
    size = "team" if answers.get("size_class") == "team" else str(answers.get("size_class") or "")
    return replace(
        base,
        kind=kind,
        place=place,
        size_class=size,
        subjects=(*base.subjects, *((subject,) if subject else ())),
        stated=stated,
    )


def _subject(answers: Mapping[str, Any], base: Held, place: str) -> Subject | None:
    """The platform (alliance, community, cluster) that was answered."""
    kind = answers.get("platform")
    if not kind:
        return None
    level, day = str(answers.get("level") or ""), answers.get("approved_on")
    areas = {to: answers[name] for name, to in AREAS.items() if answers.get(name)}
    total: Decimal | None = answers.get("service_total")
    return Subject(
        kind=str(kind),
        name=_("所填主体"),
        place=place,
        level=level,
        steps=(Step(level, day, day),) if level and day else (),
        before=frozenset({ALLIANCE} if answers.get("from_alliance") else ()),
        areas=areas,
        service_total=total,
        grade=str(answers.get("grade") or ""),
        grade_round=_("本次填写"),
        selected=bool(answers.get("selected")),
        provincial_subsidy=answers.get("provincial_subsidy"),
    )
