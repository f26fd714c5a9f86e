"""Confirmations: who confirmed what, and what makes one void."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, Problem, Stale
from filings import permissions as may
from filings.content import fingerprint
from filings.enums import ParticipantRole, ParticipantState
from filings.fields import missing_answers
from filings.models import Confirmation, Filing, Participant
from filings.selectors.reading import live_attachments, part_to_confirm
from filings.services import telling
from filings.services.timeline import log


def void_confirmations(*, filing: Filing, only: Participant | None, reason: str, actor: Actor) -> int:
    """Void the standing confirmations whose content no longer is what was confirmed; returns how many.

    `only` narrows it to one participant (its own section changed). Runs in the caller's transaction.
    """
    rows = Confirmation.objects.filter(participant__filing=filing, voided_at=None).select_related(
        "participant__organisation"
    )
    if only is not None:
        rows = rows.filter(participant=only)
    files = live_attachments(filing)
    count = 0
    for row in rows:
        row.participant.filing = filing
        if fingerprint(part_to_confirm(row.participant, files)) == row.sha256:
            continue
        row.voided_at, row.voided_because = clock.now(), reason
        row.save(update_fields=["voided_at", "voided_because"])
        _stand(row.participant, ParticipantState.VOIDED)
        telling.confirmation_voided(row.participant)
        count += 1
    if count:
        log(
            filing,
            "confirmations_voided",
            str(_("成员确认失效")),
            actor=actor,
            comment=reason,
            detail={"count": count},
        )
        audit.record(
            "filing.confirmations_voided", actor=actor, obj=filing, detail={"count": count, "reason": reason}
        )
    return count


def _stand(participant: Participant, standing: str) -> None:
    participant.standing = standing
    participant.standing_at = clock.now()
    participant.save(update_fields=["standing", "standing_at"])


def obstacles(participant: Participant) -> list[Problem]:
    """What must be written before this unit can confirm: the shared sections and its own."""
    filing = participant.filing
    have = {(a.section, a.field, a.participant_id) for a in live_attachments(filing)}
    found = []
    for section in filing.spec.shared_sections:
        lacking = [text for _name, text in missing_answers(section.form, filing.content.get(section.key, {}))]
        lacking += [
            str(f.label)
            for n, f in section.files.items()
            if f.required and (section.key, n, None) not in have
        ]
        if lacking:
            found.append(
                Problem(
                    "shared_incomplete",
                    filing.spec.say(_("%(lead)s尚未填完“%(s)s”"), s=section.title),
                    section.key,
                )
            )
    for section in filing.spec.participant_sections:
        for name, text in missing_answers(section.form, participant.content.get(section.key, {})):
            found.append(Problem("missing", text, f"{section.key}.{name}"))
    return found


@transaction.atomic
def confirm(
    *, actor: Actor, filing: Filing, participant: Participant, sha256: str = "", capacity: str = ""
) -> Participant:
    """The unit confirms what it was shown. Stale when that changed meanwhile, Invalid when something is missing."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    if not may.is_editable(row):
        raise NotNow.one("not_editable", _("申报件已提交，不能再确认。"))
    place = (
        row.participants.select_for_update(of=("self",)).select_related("organisation").get(pk=participant.pk)
    )
    place.filing = row
    _may_confirm(actor, place)
    if place.standing == ParticipantState.CONFIRMED:
        return place
    problems = obstacles(place)
    if problems:
        raise Invalid(problems)
    record(place, actor, sha256=sha256, capacity=capacity)
    log(
        row,
        "confirmed_by_member",
        row.spec.say(_("%(members)s确认")),
        actor=actor,
        comment=place.organisation.name,
    )
    return place


def _may_confirm(actor: Actor, place: Participant) -> None:
    if place.organisation_id != actor.organisation_id or place.role == ParticipantRole.LEAD:
        raise NotAllowed.one("not_your_unit", place.filing.spec.say(_("只有该%(members)s自己可以确认。")))
    if not actor.has_role("unit_admin", "signer"):
        raise NotAllowed.one("not_signer", _("只有本单位的管理员或签字人可以确认。"))
    if not place.is_active:
        raise NotNow.one("declined", _("该邀请已谢绝或已撤销。"))


def record(place: Participant, actor: Actor, *, sha256: str = "", capacity: str = "") -> Confirmation:
    """Write a confirmation over the present content; also used for the lead's declaration at submission."""
    part = part_to_confirm(place)
    mark = fingerprint(part)
    if sha256 and sha256 != mark:
        raise Stale.one("stale", _("您打开页面之后，待确认的内容有变化，请核对后再确认。"))
    place.confirmations.filter(voided_at=None).update(
        voided_at=clock.now(), voided_because=str(_("重新确认"))
    )
    made = Confirmation.objects.create(
        participant=place,
        sha256=mark,
        seen=part,
        confirmed_at=clock.now(),
        confirmed_by=actor.user,
        capacity=capacity or str(_("单位管理员") if actor.has_role("unit_admin") else _("签字人")),
    )
    _stand(place, ParticipantState.CONFIRMED)
    audit.record(
        "filing.confirmed_by_member",
        actor=actor,
        obj=place.filing,
        detail={"unit": place.organisation_id},
        after=mark,
    )
    return made
