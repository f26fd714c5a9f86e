"""The facts of a consortium filing, gathered once for all conditions. The only part that reads the database."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from accounts.enums import OrganisationKind
from alliances.consortium import terms
from filings.enums import ParticipantRole, ParticipantState
from filings.selectors.lifecycle import last_review, members_on
from filings.selectors.reading import live_attachments
from filings.selectors.roster import roster, wanted_lead

if TYPE_CHECKING:
    from filings.models import Entity, EntityMember, Filing
    from filings.selectors.roster import Place

ACADEMIC_KINDS = (OrganisationKind.UNIVERSITY, OrganisationKind.INSTITUTE)


def of_unit(unit: Any) -> dict[str, Any]:
    """What a unit's own registration says: decided before anything is written."""
    city = unit.district.city
    return {
        "lead_kind": unit.kind,
        "lead_district": unit.district.label,
        "lead_city": city.code if city else "",
        "lead_titles": tuple(unit.titles),
    }


def gather(filing: Filing) -> dict[str, Any]:
    """Facts named as in `alliances.consortium.conditions`; a change is judged by the members it would leave behind."""
    content = filing.content
    places = roster(filing)
    members = [p for p in places if p.role != ParticipantRole.LEAD]
    people = [p.participant for p in places if p.participant.role != ParticipantRole.LEAD]
    files = live_attachments(filing)
    return {
        **of_unit(places[0].organisation),
        "lead_count": sum(p.role == ParticipantRole.LEAD for p in places),
        "lead_services": tuple(content.get("lead", {}).get("services") or ()),
        "industry": content.get("basic", {}).get("industry") or "",
        **_counts(members),
        "members": [
            {"name": p.organisation.name, "has_basis": bool(p.content.get("member", {}).get("basis"))}
            for p in people
        ],
        "unconfirmed": [p.organisation.name for p in people if p.standing != ParticipantState.CONFIRMED],
        "task_count": len(content.get("tasks", {}).get("tasks") or ()),
        "mechanisms": {key for key in terms.MECHANISMS if content.get("mechanisms", {}).get(key)},
        "agreement_parts": set(content.get("agreement", {}).get("covers") or ()),
        "has_agreement_file": any(f.section == "agreement" and f.field == "agreement" for f in files),
        "plan_parts": {key for key in terms.PLAN_PARTS if content.get("plan", {}).get(key)},
        "verdicts": _verdicts(filing),
    }


def _verdicts(filing: Filing) -> dict[str, bool]:
    """What the experts concluded: of this filing, else of the last one reviewed, unless another unit is to lead."""
    panel = getattr(filing, "panel", None)
    if panel is None and filing.entity is not None and not wanted_lead(filing):
        reviewed = last_review(filing.entity)
        panel = reviewed.panel if reviewed else None
    return dict(panel.result.get("verdicts", {})) if panel else {}


def of_entity(entity: Entity, on: datetime.date, *, without: int | None = None) -> dict[str, Any]:
    """The facts of the conditions that a consortium must go on meeting, by its members on a day, one left out if asked."""
    rows = list(members_on(entity, on, without=without))
    return {
        **of_unit(entity.lead),
        "lead_count": sum(m.role == ParticipantRole.LEAD for m in rows),
        **_counts(m for m in rows if m.role != ParticipantRole.LEAD),
    }


def _counts(members: Iterable[EntityMember | Place]) -> dict[str, int]:
    """Chain enterprises and academic units, each in all and of the city (amb_member_location)."""
    chain, academic = [], []
    for row in members:
        if row.role == ParticipantRole.CHAIN_ENTERPRISE:
            chain += [row.organisation] if row.organisation.kind == OrganisationKind.ENTERPRISE else []
        elif row.role == ParticipantRole.ACADEMIC and row.organisation.kind in ACADEMIC_KINDS:
            academic.append(row.organisation)
    return {
        "chain_enterprises": len(chain),
        "chain_enterprises_local": sum(_is_local(unit) for unit in chain),
        "academics": len(academic),
        "academics_local": sum(_is_local(unit) for unit in academic),
    }


def _is_local(unit: Any) -> bool:
    city = unit.district.city
    return city is not None and city.code == terms.PLACE
