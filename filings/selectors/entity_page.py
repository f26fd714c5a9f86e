"""Everything about one entity that one actor may read: the parts of its page. No writes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, QuerySet

from core.actor import Actor
from filings import permissions as may_filing
from filings import permissions_entity as may
from filings.enums import DutyStanding, ParticipantRole
from filings.models import (
    Cancellation,
    Duty,
    Entity,
    EntityLink,
    EntityMember,
    Filing,
    IssuedDocument,
    Rating,
    Waiver,
)
from filings.selectors import duties, worklist
from filings.selectors.filings import visible_to

DONE_SHOWN = 10


@dataclass
class Sight:
    """One actor before one entity. Each rule is asked once, so that a page costs the same for 1 and 25 rows."""

    actor: Actor
    entity: Entity

    @cached_property
    def is_staff(self) -> bool:
        """Reads as the bureau or the district; what is internal stays with these."""
        return may.entity_staff_reader(self.actor, self.entity)

    @cached_property
    def is_lead(self) -> bool:
        return may.entity_lead(self.actor, self.entity)

    @cached_property
    def is_signer(self) -> bool:
        """Binds the unit that leads."""
        return may.entity_lead_signer(self.actor, self.entity)

    @cached_property
    def is_officer(self) -> bool:
        return may.entity_officer(self.actor, self.entity)

    @cached_property
    def is_head(self) -> bool:
        return may.entity_head(self.actor, self.entity)

    @property
    def reads_inside(self) -> bool:
        """What stays between the lead and the office: reasons of exits, scores, hearings."""
        return self.is_staff or self.is_lead


def members(entity: Entity, on: datetime.date) -> list[EntityMember]:
    """Who had joined by a day, the lead first, those who had left by then last."""
    rows = entity.members.filter(since__lte=on).select_related("organisation__district__parent")

    def place(row: EntityMember) -> tuple[bool, bool, datetime.date, int]:
        gone = row.until is not None and row.until <= on
        return (gone, row.role != ParticipantRole.LEAD, row.since, row.pk)

    return sorted(rows, key=place)


def filings(sight: Sight) -> QuerySet[Filing]:
    """The filings about the entity that this actor sees anyway, the newest first; a member those it takes part in."""
    rows = worklist.on_desk(sight.actor) if sight.is_staff else visible_to(sight.actor)
    return rows.filter(entity=sight.entity).select_related("applicant").order_by("-created_at", "-pk")


def open_duties(sight: Sight) -> QuerySet[Duty]:
    """What is owed about the entity and this actor may know of, the most urgent first."""
    return _duties(sight).filter(standing=DutyStanding.OPEN).order_by("due_at", "pk")


def done_duties(sight: Sight) -> QuerySet[Duty]:
    """The last that were done."""
    return _duties(sight).filter(standing=DutyStanding.DONE).order_by("-done_at", "-pk")[:DONE_SHOWN]


def _duties(sight: Sight) -> QuerySet[Duty]:
    about = Q(entity=sight.entity) | Q(filing__entity=sight.entity)
    return duties.shown(duties.visible_to(sight.actor).filter(about))


def papers(sight: Sight) -> QuerySet[IssuedDocument]:
    """Certificates and letters this actor may read; agrees with `permissions.may_read_paper`."""
    seen = Q(filing__in=filings(sight).order_by().values("pk"))
    if not sight.is_staff:
        own = Q(filing__applicant_id=sight.actor.organisation_id)
        seen &= own | Q(kind__in=may_filing.READ_BY_PARTICIPANTS)
    if sight.reads_inside:
        seen |= Q(cancellation__entity=sight.entity)
    rows = IssuedDocument.objects.filter(seen).select_related("stored", "certificate")
    return rows.order_by("-issued_at", "-pk")


def ratings(sight: Sight) -> QuerySet[Rating]:
    """Confirmed ones; for staff also those that wait for a second person or were refused."""
    rows = sight.entity.ratings.select_related("report", "recorded_by", "confirmed_by", "superseded_by")
    return rows if sight.is_staff else rows.filter(confirmed_at__isnull=False)


def waivers(sight: Sight) -> QuerySet[Waiver]:
    """Exceptions in force for everybody; asked for, refused and ended ones for the lead and staff."""
    rows = sight.entity.waivers.select_related("applicant_by", "granted_by", "confirmed_by").order_by("-pk")
    return rows if sight.reads_inside else rows.filter(confirmed_at__isnull=False, ended_on__isnull=True)


def cancellations(sight: Sight) -> QuerySet[Cancellation]:
    """For staff all, for the lead those it has been told of, for members none."""
    rows = sight.entity.cancellations.select_related("rating")
    if sight.is_staff:
        return rows
    return rows.filter(served_at__isnull=False) if sight.is_lead else rows.none()


def links(entity: Entity) -> list[EntityLink]:
    """How it belongs to others on the register, in either direction."""
    rows = EntityLink.objects.filter(Q(source=entity) | Q(target=entity), until=None)
    return list(rows.select_related("source", "target").order_by("since", "pk"))
