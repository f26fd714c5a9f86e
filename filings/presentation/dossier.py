"""The whole filing to read: every section with its answers, the members' own among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from core.errors import Problem
from filings.enums import ParticipantRole
from filings.models import Filing, Participant
from filings.presentation.answers import SectionView, answers, of_owner
from filings.presentation.status import linked
from filings.selectors.reading import live_attachments


def dossier(
    filing: Filing, people: Iterable[Participant], *, editable: bool, problems: Iterable[Problem] = ()
) -> list[SectionView]:
    """The applicant's sections, then each member's own; `url` only where they may still be changed."""
    files, wrong = live_attachments(filing), list(problems)
    found = [
        SectionView(
            section,
            answers(section, filing.content.get(section.key, {}), of_owner(files, section, None)),
            url=reverse("filings:section", args=[filing.pk, section.key]) if editable else "",
            problems=tuple(linked(filing, [p for p in wrong if p.field.partition(".")[0] == section.key])),
        )
        for section in filing.spec.applicant_sections
    ]
    members = [p for p in people if p.role != ParticipantRole.LEAD]
    return found + [
        SectionView(
            section,
            answers(section, place.content.get(section.key, {}), of_owner(files, section, place)),
            owner=place.organisation.name,
        )
        for place in members
        for section in filing.spec.participant_sections
    ]


def elsewhere(filing: Filing, problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Problems that no section of the applicant holds: members, conditions of the unit."""
    keys = {section.key for section in filing.spec.applicant_sections}
    return linked(filing, [p for p in problems if p.field.partition(".")[0] not in keys])
