"""The register and the papers issued from it, as anybody may see them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from core import clock
from core.search import grams
from filings.enums import CertificateState, EntityState
from filings.models import Certificate, Entity, EntityMember, IssuedDocument, Notice

STATUSES = ("valid", "upcoming", "expired", "exited", "cancelled")


def entities() -> QuerySet[Entity]:
    """Everything ever registered; the register is public."""
    return Entity.objects.all()


def search_entities(rows: QuerySet[Entity], text: str) -> QuerySet[Entity]:
    """Entities whose name, code or lead contains every word of the text."""
    for word in text.split():
        rows = rows.filter(grams__contains=grams(word)).filter(
            Q(name__icontains=word) | Q(code__icontains=word) | Q(lead__name__icontains=word)
        )
    return rows


def with_status(rows: QuerySet[Entity], status: str, on: datetime.date) -> QuerySet[Entity]:
    """Entities with a status of `STATUSES` on a day, as `Entity.status_on` derives it."""
    ended = Q(ended_on__isnull=False, ended_on__lte=on)
    if status in (EntityState.EXITED, EntityState.CANCELLED):
        return rows.filter(ended, standing=status)
    rows = rows.exclude(ended)
    if status == "upcoming":
        return rows.filter(valid_from__gt=on)
    if status == "expired":
        return rows.filter(valid_until__lt=on)
    return rows.filter(valid_from__lte=on, valid_until__gte=on)


def find_entity(code: str) -> Entity | None:
    """One entity with its members and certificates, or None."""
    members = EntityMember.objects.select_related("organisation").order_by("id")
    certificates = Certificate.objects.select_related("document").order_by("-document_date", "-id")
    return (
        Entity.objects.filter(code=code)
        .select_related("lead", "authority", "district__parent")
        .prefetch_related(Prefetch("members", members), Prefetch("certificates", certificates))
        .first()
    )


def notices(*, open_only: bool = False) -> QuerySet[Notice]:
    """Public notices, the newest first; `open_only` those that still take objections."""
    rows = Notice.objects.order_by("-starts_on", "-id")
    return rows.filter(closed_at=None, ends_on__gte=clock.today()) if open_only else rows


def notice_is_open(notice: Notice, on: datetime.date | None = None) -> bool:
    """Whether objections are still taken."""
    return notice.closed_at is None and (on or clock.today()) <= notice.ends_on


@dataclass(frozen=True)
class Verdict:
    """What a verification says of a paper on a day, and nothing of the case behind it.

    `status`: `valid`, `upcoming`, `expired`, `replaced`, `revoked`; `issued` for a paper without a validity.
    """

    document: IssuedDocument
    on: datetime.date
    status: str
    certificate: Certificate | None


def verify(code: str, on: datetime.date | None = None) -> Verdict | None:
    """The paper with this verification code, judged on a day (default: today); None if nothing was issued."""
    day = on or clock.today()
    found = (
        IssuedDocument.objects.filter(verification_code=code.strip().lower())
        .select_related("stored", "filing__authority", "certificate__entity")
        .first()
    )
    if found is None:
        return None
    certificate: Certificate | None = getattr(found, "certificate", None)
    if certificate is None:
        day_issued = clock.local(found.issued_at).date()
        return Verdict(found, day, "issued" if day >= day_issued else "upcoming", None)
    status = certificate.status_on(day)
    if status == CertificateState.VALID and certificate.entity.ended_on and day >= certificate.entity.ended_on:
        status = str(CertificateState.REVOKED)
    return Verdict(found, day, status, certificate)

