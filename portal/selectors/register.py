"""The public register: who is recognised, as of a day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import District
from core import clock
from filings import programmes
from filings.enums import ParticipantRole
from filings.models import Entity, Notice
from filings.models.entity import in_force
from filings.presentation.entity import STATUS_LABELS, grade_word, link_lines
from filings.presentation.history import lines
from filings.selectors.entity_list import by_words, with_status
from filings.selectors.entity_page import links
from filings.selectors.filings import districts_of
from policy.law import law_on

STATUS_KIND = {"valid": "ok", "upcoming": "warn", "expired": "warn"}


@dataclass(frozen=True)
class Query:
    """What a visitor asked for; empty fields do not narrow."""

    text: str = ""
    kind: str = ""
    district: str = ""
    industry: str = ""
    status: str = ""


def register_rows(query: Query, on: datetime.date) -> QuerySet[Entity]:
    """Entities on the register on a day, in the order of their names; later registrations are not there yet."""
    rows = Entity.objects.select_related("lead", "district__parent").prefetch_related("certificates")
    rows = rows.filter(registered_at__lte=clock.end_of_day(on))
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.district:
        place = District.objects.filter(code=query.district).first()
        rows = rows.filter(district__in=districts_of(place)) if place else rows.none()
    if query.industry:
        rows = rows.filter(industry=query.industry)
    if query.status:
        rows = rows.filter(with_status(query.status, on))
    return by_words(rows, query.text).order_by("name_key", "pk")


def kinds() -> dict[str, str]:
    """Kinds of entity this portal registers, by the programme that leads there."""
    return {p.entity_kind: str(p.label) for p in programmes.all_programmes()}


def industries() -> dict[str, str]:
    """Industries an entity may carry."""
    found: dict[str, str] = {}
    for programme in programmes.all_programmes():
        found |= programme.industries()
    return found


def public_row(entity: Entity, on: datetime.date, names: dict[str, str] | None = None) -> dict[str, Any]:
    """One line of the register: these fields and no others are public."""
    status = entity.status_on(on)
    return {
        "code": entity.code,
        "name": entity.name,
        "kind": entity.kind,
        "kind_label": kinds().get(entity.kind, entity.kind),
        "level": entity.level,
        "lead": entity.lead.name,
        "district": entity.district.path_label,
        "industry": entity.industry,
        "industry_label": (names or {}).get(entity.industry, entity.industry),
        "valid_from": entity.valid_from,
        "valid_until": entity.valid_until,
        "status": status,
        "status_label": str(STATUS_LABELS[status]),
        "is_sample": entity.is_sample,
    }


def _rule_of(kind: str) -> str:
    """The rule under which entities of a kind are on the register."""
    return next((p.register_rule for p in programmes.all_programmes() if p.entity_kind == kind), "")


def _waivers(entity: Entity, on: datetime.date) -> list[dict[str, str]]:
    """Exceptions in force on a day with their public reasons."""
    law = law_on(on, entity.spec.place)
    rows = entity.waivers.filter(confirmed_at__lte=clock.end_of_day(on))
    found = []
    for row in rows.filter(Q(ended_on=None) | Q(ended_on__gt=on)).order_by("pk"):
        condition = entity.spec.condition(row.condition)
        label = str(condition.label) if condition else row.condition
        found.append({"condition": label, "reason": row.public_reason, "clause": law.cite(row.condition)})
    return found


def _ratings(entity: Entity, on: datetime.date) -> list[dict[str, Any]]:
    """Grades that counted on a day, newest first: the round, the day and the word, never the score."""
    known = clock.end_of_day(on)
    rows = entity.ratings.filter(confirmed_at__lte=known)
    rows = rows.filter(Q(superseded_by=None) | Q(superseded_by__confirmed_at__gt=known))
    return [{"round": r.round, "on": r.rated_on, "grade": r.grade, "word": grade_word(r)} for r in rows]


def _notices(entity: Entity, on: datetime.date) -> list[dict[str, Any]]:
    """What was published about it by a day, newest first; an announcement says so."""
    rows = Notice.objects.filter(Q(filing__entity=entity) | Q(cancellation__entity=entity), starts_on__lte=on)
    return [
        {
            "id": n.pk,
            "number": n.number,
            "title": n.title,
            "starts_on": n.starts_on,
            "ends_on": n.ends_on,
            "is_announcement": n.filing_id is None,
        }
        for n in rows.order_by("-starts_on", "-pk")
    ]


def public_entity(entity: Entity, on: datetime.date) -> dict[str, Any]:
    """What anybody may know of an entity: members in force that day, waivers with their reasons, notices, certificates."""
    members = entity.members.filter(in_force(on)).select_related("organisation__district__parent")
    ended = entity.ended_on is not None and entity.ended_on <= on
    law = law_on(
        entity.valid_from, entity.district.city.code if entity.district.city else entity.district.code
    )
    return public_row(entity, on, industries()) | {
        "authority": entity.authority.name,
        "clause": law.cite(_rule_of(entity.kind)),
        "members": [
            {
                "name": m.organisation.name,
                "role": m.role,
                "role_label": ParticipantRole(m.role).label,
                "district": m.organisation.district.path_label,
                "since": m.since,
            }
            for m in members
        ],
        "certificates": [
            {
                "number": c.number,
                "document_number": c.document_number,
                "valid_from": c.valid_from,
                "valid_until": c.valid_until,
                "status": c.status_on(on),
                "status_label": str(STATUS_LABELS[c.status_on(on)]),
            }
            for c in entity.certificates.order_by("valid_from")
        ],
        "waivers": _waivers(entity, on),
        "history": lines(entity, until=on),
        "ratings": _ratings(entity, on),
        "links": [row for row in link_lines(entity, links(entity)) if row["since"] <= on],
        "notices": _notices(entity, on),
        "ended_on": entity.ended_on if ended else None,
        "end_reason": entity.end_reason if ended else "",
    }
