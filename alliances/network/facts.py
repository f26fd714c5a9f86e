"""Facts that filings of alliances, communities and unions share. The only part that reads the database."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from accounts.enums import OrganisationKind
from alliances.network.terms import CORE_TITLES
from filings.enums import EntityState, ParticipantRole, ParticipantState
from filings.models import Entity, EntityLink
from filings.selectors.lifecycle import members_on
from filings.selectors.reading import live_attachments
from filings.selectors.roster import roster

if TYPE_CHECKING:
    from filings.models import Filing

ACADEMIC_KINDS = (OrganisationKind.UNIVERSITY, OrganisationKind.INSTITUTE)


def of_filing(filing: Filing) -> dict[str, Any]:
    """Who belongs to it once it is approved, who has agreed, what its charter says."""
    content, places = filing.content, roster(filing)
    people = [p.participant for p in places if p.participant.role != ParticipantRole.LEAD]
    charter = content.get("charter", {})
    core = {str(row.get("code") or "").upper() for row in content.get("core", {}).get("core") or ()}
    return {
        **of_units(
            (p.organisation for p in places), core, sum(p.role == ParticipantRole.LEAD for p in places)
        ),
        "lead_kind": places[0].organisation.kind,
        "members": [
            {"name": p.organisation.name, "consents": bool(p.content.get("member", {}).get("consents"))}
            for p in people
        ],
        "unconfirmed": [p.organisation.name for p in people if p.standing != ParticipantState.CONFIRMED],
        "charter_sections": {key for key, text in charter.items() if text},
        "has_rules_file": any(
            a.section == "charter" and a.field == "rules" and a.participant_id is None
            for a in live_attachments(filing)
        ),
        "industry": content.get("basic", {}).get("industry") or "",
    }


def of_units(units: Iterable[Any], core: set[str], leads: int) -> dict[str, Any]:
    """Counts over units: enterprises it is built around, universities and institutes."""
    everybody = list(units)
    firms = [u for u in everybody if u.kind == OrganisationKind.ENTERPRISE]
    return {
        "lead_count": leads,
        "core_enterprises": sum(u.credit_code in core or not CORE_TITLES.isdisjoint(u.titles) for u in firms),
        "academics": sum(u.kind in ACADEMIC_KINDS for u in everybody),
    }


def of_entity(entity: Entity, on: datetime.date, *, without: int | None = None) -> dict[str, Any]:
    """The same counts for what is on the register, by its members on a day, one left out if asked."""
    rows = list(members_on(entity, on, without=without))
    profile = getattr(entity, "network", None)
    core = set(profile.core) if profile is not None else set()
    leads = sum(m.role == ParticipantRole.LEAD for m in rows)
    return of_units((m.organisation for m in rows), core, leads)


def on_register(kind: str, place: str) -> list[tuple[str, str]]:
    """Code and name of what is on the register of a place today, for a choice in a form."""
    rows = Entity.objects.filter(
        kind=kind, standing=EntityState.REGISTERED, authority__jurisdiction__code=place
    )
    return [
        (code, f"{name}（{code}）") for code, name in rows.order_by("name_key").values_list("code", "name")
    ]


def found(code: str, kind: str) -> Entity | None:
    """The entity of a kind on the register with this code."""
    if not code:
        return None
    return Entity.objects.filter(code=code, kind=kind, standing=EntityState.REGISTERED).first()


def linked_to(target: Entity, kind: str, *, besides: Entity | None) -> list[str]:
    """Names of what is on the register and stands in a relation to an entity."""
    rows = EntityLink.objects.filter(
        kind=kind, target=target, until__isnull=True, source__standing=EntityState.REGISTERED
    )
    rows = rows.exclude(source=besides) if besides is not None else rows
    return list(rows.order_by("since", "pk").values_list("source__name", flat=True))
