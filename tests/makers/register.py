"""An entity on the register, written directly: for tests that need one there and not how it got there.

cluster = make_entity("innovative_cluster", lead=park, members=[firm, other])       # in force, without an end
centre = make_entity("incubator", level="provincial", valid_until=date(2027, 1, 1))
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable
from typing import Any

from accounts.enums import Level
from accounts.models import Organisation
from accounts.pinyin import sort_key
from core import clock
from core.search import grams
from filings import programmes
from filings.enums import EntityState, ParticipantRole
from filings.models import Entity, EntityLevel, EntityMember
from tests.makers.accounts import make_bureau, make_organisation

VALID_FROM = datetime.date(2026, 1, 5)
_numbers = itertools.count(1)


def make_entity(
    kind: str,
    *,
    level: str = Level.MUNICIPAL,
    lead: Organisation | None = None,
    district: str = "370303",
    members: Iterable[Organisation | tuple[Organisation, str]] = (),
    valid_from: datetime.date = VALID_FROM,
    valid_until: datetime.date | None = None,
    name: str | None = None,
    code: str = "",
    document_number: str = "",
    document_date: datetime.date | None = None,
    issued_by: str = "",
    **facts: Any,
) -> Entity:
    """One entity of any kind, its programme registered or not, with its level, its lead and its members.

    ``members``: units, or units with their role. It has no certificate, so its own dates are its validity. The
    three facts of a document stand with its level. ``facts``: further columns (``industry``, ``origin``, …);
    ``registered_at`` is the first day of its validity unless said otherwise.
    """
    number = next(_numbers)
    lead = lead or make_organisation(district=district)
    code = code or f"{_letters(kind)}-{valid_from.year}-{90_000 + number}"
    name = name or f"{lead.district.label}登记主体{number}号"
    entity = Entity.objects.create(
        code=code,
        kind=kind,
        name=name,
        level=level,
        lead=lead,
        district=lead.district,
        valid_from=valid_from,
        valid_until=valid_until,
        **_written(name, lead, code)
        | {"authority": _authority(kind, lead), "registered_at": clock.start_of_day(valid_from)}
        | facts,
    )
    paper = {"document_number": document_number, "document_date": document_date, "issued_by": issued_by}
    EntityLevel.objects.create(entity=entity, level=level, since=valid_from, **paper)
    places = [(lead, ParticipantRole.LEAD.value), *(_with_role(one) for one in members)]
    EntityMember.objects.bulk_create(
        EntityMember(entity=entity, organisation=unit, role=role, since=valid_from) for unit, role in places
    )
    return entity


def raise_level(entity: Entity, level: str, on: datetime.date, **paper: Any) -> Entity:
    """Another level from a day on, by the document named."""
    EntityLevel.objects.filter(entity=entity, until=None).update(until=on)
    EntityLevel.objects.create(entity=entity, level=level, since=on, **paper)
    entity.level = level
    entity.save(update_fields=["level"])
    return entity


def end_entity(entity: Entity, how: str, on: datetime.date, reason: str = "自愿退出备案") -> Entity:
    """Off the register from a day on: ``how`` is exited, merged or cancelled."""
    entity.standing, entity.ended_on, entity.end_reason = EntityState(how).value, on, reason
    entity.save(update_fields=["standing", "ended_on", "end_reason"])
    return entity


def _with_role(given: Organisation | tuple[Organisation, str]) -> tuple[Organisation, str]:
    if isinstance(given, tuple):
        return given
    enterprise = given.kind == "enterprise"
    return given, (ParticipantRole.CHAIN_ENTERPRISE if enterprise else ParticipantRole.ACADEMIC).value


def _written(name: str, lead: Organisation, code: str) -> dict[str, Any]:
    return {"name_key": sort_key(name)[:240], "grams": grams(name, lead.name, code)}


def _authority(kind: str, lead: Organisation) -> Organisation:
    """The bureau that its programme names, in the city of its lead."""
    city = lead.district.city or lead.district
    spec = next((p for p in programmes.all_programmes() if p.entity_kind == kind), None)
    department = spec.department if spec else programmes.SCIENCE
    found = Organisation.objects.filter(jurisdiction=city, department=department).first()
    return found or make_bureau(city.code)


def _letters(kind: str) -> str:
    return "".join(part[0] for part in kind.split("_")).upper()
