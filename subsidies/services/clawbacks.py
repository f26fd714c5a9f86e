"""追回: demanded with a document, confirmed by a second person, received back in instalments, each in the ledger."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import NotNow, Problem, raise_if
from core.money import shown, yuan
from core.workflow import Transition
from filings.services import duties
from filings.texts import taken
from subsidies.enums_money import EntryKind
from subsidies.models import Award, ClawBack, Commitment, Recovery
from subsidies.permissions_money import award_payer_or_head
from subsidies.selectors.recovering import may_still_demand
from subsidies.services import awards, ledger
from subsidies.workflow_money import CLAWBACK

LIMITS = {"reason": 500, "document_number": 60, "reference": 60, "comment": 500}


@transaction.atomic
def demand(
    *,
    actor: Actor,
    award: Award,
    amount: Decimal,
    reason: str,
    document_number: str,
    due_on: datetime.date | None,
) -> ClawBack:
    """Of what the actor's bureau has paid. Takes effect when a second person confirms it.

    Raises NotAllowed, NotNow when nothing was paid, Invalid.
    """
    award_payer_or_head.require(actor, award)
    share = _paid_share(actor, award)
    texts, found = taken(
        {"reason": reason, "document_number": document_number},
        limits=LIMITS,
        required={"reason": _("请写明追回原因"), "document_number": _("请填写追回文书的文号")},
    )
    most = may_still_demand(share)
    if amount <= 0 or amount != yuan(amount):
        found.append(Problem("amount", _("追回金额应当大于零，最多两位小数"), "amount"))
    elif amount > most:
        words = _("已拨付且尚未要求追回的为 %(most)s 元")
        found.append(Problem("amount", words % {"most": shown(most)}, "amount"))
    if due_on is None or due_on < clock.today():
        found.append(Problem("due_on", _("退款期限不能早于今天"), "due_on"))
    raise_if(found)
    made = ClawBack.objects.create(
        award=award,
        commitment=share,
        amount=amount,
        due_on=due_on or clock.today(),
        proposed_by=actor.user,
        proposed_at=clock.now(),
        state_changed_by=actor.user,
        **texts,
    )
    audit.record("clawback.demand", actor=actor, obj=made, detail={"amount": str(amount), "award": award.pk})
    duties.sync(made)
    return made


def _paid_share(actor: Actor, award: Award) -> Commitment:
    rows = Commitment.objects.select_for_update(of=("self",)).filter(
        award=award, budget__payer_id=actor.organisation_id, payments__state="paid"
    )
    found = Commitment.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk").first()
    if found is None:
        raise NotNow.one("nothing_paid", _("尚未拨付，没有可以追回的资金"))
    return found


def confirm(*, actor: Actor, clawback: ClawBack, version: int | None = None) -> ClawBack:
    """The second person: the unit owes it from now on."""
    fields = {"confirmed_by": actor.user, "confirmed_at": clock.now()}
    return _step(clawback, "confirm", actor, fields, version=version)


def refuse(*, actor: Actor, clawback: ClawBack, comment: str, version: int | None = None) -> ClawBack:
    """The second person does not demand it."""
    return _step(clawback, "refuse", actor, {"refusal": comment.strip()[:500]}, comment, version=version)


@transaction.atomic
def receive(
    *,
    actor: Actor,
    clawback: ClawBack,
    amount: Decimal,
    received_on: datetime.date | None,
    reference: str,
    version: int | None = None,
) -> ClawBack:
    """An instalment that came back: into the ledger, and the claw-back is settled with the last. Raises NotNow, Invalid."""
    locked = ClawBack.objects.select_for_update(of=("self",), no_key=True).get(pk=clawback.pk)
    texts, found = taken(
        {"reference": reference}, limits=LIMITS, required={"reference": _("请填写缴款凭证号")}
    )
    if amount <= 0 or amount != yuan(amount) or amount > locked.open_amount:
        words = _("退款金额应当大于零，不超过未退的 %(left)s 元")
        found.append(Problem("amount", words % {"left": shown(locked.open_amount)}, "amount"))
    if received_on is None or received_on > clock.today():
        found.append(Problem("received_on", _("到账日期不能晚于今天"), "received_on"))
    if locked.recoveries.filter(reference=texts["reference"]).exists():
        found.append(Problem("reference", _("该缴款凭证已经登记"), "reference"))

    def effect(row: ClawBack, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        made = Recovery.objects.create(
            clawback=row,
            number=row.recoveries.count() + 1,
            amount=amount,
            received_on=received_on or clock.today(),
            reference=texts["reference"],
            recorded_by=who.user,
            recorded_at=clock.now(),
        )
        ledger.move(
            EntryKind.CLAWED_BACK,
            amount,
            actor=who,
            budget=row.commitment.budget,
            reason=row.reason,
            commitment=row.commitment,
            recovery=made,
        )

    fields = {"recovered": locked.recovered + amount}
    row = _step(locked, "recover", actor, fields, found=found, effect=effect, version=version)
    if not row.open_amount:
        row = _step(row, "settle", actor, {})
        awards.free(row.award)
    return row


def _step(
    clawback: ClawBack,
    name: str,
    actor: Actor,
    fields: Mapping[str, Any],
    comment: str = "",
    *,
    found: Any = (),
    effect: Any = None,
    version: int | None = None,
) -> ClawBack:
    def after(row: ClawBack, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        if effect is not None:
            effect(row, transition, who, data)
        duties.sync(row)

    data = {"fields": dict(fields), "found": list(found)}
    return CLAWBACK.perform(
        clawback, name, actor=actor, comment=comment, data=data, effect=after, version=version
    )
