"""What an entity's lead may start once it is on the register: change, annual report, renewal, exit."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid
from filings import permissions_entity as may
from filings import programmes
from filings.enums import FOUNDS, Action, ParticipantRole, ParticipantState
from filings.models import Attachment, Confirmation, Entity, Filing, Participant
from filings.selectors.lifecycle import basis, has_occasions, live_filings, members_on, obstacles, occasions
from filings.selectors.reading import live_attachments, part_to_confirm
from filings.services import drafting
from filings.services.confirming import fingerprint


@transaction.atomic
def start(*, actor: Actor, entity: Entity, action: str, period: str = "") -> Filing:
    """A draft that concerns an entity, prefilled with what still holds.

    `period` names the year of a report or the occasion; the only occasion need not be named. Invalid with every
    reason why not: outside the renewal's window, another one open, no such year. NotAllowed for anybody but people
    of the lead.
    """
    may.entity_lead.require(actor, entity)
    row = Entity.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    if action not in row.spec.variants or action in FOUNDS:
        raise Invalid.one("action", _("该类别暂不受理这一事项"), "action")
    problems = obstacles(row, action, period=period)
    if problems:
        raise Invalid(problems)
    period = _meant(row, action, period)
    spec = programmes.get(row.spec.key, action)
    variant, before = row.spec.variants[Action(action)], basis(row)
    content = {}
    if variant.carries_content and before is not None:
        keys = {s.key for s in row.spec.applicant_sections}
        content = {key: answers for key, answers in before.content.items() if key in keys}
    if variant.prefill is not None:
        content |= variant.prefill(row, period)
    filing = drafting.create(
        actor=actor,
        programme=spec,
        authority=row.authority,
        entity=row,
        content=content,
        period=period,
    )
    if before is not None and variant.carries_content:
        _carry_files(filing, before, None, None)
    if variant.carries_members:
        _carry_members(filing, row, before, actor, confirmed=variant.carries_confirmations)
    audit.record(
        "filing.carried_over",
        actor=actor,
        obj=filing,
        detail={"entity": row.code, "from": before.pk if before else None},
    )
    return filing


def _meant(entity: Entity, action: str, period: str) -> str:
    """The year of a report, or the occasion meant; other actions have neither."""
    if has_occasions(entity, action):
        given = live_filings(entity, action)
        return period or next(key for key in occasions(entity, action) if key not in given)
    return period if action == Action.ANNUAL_REPORT else ""


def _carry_files(filing: Filing, before: Filing, old: Participant | None, new: Participant | None) -> None:
    """The files of one owner: the applicant's, or one participant's. The bytes are stored once."""
    keys = {s.key for s in filing.subject.spec.sections}
    owner = old.pk if old else None
    Attachment.objects.bulk_create(
        Attachment(
            filing=filing,
            participant=new,
            section=row.section,
            field=row.field,
            stored=row.stored,
            created_at=clock.now(),
            created_by=filing.created_by,
        )
        for row in live_attachments(before)
        if row.participant_id == owner and row.section in keys
    )


def _carry_members(
    filing: Filing, entity: Entity, before: Filing | None, actor: Actor, *, confirmed: bool
) -> None:
    """Members in force with their own section; what they confirmed stands as long as it is the same."""
    known = {p.organisation_id: p for p in before.participants.all()} if before else {}
    for member in members_on(entity, clock.today()):
        if member.role == ParticipantRole.LEAD or member.until is not None:
            continue
        old = known.get(member.organisation_id)
        place = Participant.objects.create(
            filing=filing,
            organisation=member.organisation,
            role=member.role,
            content=old.content if old else {},
            invited_at=clock.now(),
            invited_by=actor.user,
        )
        if old is None or before is None:
            continue
        _carry_files(filing, before, old, place)
        if confirmed and old.role == member.role:
            _carry_confirmation(place, old)


def _carry_confirmation(place: Participant, old: Participant) -> None:
    given = old.confirmations.filter(voided_at=None).first()
    if given is None or fingerprint(part_to_confirm(old)) != given.sha256:
        return
    part = part_to_confirm(place)
    Confirmation.objects.create(
        participant=place,
        sha256=fingerprint(part),
        seen=part,
        confirmed_at=given.confirmed_at,
        confirmed_by=given.confirmed_by,
        capacity=given.capacity,
    )
    place.standing, place.standing_at = ParticipantState.CONFIRMED, given.confirmed_at
    place.save(update_fields=["standing", "standing_at"])
