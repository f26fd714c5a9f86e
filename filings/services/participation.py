"""Inviting member units, their answer, and taking one off the list."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import credit_code
from accounts.enums import OrganisationState
from accounts.models import Organisation
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from filings import permissions as may
from filings.enums import ParticipantRole, ParticipantState, State
from filings.models import Filing, Participant
from filings.selectors.reading import GONE
from filings.services import telling
from filings.services.timeline import log

MAX_PARTICIPANTS = 80


@transaction.atomic
def invite(*, actor: Actor, filing: Filing, code: str, role: str) -> Participant:
    """Invite a unit by its unified social credit code. Invalid names what is wrong with the code, the role or the unit."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    may.applicant.require(actor, row)
    if row.state != State.DRAFT:
        raise NotNow.one("not_draft", _("申报件已提交，成员名单不能再改。"))
    if not row.spec.has_members:
        raise NotNow.one("no_members", row.spec.say(_("这一事项由%(lead)s办理，不邀请%(members)s。")))
    unit = _unit(code)
    _check_role(row, unit, role)
    if row.participants.exclude(standing__in=GONE).filter(organisation=unit).exists():
        raise Invalid.one(
            "already_there", _("“%(name)s”已在成员名单中") % {"name": unit.name}, "organisation"
        )
    if row.participants.count() >= MAX_PARTICIPANTS:
        raise Invalid.one(
            "too_many", row.spec.say(_("%(members)s最多 %(n)s 家"), n=MAX_PARTICIPANTS), "organisation"
        )
    place = Participant.objects.create(
        filing=row, organisation=unit, role=role, invited_at=clock.now(), invited_by=actor.user
    )
    log(row, "invited", row.spec.say(_("邀请%(members)s")), actor=actor, comment=unit.name)
    place.filing = row
    telling.invited(place)
    audit.record("filing.invited", actor=actor, obj=row, detail={"unit": unit.pk, "role": role})
    return place


def _unit(code: str) -> Organisation:
    text = "".join(code.split()).upper()
    problems = credit_code.problems(text)
    if problems:
        raise Invalid([type(p)(p.code, p.message, "organisation", p.clause) for p in problems])
    unit = Organisation.objects.select_related("district").filter(credit_code=text).first()
    if unit is None or unit.state != OrganisationState.APPROVED or unit.is_bureau:
        raise Invalid.one(
            "unknown_unit", _("该信用代码的单位尚未在本平台登记，请先请对方登记。"), "organisation"
        )
    return unit


def _check_role(filing: Filing, unit: Organisation, role: str) -> None:
    if (
        role not in ParticipantRole.values
        or role == ParticipantRole.LEAD
        or role not in (*filing.spec.roles, ParticipantRole.OTHER)
    ):
        raise Invalid.one("role", filing.spec.say(_("请选择%(members)s的角色")), "role")
    if unit.pk == filing.applicant_id:
        raise Invalid.one("is_lead", filing.spec.say(_("%(lead)s不必邀请自己")), "organisation")
    kinds = filing.spec.role_kinds.get(role)
    if kinds and unit.kind not in kinds:
        text = _("“%(name)s”登记为%(kind)s，不能以“%(role)s”参与") % {
            "name": unit.name,
            "kind": unit.get_kind_display(),
            "role": filing.spec.role_label(role),
        }
        raise Invalid.one("role", text, "role")


def _place(row: Filing, participant: Participant) -> Participant:
    place = (
        row.participants.select_for_update(of=("self",))
        .select_related("organisation")
        .filter(pk=participant.pk)
        .first()
    )
    if place is None:
        raise NotVisible.one("participant", row.spec.say(_("没有这个%(members)s")))
    if not place.is_active:
        raise NotNow.one("gone", _("该单位已不在成员名单中。"))
    return place


def leave(place: Participant, standing: str, reason: str) -> None:
    """A unit's place in a filing ends, and with it what it confirmed. In the caller's transaction."""
    place.standing, place.standing_at, place.declined_reason = standing, clock.now(), reason
    place.save(update_fields=["standing", "standing_at", "declined_reason"])
    place.confirmations.filter(voided_at=None).update(
        voided_at=clock.now(), voided_because=reason or str(_("不再参与"))
    )


@transaction.atomic
def decline(*, actor: Actor, filing: Filing, participant: Participant, reason: str = "") -> Participant:
    """The invited unit declines; possible until submission."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    place = _place(row, participant)
    if place.organisation_id != actor.organisation_id or not actor.has_role("unit_admin", "signer"):
        raise NotAllowed.one("not_your_unit", row.spec.say(_("只有该%(members)s的管理员或签字人可以谢绝。")))
    if row.state != State.DRAFT or place.role == ParticipantRole.LEAD:
        raise NotNow.one("not_draft", _("申报件已提交，不能再谢绝。"))
    leave(place, ParticipantState.DECLINED, reason)
    log(row, "declined", row.spec.say(_("%(members)s谢绝")), actor=actor, comment=place.organisation.name)
    audit.record(
        "filing.declined", actor=actor, obj=row, detail={"unit": place.organisation_id, "reason": reason}
    )
    return place


@transaction.atomic
def remove(*, actor: Actor, filing: Filing, participant: Participant, reason: str = "") -> Participant:
    """The lead takes a unit off the list of a draft. One that belongs to the entity is told why (fil_all_members_dynamic)."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    may.applicant.require(actor, row)
    place = _place(row, participant)
    if row.state != State.DRAFT or place.role == ParticipantRole.LEAD:
        raise NotNow.one("not_draft", _("申报件已提交，成员名单不能再改。"))
    if filing.entity_id is not None and not reason.strip():
        raise Invalid.one("reason", _("请写明该单位退出的原因"), "reason")
    leave(place, ParticipantState.REMOVED, reason.strip()[:2000] or row.spec.say(_("%(lead)s移出")))
    log(row, "removed", row.spec.say(_("移出%(members)s")), actor=actor, comment=place.organisation.name)
    if row.entity_id is not None and place.organisation.entity_memberships.filter(entity=row.entity).exists():
        place.filing = row
        telling.taken_off(place)
    audit.record("filing.removed", actor=actor, obj=row, detail={"unit": place.organisation_id})
    return place
