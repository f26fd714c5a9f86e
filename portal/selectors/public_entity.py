"""One entity as anybody may see it, as of a day: only the fields listed here are public."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Q

from accounts.models import District
from core import clock
from filings.enums import ParticipantRole
from filings.models import Entity, EntityLink, Notice
from filings.models.entity import in_force
from filings.presentation.entity import STATUS_LABELS, blocks_in_words, grade_word, link_lines
from filings.presentation.history import lines
from filings.words import ACT, MEMBERS
from policy.law import law_on
from portal.selectors.register import industries, names_then, public_row, spec_of


def public_entity(entity: Entity, on: datetime.date) -> dict[str, Any]:
    """Levels, members in force that day, links in both directions, waivers with their reasons, notices, certificates."""
    spec = spec_of(entity.kind)
    ended = entity.ended_on is not None and entity.ended_on <= on
    names_then([entity], on)
    return public_row(entity, on, industries()) | {
        "authority": entity.authority.name,
        "act": str(spec.words.act if spec else ACT),
        "members_label": str(spec.words.members if spec else MEMBERS),
        "clause": _clause(entity),
        "levels": _levels(entity, on),
        "members": _members(entity, on),
        "certificates": _certificates(entity, on),
        "waivers": _waivers(entity, on),
        "history": lines(entity, until=on),
        "ratings": _ratings(entity, on),
        "links": link_lines(entity, _links(entity, on)),
        "notices": _notices(entity, on),
        "profile": blocks_in_words(spec.public_profile(entity, on) if spec and spec.public_profile else []),
        "rooms": [
            {"label": str(room.label), "url": room.url, "note": str(room.note)}
            for room in (spec.public_rooms(entity, on) if spec and spec.public_rooms else ())
        ],
        "ended_on": entity.ended_on if ended else None,
        "end_reason": entity.end_reason if ended else "",
    }


def _place(district: District) -> str:
    return district.city.code if district.city else district.code


def _clause(entity: Entity) -> str:
    """The rule under which it is on the register, as it was when it came there."""
    spec = spec_of(entity.kind)
    if spec is None or not spec.register_rule:
        return ""
    return law_on(entity.valid_from, _place(entity.district)).cite(spec.register_rule)


def _levels(entity: Entity, on: datetime.date) -> list[dict[str, Any]]:
    """Every level it had by a day, the first first, each with its document."""
    rows = entity.level_steps.filter(since__lte=on)
    return [
        {
            "level": row.level,
            "level_label": str(row.get_level_display()),
            "since": row.since,
            "until": row.until if row.until and row.until <= on else None,
            "document_number": row.document_number,
            "document_date": row.document_date,
            "issued_by": row.issued_by,
        }
        for row in rows
        if row.until is None or row.until > row.since
    ]


def _members(entity: Entity, on: datetime.date) -> list[dict[str, Any]]:
    rows = entity.members.filter(in_force(on)).select_related("organisation__district__parent")
    spec = spec_of(entity.kind)
    return [
        {
            "name": row.organisation.name,
            "role": row.role,
            "role_label": spec.role_label(row.role) if spec else str(ParticipantRole(row.role).label),
            "district": row.organisation.district.path_label if row.organisation.district else "",
            "since": row.since,
        }
        for row in rows
    ]


def _certificates(entity: Entity, on: datetime.date) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "document_number": row.document_number,
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            "status": row.status_on(on),
            "status_label": str(STATUS_LABELS[row.status_on(on)]),
        }
        for row in entity.certificates.order_by("valid_from")
    ]


def _waivers(entity: Entity, on: datetime.date) -> list[dict[str, str]]:
    """Exceptions in force on a day with their public reasons."""
    spec = spec_of(entity.kind)
    if spec is None:
        return []
    law = law_on(on, spec.place)
    rows = entity.waivers.filter(confirmed_at__lte=clock.end_of_day(on))
    found = []
    for row in rows.filter(Q(ended_on=None) | Q(ended_on__gt=on)).order_by("pk"):
        condition = spec.condition(row.condition)
        label = str(condition.label) if condition else row.condition
        found.append({"condition": label, "reason": row.public_reason, "clause": law.cite(row.condition)})
    return found


def _ratings(entity: Entity, on: datetime.date) -> list[dict[str, Any]]:
    """Grades that counted on a day, newest first: the round, the day and the word, never the score."""
    known = clock.end_of_day(on)
    rows = entity.ratings.filter(confirmed_at__lte=known)
    rows = rows.filter(Q(superseded_by=None) | Q(superseded_by__confirmed_at__gt=known))
    return [{"round": r.round, "on": r.rated_on, "grade": r.grade, "word": grade_word(r)} for r in rows]


def _links(entity: Entity, on: datetime.date) -> list[EntityLink]:
    """How it belonged to others on the register that day, in either direction."""
    rows = EntityLink.objects.filter(Q(source=entity) | Q(target=entity), in_force(on))
    return list(rows.select_related("source", "target").order_by("since", "pk"))


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
