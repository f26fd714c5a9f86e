"""暂缓拨付: placed with a reason, released by a second person. Held, never deleted."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import NotAllowed, NotNow, raise_if
from filings.texts import taken
from subsidies.enums_money import PaymentState
from subsidies.models import Award, Payment, PaymentHold
from subsidies.permissions_money import award_payer_or_head, hold_releaser
from subsidies.services import payments

LIMITS = {"reason": 500, "comment": 500}


@transaction.atomic
def place(*, actor: Actor, award: Award, reason: str) -> PaymentHold:
    """Nothing planned of the award goes out; what is in an open batch stops at its next step. Raises NotAllowed, Invalid."""
    award_payer_or_head.require(actor, award)
    texts, found = taken({"reason": reason}, limits=LIMITS, required={"reason": _("请写明暂缓原因")})
    raise_if(found)
    locked = _locked(award)
    if locked.holds.filter(released_at=None).exists():
        raise NotNow.one("held", _("该笔奖补已经暂缓拨付"))
    made = PaymentHold.objects.create(
        award=locked, placed_by=actor.user, placed_at=clock.now(), reason=texts["reason"]
    )
    for row in _payments(locked, PaymentState.PLANNED):
        payments.move(row, "hold", actor=actor, fields={"reason": made.reason})
    audit.record(
        "payment_hold.place", actor=actor, obj=made, detail={"award": locked.pk, "reason": made.reason}
    )
    return made


@transaction.atomic
def release(*, actor: Actor, hold: PaymentHold, comment: str) -> PaymentHold:
    """By a second person, with a reason; the payments wait for a batch again. Raises NotAllowed, NotNow, Invalid."""
    hold_releaser.require(actor, hold.award)
    locked = PaymentHold.objects.select_for_update(of=("self",)).select_related("award").get(pk=hold.pk)
    if locked.placed_by_id == actor.user_id:
        raise NotAllowed.one("second_person", _("须由另一人办理：提出暂缓的人不能自己解除。"))
    if locked.released_at is not None:
        raise NotNow.one("released", _("已经解除暂缓"))
    texts, found = taken({"comment": comment}, limits=LIMITS, required={"comment": _("请写明解除理由")})
    raise_if(found)
    locked.released_by, locked.released_at = actor.user, clock.now()
    locked.release_reason = texts["comment"]
    locked.save(update_fields=["released_by", "released_at", "release_reason"])
    for row in _payments(locked.award, PaymentState.HELD):
        payments.move(row, "release", actor=actor, fields={"reason": ""})
    audit.record("payment_hold.release", actor=actor, obj=locked, detail={"reason": locked.release_reason})
    return locked


def _locked(award: Award) -> Award:
    return Award.objects.select_for_update(of=("self",), no_key=True).get(pk=award.pk)


def _payments(award: Award, state: Any) -> list[Payment]:
    return list(Payment.objects.filter(award=award, state=state).order_by("pk"))
