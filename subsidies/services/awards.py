"""The award moves with its claim: kept at the proposal, decided with the document, released when it comes to nothing.

What is proposed is reserved in its budget, what is decided is spent. These run in the transaction of the claim's own
act (`Hooks.on_act`). What limits claims of different districts and years stands in `Entitlement`; whoever writes there
holds the locks of the unit, the entity and what is supported once, taken in one order, so that decisions of the same matter stand
in line.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow
from filings.models import Decision, Filing
from subsidies.enums import AwardState, Kind, Unit
from subsidies.models import Award, AwardShare, Entitlement
from subsidies.selectors import claims as read
from subsidies.selectors import computing
from subsidies.selectors.computing import Evaluated
from subsidies.selectors.recovering import still_out
from subsidies.selectors.replay import seal
from subsidies.services import budgets
from subsidies.terms import Terms
from subsidies.workflow import WORKFLOW

LOCK = 0x434C4149  # the class of our advisory locks
LONGEST = 2000
BOUND = (Kind.CAPPED, Kind.FLOOR)
ONCE = Decimal(1)


def propose(filing: Filing, actor: Actor, given: Mapping[str, Any]) -> None:
    """拟定: what comes out now is kept and holds its place among what is granted. Raises Invalid, NotNow."""
    said = dict(given.get("award") or {})
    lock(filing)
    claim, _on = read.read(filing)
    support = _checked(claim.terms, said)
    asked, found = read.evaluate(filing, said)
    if found.problems:
        raise Invalid(found.problems)
    if said.get("reason"):
        asked["reason"] = str(said["reason"])[:LONGEST]
    award = _keep(filing, actor, asked, found, support)
    _take(award, found)
    budgets.reserve(actor=actor, award=award)
    audit.record("award.proposed", actor=actor, obj=award, detail={"amount": f"{award.amount:.2f}"})


def _checked(terms: Terms, said: Mapping[str, Any]) -> str:
    """The support in words. Invalid where what an officer states does not fit the kind of the measure."""
    amount, support = said.get("set_amount"), str(said.get("support") or "").strip()[:LONGEST]
    reason, given = str(said.get("reason") or "").strip(), amount not in (None, "")
    kind, code, field, message = terms.kind, "required", "", ""
    if given and kind is Kind.PRIORITY:
        code, field, message = "not_set", "set_amount", _("优先事项不发放资金，不填写金额。")
    elif given and "set_amount" not in terms.facts and kind not in computing.RECORDED:
        code, field, message = "not_set", "set_amount", _("该项金额由事实和条款算出，不能另行拟定。")
    elif not given and kind in BOUND and not (said.get("grade") and kind is Kind.CAPPED):
        field, message = "set_amount", _("请填写拟定金额。")
    elif given and not reason:
        field, message = "reason", _("请写明拟定金额的理由。")
    elif kind in (*computing.RECORDED, Kind.PRIORITY) and not given and not support:
        field, message = "support", _("请写明支持内容。")
    if message:
        raise Invalid.one(code, message, field, terms.law.cite(terms.key))
    return support


def _keep(filing: Filing, actor: Actor, asked: dict[str, Any], found: Evaluated, support: str) -> Award:
    """The award of a claim: made at the first proposal, written anew at the next."""
    claim, on = computing.revived(asked["claim"])
    values: dict[str, Any] = {
        "measure": claim.terms.key,
        "organisation": filing.applicant,
        "entity": filing.entity,
        "on": on,
        "year": on.year,
        "place": asked["claim"]["law"]["place"],
        "asked": asked,
        "result": found.result,
        "sha256": seal(asked, found.result),
        "amount": found.amount,
        "support": support,
        "proposed_at": clock.now(),
    }
    award = Award.objects.filter(claim=filing).first()
    if award is None:
        return Award.objects.create(claim=filing, state_changed_by=actor.user, **values)
    award = WORKFLOW.perform(award, "propose_again", actor=actor)
    for name, value in values.items():
        setattr(award, name, value)
    award.proposal += 1
    award.save()
    return award


def _take(award: Award, found: Evaluated) -> None:
    """Shares of the limits, in the order of their keys; the database refuses what is beyond a ceiling."""
    for limit in sorted(found.limits, key=lambda one: one.key):
        share = ONCE if limit.unit == Unit.TIMES else award.amount
        row, _made = Entitlement.objects.get_or_create(
            key=limit.key[:300],
            defaults={"ceiling": limit.ceiling, "unit": limit.unit, "clause": limit.clause[:200]},
        )
        ceiling = Greatest(F("granted"), Value(limit.ceiling))
        try:
            with transaction.atomic():
                Entitlement.objects.filter(pk=row.pk).update(ceiling=ceiling, granted=F("granted") + share)
        except IntegrityError:
            raise NotNow.one("granted_already", _refusal(limit.unit), "", limit.clause) from None
        AwardShare.objects.create(award=award, entitlement=row, amount=share)


def _refusal(unit: str) -> str:
    if unit == Unit.TIMES:
        return _("同一面积、同一笔省级补助只支持一次，已有申领核定。")
    return _("超过同一事项应享的额度，不重复享受；请刷新后按最新测算拟定。")


def release(filing: Filing, actor: Actor, given: Mapping[str, Any]) -> None:
    """A proposal that came to nothing (sent back, refused, withdrawn) gives back what it held."""
    lock(filing)
    award = Award.objects.filter(claim=filing, state=AwardState.PROPOSED).first()
    if award is None:
        return
    give_back(award)
    budgets.release(actor=actor, award=award, reason=str(given.get("comment") or ""))
    WORKFLOW.perform(award, "release", actor=actor)


def give_back(award: Award) -> None:
    """Its shares of the limits, in the order of their keys. In the caller's transaction."""
    for share in award.shares.select_related("entitlement").order_by("entitlement__key"):
        Entitlement.objects.filter(pk=share.entitlement_id).update(granted=F("granted") - share.amount)
        share.delete()


def confirm(filing: Filing, actor: Actor, given: Mapping[str, Any]) -> None:
    """审定: what the amount rests on is decided and unchanged. Raises NotNow."""
    lock(filing)
    award = Award.objects.filter(claim=filing, state=AwardState.PROPOSED).first()
    if award is None:
        raise NotNow.one("no_award", _("还没有拟定核定金额，请退回重拟。"))
    _refuse_unsettled(award)


def _refuse_unsettled(award: Award) -> None:
    """Earlier awards that limit this one are all decided, and as they were when it was computed."""
    tied = set(award.result["tied"])
    rows = [row for row in award.asked["earlier"] if row["claim"]["ref"] in tied]
    now = {one.pk: one for one in Award.objects.filter(pk__in=[row["award"] for row in rows])}
    for row in rows:
        other, names = now.get(row["award"]), {"number": row["claim"]["ref"]}
        gone = other is None or other.state in (AwardState.RELEASED, AwardState.REVOKED)
        if gone or other is None or other.sha256 != row["sha256"]:
            raise NotNow.one("overtaken", _("%(number)s的核定已变化，请退回后按最新测算重拟。") % names)
        if other.state != AwardState.DECIDED:
            raise NotNow.one("waits", _("本次金额取决于%(number)s，该件尚未审定发文，请先办结。") % names)


def decide(filing: Filing, actor: Actor, given: Mapping[str, Any]) -> None:
    """发文: the award is decided under the number and date of the document."""
    lock(filing)
    award = Award.objects.get(claim=filing)
    decision = filing.decisions.filter(result=Decision.Result.CONFIRMED).latest("decided_at")
    data = {"decided_on": decision.document_date, "document_number": decision.document_number}
    WORKFLOW.perform(award, "decide", actor=actor, data=data)
    budgets.spend(actor=actor, award=award)


def revoke(*, actor: Actor, award: Award, comment: str) -> Award:
    """撤销核定, as `revocations` decides it: nothing more is paid of it, what has been paid is clawed back by its own acts.

    What it took of the limits is free once nothing paid is still out. In the caller's transaction and under its locks.
    """
    done = WORKFLOW.perform(award, "revoke", actor=actor, comment=comment)
    budgets.release(actor=actor, award=done, reason=comment)
    free(done)
    return done


def free(award: Award) -> None:
    """The limits of a revoked award, once everything that was paid has come back."""
    if award.state == AwardState.REVOKED and not still_out(award):
        give_back(award)


def lock(filing: Filing) -> None:
    """One after the other, whoever proposes or decides for the same unit, entity, square metres or payment."""
    names = [f"organisation:{filing.applicant_id}"]
    if filing.entity_id is not None:
        names.append(f"entity:{filing.entity_id}")
    names += [f"{name}:{text}" for name, text in read.named(filing).items()]
    with connection.cursor() as cursor:
        for number in sorted({zlib.crc32(name.encode()) - 2**31 for name in names}):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, number])


ON_ACT = {
    "propose": propose,
    "send_back": release,
    "reject": release,
    "withdraw": release,
    "confirm": confirm,
    "issue": decide,
}
