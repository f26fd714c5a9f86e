"""What is known before a unit writes anything: from the register, and from what the unit said of itself. No writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from accounts.models import Organisation
from core import clock
from filings.models import Entity, EntityLink
from filings.selectors import ratings
from subsidies.terms import Terms

DATES = ("approval_date", "recognition_date")


def content(
    terms: Terms, unit: Organisation, entity: Entity | None, *, on: date | None, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """The first content of a claim: matter, facts, payee."""
    known = of_entity(terms, entity) if entity is not None else {}
    stated = known | {name: _text(value) for name, value in facts.items() if value is not None}
    happened = on or _day(next((stated[name] for name in DATES if stated.get(name)), ""))
    matter: dict[str, Any] = {
        "measure": terms.key,
        "district": unit.district.code,
        "on": happened.isoformat() if happened else clock.today().isoformat(),
        "contact_name": unit.contact_name,
        "contact_phone": unit.contact_phone,
    }
    if entity is not None:
        matter["entity_name"] = entity.name
    wanted = set(terms.data.get("facts", {}))
    return {
        "claim": matter,
        "facts": {name: value for name, value in stated.items() if name in wanted},
        "payee": {"account_name": unit.name},
    }


def of_entity(terms: Terms, entity: Entity) -> dict[str, Any]:
    """Facts the register holds of an entity: level and the document that gave it, type, last grade, what it came from."""
    wanted = str(terms.data.get("level", ""))
    steps = [one for one in entity.level_steps.all() if not wanted or one.level == wanted]
    found: dict[str, Any] = {"platform_type": entity.kind}
    last = ratings.latest(entity)
    if last is not None:
        found["grade"] = last.grade
    if steps:
        step = steps[-1]
        found |= {"level": step.level, **dict.fromkeys(DATES, (step.document_date or step.since).isoformat())}
    came = (
        EntityLink.objects.filter(source=entity, kind=EntityLink.Kind.PREDECESSOR)
        .select_related("target")
        .last()
    )
    if came is not None:
        found["upgraded_from"] = came.target.kind
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _text(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)
