"""What filed filings put on the register: entity, members, profile, certificate."""

from __future__ import annotations

import datetime

from alliances.consortium import terms
from alliances.models import ConsortiumProfile
from core import clock
from core.search import grams
from filings.enums import CertificateState, EntityState, ParticipantRole, State
from filings.models import Certificate, Entity, EntityMember, IssuedDocument
from filings.periods import last_day
from portal.scale.cases import Cast, Draw, Row, Rows
from portal.scale.words import keyed, words

ENDED_ONE_IN = 30


def rows_of(one: Draw, cast: Cast, rows: Rows, entity_id: int, document_id: int) -> None:
    """Add everything an issued filing leaves on the register."""
    start = clock.local(one.at[State.FILED]).date()
    end = last_day(start, cast.months)
    number = f"{cast.spec.city_code}-{cast.spec.type_code}-{start.year}-{one.serial}"
    ended = start + datetime.timedelta(days=19) if one.rng.randrange(ENDED_ONE_IN) == 0 else None
    rows[Entity].append(_entity(one, cast, entity_id, number, start, end, ended))
    rows[EntityMember].append(
        {
            "entity_id": entity_id,
            "organisation_id": one.lead.pk,
            "role": ParticipantRole.LEAD,
            "since": start,
            "until": ended,
            "ground_id": one.pk,
        }
    )
    rows[ConsortiumProfile].append(_profile(entity_id, start))
    rows[IssuedDocument].append(_document(one, document_id, number))
    rows[Certificate].append(
        {
            "entity_id": entity_id,
            "filing_id": one.pk,
            "document_id": document_id,
            "number": number,
            "document_number": number,
            "document_date": start,
            "months": cast.months,
            "valid_from": start,
            "valid_until": end,
            "standing": CertificateState.REVOKED if ended else CertificateState.VALID,
            "ended_on": ended,
            "end_reason": words()["texts"]["ended"] if ended else "",
        }
    )


def _entity(
    one: Draw,
    cast: Cast,
    entity_id: int,
    number: str,
    start: datetime.date,
    end: datetime.date,
    ended: datetime.date | None,
) -> Row:
    return {
        "id": entity_id,
        "code": number,
        "kind": cast.spec.entity_kind,
        "name": one.title,
        "name_key": keyed(*one.title)[1],
        "lead_id": one.lead.pk,
        "authority_id": cast.bureau.pk,
        "industry": one.industry,
        "district_id": one.lead.district_id,
        "valid_from": start,
        "valid_until": end,
        "standing": EntityState.EXITED if ended else EntityState.REGISTERED,
        "ended_on": ended,
        "end_reason": words()["texts"]["ended"] if ended else "",
        "grams": grams(one.title, one.lead.name, number),
        "registered_at": one.at[State.FILED],
        "is_sample": True,
    }


def _profile(entity_id: int, start: datetime.date) -> Row:
    long = words()["texts"]["long"]
    return {
        "entity_id": entity_id,
        "task_areas": list(terms.TASK_AREAS),
        "mechanisms": dict.fromkeys(terms.MECHANISMS, long),
        "plan": dict.fromkeys(terms.PLAN_PARTS, long),
        "agreement_signed_on": start - datetime.timedelta(days=90),
        "self_funds": "15000000.00",
    }


def _document(one: Draw, document_id: int, number: str) -> Row:
    return {
        "id": document_id,
        "filing_id": one.pk,
        "kind": IssuedDocument.Kind.CERTIFICATE,
        "number": number,
        "verification_code": f"{one.rng.getrandbits(160):040x}",
        "data": {"number": number, "title": one.title, "is_sample": True},
        "issued_at": one.at[State.FILED],
        "issued_by_id": one.officer,
    }
