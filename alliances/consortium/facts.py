"""The facts of a consortium filing, gathered once for all conditions. The only part that reads the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from accounts.enums import OrganisationKind
from alliances.consortium import terms
from filings.enums import ParticipantRole, ParticipantState
from filings.selectors.reading import active_participants, live_attachments

if TYPE_CHECKING:
    from filings.models import Filing, Participant

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
    """Facts named as in `alliances.consortium.conditions`; `verdicts` come from the closed review."""
    content = filing.content
    people = active_participants(filing)
    lead = filing.applicant
    members = [p for p in people if p.role != ParticipantRole.LEAD]
    files = live_attachments(filing)
    panel = getattr(filing, "panel", None)
    return {
        **of_unit(lead),
        "lead_count": sum(p.role == ParticipantRole.LEAD for p in people),
        "lead_services": tuple(content.get("lead", {}).get("services") or ()),
        "industry": content.get("basic", {}).get("industry") or "",
        **_counts(members),
        "members": [
            {"name": p.organisation.name, "has_basis": bool(p.content.get("member", {}).get("basis"))}
            for p in members
        ],
        "unconfirmed": [p.organisation.name for p in members if p.standing != ParticipantState.CONFIRMED],
        "task_count": len(content.get("tasks", {}).get("tasks") or ()),
        "mechanisms": {key for key in terms.MECHANISMS if content.get("mechanisms", {}).get(key)},
        "agreement_parts": set(content.get("agreement", {}).get("covers") or ()),
        "has_agreement_file": any(f.section == "agreement" and f.field == "agreement" for f in files),
        "plan_parts": {key for key in terms.PLAN_PARTS if content.get("plan", {}).get(key)},
        "verdicts": panel.result.get("verdicts", {}) if panel else {},
    }


def _counts(members: list[Participant]) -> dict[str, int]:
    """Chain enterprises and academic units, each in all and of the city (amb_member_location)."""
    chain = [
        p.organisation
        for p in members
        if p.role == ParticipantRole.CHAIN_ENTERPRISE and p.organisation.kind == OrganisationKind.ENTERPRISE
    ]
    academic = [
        p.organisation
        for p in members
        if p.role == ParticipantRole.ACADEMIC and p.organisation.kind in ACADEMIC_KINDS
    ]
    return {
        "chain_enterprises": len(chain),
        "chain_enterprises_local": sum(_is_local(unit) for unit in chain),
        "academics": len(academic),
        "academics_local": sum(_is_local(unit) for unit in academic),
    }


def _is_local(unit: Any) -> bool:
    city = unit.district.city
    return city is not None and city.code == terms.PLACE
