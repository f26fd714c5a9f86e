"""Submitting, resubmitting after correction, withdrawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import clock
from core.actor import Actor
from core.canonical import digest
from core.numbering import next_number
from core.workflow import Transition
from filings.enums import ParticipantRole
from filings.models import Filing, FilingVersion, IssuedDocument
from filings.selectors.reading import snapshot
from filings.services import confirming, documents
from filings.services.transition import perform


def _new_version(filing: Filing, actor: Actor) -> FilingVersion:
    content = snapshot(filing)
    number = filing.versions.count() + 1
    return FilingVersion.objects.create(
        filing=filing,
        number=number,
        snapshot=content,
        sha256=digest(content),
        created_at=clock.now(),
        created_by=actor.user,
    )


def _declare(filing: Filing, actor: Actor) -> None:
    """The lead's declaration: its confirmation over the same content as everybody's."""
    lead = filing.participants.select_related("organisation").get(role=ParticipantRole.LEAD)
    lead.filing = filing
    confirming.record(lead, actor)


@transaction.atomic
def submit(*, actor: Actor, filing: Filing, version: int | None = None, comment: str = "") -> Filing:
    """Submit the draft: receipt number, first version, receipt paper, working-day clock.

    Raises Invalid with every reason at once: missing answers, unconfirmed members, unmet conditions with clauses.
    """
    year = clock.today().year
    number = f"{filing.spec.city_code}-SL-{year}-{next_number('receipt.' + filing.spec.city_code, year):04d}"

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        row.district = row.applicant.district
        row.index()
        row.save(update_fields=["district", "grams"])
        _declare(row, who)
        made = _new_version(row, who)
        documents.issue_document(
            filing=row,
            kind=IssuedDocument.Kind.RECEIPT,
            number=number,
            data=documents.receipt_data(row, made),
            actor=who,
        )

    return perform(
        filing,
        "submit",
        actor=actor,
        comment=comment,
        data={"receipt_number": number},
        effect=effect,
        version=version,
    )


@transaction.atomic
def resubmit(*, actor: Actor, filing: Filing, version: int | None = None, comment: str = "") -> Filing:
    """Hand the corrected filing back: every item answered, every affected unit confirmed again."""

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        _declare(row, who)
        _new_version(row, who)

    return perform(filing, "resubmit", actor=actor, comment=comment, effect=effect, version=version)


def withdraw(*, actor: Actor, filing: Filing, comment: str, version: int | None = None) -> Filing:
    """Take the filing back before it is decided; the reason stays on record."""
    return perform(filing, "withdraw", actor=actor, comment=comment, version=version)
