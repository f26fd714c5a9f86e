"""原则上 conditions: the applicant's reason, the officer's public ground. The second person confirms with the decision."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from filings import permissions as may
from filings.enums import State, Strength
from filings.models import Filing, Waiver
from filings.selectors.reading import judgements

GRANT_STATES = (State.IN_EXAMINATION, State.ACCEPTED, State.IN_REVIEW, State.REVIEWED)


@transaction.atomic
def give_reason(*, actor: Actor, filing: Filing, condition: str, reason: str) -> Waiver:
    """The applicant explains a shortfall, or the officer grants the exception with a reason that will be public."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    found = next((j for j in judgements(row) if j.condition == condition), None)
    if found is None:
        raise NotVisible.one("condition", _("没有这个条件"))
    if found.strength != Strength.IN_PRINCIPLE:
        raise Invalid.one("strength", _("该条件不是“原则上”的要求，不能申请例外"), "condition", found.clause)
    if not reason.strip():
        raise Invalid.one("reason", _("请写明理由"), "reason", found.clause)
    if may.applicant(actor, row):
        return _ask(row, condition, reason.strip(), actor)
    if may.may_examine(actor, row):
        return _grant(row, condition, reason.strip(), actor)
    raise NotAllowed.one("not_allowed", row.spec.say(_("理由由%(lead)s说明，例外由受理机关的经办人同意。")))


def _ask(row: Filing, condition: str, reason: str, actor: Actor) -> Waiver:
    if not may.is_editable(row):
        raise NotNow.one("not_editable", _("申报件已提交，理由不能再改。"))
    before = row.waivers.filter(condition=condition).first()
    given = {"applicant_reason": reason, "applicant_by": actor.user, "applicant_at": clock.now()}
    if before is not None and before.applicant_reason != reason:
        # an exception was granted for what was said then, not for what is said now
        given |= {"public_reason": "", "granted_by": None, "granted_at": None}
    waiver, _made = Waiver.objects.update_or_create(filing=row, condition=condition, defaults=given)
    audit.record("waiver.asked", actor=actor, obj=row, detail={"condition": condition, "reason": reason})
    return waiver


def _grant(row: Filing, condition: str, reason: str, actor: Actor) -> Waiver:
    if row.state not in GRANT_STATES:
        raise NotNow.one("not_now", _("形式审查开始后、拟定意见前可以同意例外。"))
    waiver = row.waivers.filter(condition=condition).first()
    if waiver is None or not waiver.applicant_reason:
        raise NotNow.one("no_request", _("申报单位尚未说明理由，可退回补正要求说明。"))
    waiver.public_reason, waiver.granted_by, waiver.granted_at = reason, actor.user, clock.now()
    waiver.confirmed_by = waiver.confirmed_at = None
    waiver.save()
    audit.record("waiver.granted", actor=actor, obj=row, detail={"condition": condition, "reason": reason})
    return waiver
