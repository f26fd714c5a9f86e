"""What a unit has to do and what it has running; a fixed number of queries however many there are."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from core.actor import Actor
from filings.enums import CorrectionState, DutyKind, DutyStanding, ParticipantRole, ParticipantState, State
from filings.models import Duty, Entity, EntityMember, Filing, Participant, Waiver
from filings.models.filing import ENDS_UNHAPPILY
from filings.selectors.entities import as_unit
from filings.selectors.reading import GONE

OPEN_FOR_MEMBERS = (State.DRAFT, State.IN_CORRECTION)


def led_by(actor: Actor) -> QuerySet[Filing]:
    """The unit's own filings, newest first, each with `open_items` (corrections the lead has to answer)."""
    asked = Q(corrections__standing=CorrectionState.OPEN, corrections__participant=None)
    return (
        Filing.objects.filter(applicant_id=actor.organisation_id)
        .select_related("authority")
        .annotate(open_items=Count("corrections", filter=asked))
        .order_by("-id")
    )


def places_of(actor: Actor) -> QuerySet[Participant]:
    """Where the unit takes part as a member, each with `open_items` (corrections it has to answer itself)."""
    return (
        Participant.objects.filter(organisation=actor.organisation)
        .exclude(role=ParticipantRole.LEAD)
        .exclude(standing__in=GONE)
        .select_related("filing__applicant", "filing__authority")
        .annotate(open_items=Count("corrections", filter=Q(corrections__standing=CorrectionState.OPEN)))
        .order_by("-id")
    )


def entities_of(actor: Actor) -> QuerySet[Entity]:
    """Entities the unit leads or belongs to today, those that need care first. Read ahead, for one list:

    `places` (the unit's own membership), `lively` (filings that came to something), `owed` (open duties of the
    unit), `asked` (exceptions asked for and not ended), and the certificates.
    """
    mine = EntityMember.objects.filter(organisation=actor.organisation).order_by("-pk")
    lively = Filing.objects.exclude(state__in=ENDS_UNHAPPILY).defer("content", "grams").order_by("pk")
    owed = Duty.objects.filter(organisation=actor.organisation, standing=DutyStanding.OPEN)
    asked = Waiver.objects.filter(ended_on__isnull=True)
    return (
        as_unit(actor)
        .select_related("lead")
        .prefetch_related(
            "certificates",
            Prefetch("members", mine, to_attr="places"),
            Prefetch("filings", lively, to_attr="lively"),
            Prefetch("duties", owed.order_by("due_at", "pk"), to_attr="owed"),
            Prefetch("waivers", asked, to_attr="asked"),
        )
        .order_by("standing", "-lamp_at", "pk")
    )


def rectification_due(entity: Entity) -> Duty | None:
    """The duty to put an unmet condition right, where one is open."""
    return entity.duties.filter(kind=DutyKind.RECTIFY, standing=DutyStanding.OPEN).order_by("due_at").first()


def waiting_places(actor: Actor) -> QuerySet[Participant]:
    """Invitations and voided confirmations that wait for this unit while they can still be given."""
    waits = Q(standing__in=(ParticipantState.INVITED, ParticipantState.VOIDED)) | Q(open_items__gt=0)
    return places_of(actor).filter(waits, filing__state__in=OPEN_FOR_MEMBERS)


def to_do(actor: Actor) -> QuerySet[Any, Any]:
    """What waits for this unit, to be counted: corrections and confirmations; drafts do not press."""
    returned = Filing.objects.filter(applicant_id=actor.organisation_id, state=State.IN_CORRECTION)
    return returned.order_by().values("pk").union(waiting_places(actor).order_by().values("pk"), all=True)
