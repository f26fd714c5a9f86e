"""The public register: who is recognised, as of a day."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import District
from core import clock
from core.search import asked
from filings import programmes
from filings.enums import EntityState, ParticipantRole
from filings.models import Certificate, Entity
from filings.models.entity import in_force
from filings.selectors.filings import districts_of
from filings.presentation.history import lines
from policy.law import law_on

STATUS_LABELS = {
    "valid": _("有效"),
    "upcoming": _("未生效"),
    "expired": _("已到期"),
    "replaced": _("已更换"),
    "revoked": _("已取消"),
    "cancelled": _("已取消"),
    "exited": _("已退出"),
    "merged": _("已并入"),
    "ended": _("已终止"),
}
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
        rows = rows.filter(_status(query.status, on))
    for word in query.text.split():
        rows = rows.filter(grams__contains=asked(word)).filter(
            Q(name__icontains=word) | Q(code__icontains=word) | Q(lead__name__icontains=word)
        )
    return rows.order_by("name_key", "pk")


def _status(status: str, on: datetime.date) -> Q:
    """The same rule as `Entity.status_on`, for the database."""
    ended = Q(ended_on__isnull=False, ended_on__lte=on)
    if status in EntityState.values and status != EntityState.REGISTERED:
        return ended & Q(standing=status)
    covered = Exists(
        Certificate.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=on),
            entity=OuterRef("pk"),
            valid_from__lte=on,
            valid_until__gte=on,
        )
    )
    by_date = {
        "upcoming": Q(valid_from__gt=on),
        "valid": Q(covered),
        "expired": Q(valid_from__lte=on) & ~Q(covered),
    }
    return ~ended & by_date.get(status, Q(pk__in=[]))


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


def public_entity(entity: Entity, on: datetime.date) -> dict[str, Any]:
    """What anybody may know of an entity: members in force that day, waivers with their reasons, notices, certificates."""
    members = entity.members.filter(in_force(on)).select_related("organisation__district__parent")
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
        "notices": [
            {"id": n.pk, "number": n.number, "title": n.title, "starts_on": n.starts_on, "ends_on": n.ends_on}
            for f in entity.filings.all()
            for n in f.notices.all()
        ],
        "end_reason": entity.end_reason,
    }
