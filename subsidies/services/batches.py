"""拨付批次: put together, approved by another person, sent as a workbook, answered line by line by the treasury."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _

from core import audit, clock, files
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible, Problem, raise_if
from core.numbering import next_number
from core.workflow import Transition
from filings.services.letters import office_word
from subsidies.enums_money import BatchState, Outcome
from subsidies.models import BatchLine, Payment, PaymentBatch
from subsidies.permissions_money import (
    batch_approver,
    batch_file_reader,
    batch_keeper,
    batch_sender,
    money_keeper,
)
from subsidies.services import payments, treasury
from subsidies.workflow_money import BATCH

KIND = "payment_batch"
MOST = 1000
MOST_REASON = 300
MOST_REFERENCE = 60
Row = PaymentBatch


@dataclass(frozen=True)
class Result:
    """What the treasury answered for one line."""

    line: int
    outcome: str
    on: datetime.date | None
    reason: str = ""
    reference: str = ""


# --- putting together ------------------------------------------------------------------------


@transaction.atomic
def create(*, actor: Actor, chosen: Iterable[Payment]) -> PaymentBatch:
    """A draft of the actor's bureau with these payments. Raises NotAllowed, Invalid; NotNow for one in another batch."""
    money_keeper.require(actor, None)
    rows = _payable(actor, chosen)
    if not rows:
        raise Invalid.one("payments", _("请选择要列入批次的拨款"), "payments")
    year = clock.today().year
    office = actor.organisation
    department = {"development_reform": _("发改")}.get(office.department, _("科创"))
    number = _("%(office)s%(department)s拨〔%(year)s〕%(n)s号") % {
        "office": office_word(office),
        "department": department,
        "year": year,
        "n": next_number(f"payment:{actor.organisation_id}", year),
    }
    batch = PaymentBatch.objects.create(
        number=number,
        payer=actor.organisation,
        created_by=actor.user,
        created_at=clock.now(),
        state_changed_by=actor.user,
    )
    _put_in(actor, batch, rows)
    audit.record(
        "payment_batch.create", actor=actor, obj=batch, detail={"payments": [row.pk for row in rows]}
    )
    return batch


@transaction.atomic
def add(*, actor: Actor, batch: PaymentBatch, chosen: Iterable[Payment]) -> PaymentBatch:
    """More payments into a draft."""
    locked = _draft(actor, batch)
    rows = _payable(actor, chosen)
    _put_in(actor, locked, rows)
    audit.record("payment_batch.add", actor=actor, obj=locked, detail={"payments": [row.pk for row in rows]})
    return locked


@transaction.atomic
def remove(*, actor: Actor, batch: PaymentBatch, payment: Payment) -> PaymentBatch:
    """A payment out of a draft. NotVisible when it is not in it."""
    locked = _draft(actor, batch)
    line = locked.lines.select_for_update(of=("self",)).filter(payment_id=payment.pk, live=True).first()
    if line is None:
        raise NotVisible.one("no_line", _("该批次中没有这笔拨款"))
    payments.take_out(actor=actor, line=line)
    _counted(locked)
    audit.record("payment_batch.remove", actor=actor, obj=locked, detail={"payment": payment.pk})
    return locked


def _payable(actor: Actor, chosen: Iterable[Payment]) -> list[Payment]:
    """The payments of the actor's bureau among these, in one order so that two batches do not wait for each other."""
    wanted = {row.pk for row in chosen}
    if len(wanted) > MOST:
        raise Invalid.one("payments", _("一个批次最多 %(n)s 笔") % {"n": MOST}, "payments")
    rows = Payment.objects.filter(pk__in=wanted, commitment__budget__payer_id=actor.organisation_id)
    found = list(rows.select_related("award__organisation", "award__entity").order_by("pk"))
    if len(found) != len(wanted):
        raise NotVisible.one("payments", _("没有找到其中的拨款，或您无权查看"))
    return found


def _put_in(actor: Actor, batch: PaymentBatch, rows: Sequence[Payment]) -> None:
    problems = []
    for row in rows:
        try:
            payments.put_in(actor=actor, payment=row, batch=batch)
        except Invalid as error:
            name = row.award.organisation.name
            problems += [
                Problem(found.code, f"{name}{_('：')}{found.message}", "payments", found.clause)
                for found in error.problems
            ]
    raise_if(problems)
    batch_keeper.require(actor, batch)  # whoever is paid is known only now
    _counted(batch)


def _counted(batch: PaymentBatch) -> None:
    said = batch.lines.filter(live=True).aggregate(total=Sum("amount"), count=Count("pk"))
    batch.total, batch.count = said["total"] or Decimal(0), said["count"]
    batch.version += 1
    batch.save(update_fields=["total", "count", "version"])


def _draft(actor: Actor, batch: PaymentBatch) -> PaymentBatch:
    locked = _locked(batch)
    batch_keeper.require(actor, locked)
    if locked.state != BatchState.DRAFT:
        raise NotNow.one("wrong_state", _("只有编制中的批次可以增减拨款"))
    return locked


def _locked(batch: PaymentBatch) -> PaymentBatch:
    return PaymentBatch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)


# --- its way ---------------------------------------------------------------------------------


def submit(*, actor: Actor, batch: Row, comment: str = "", version: int | None = None) -> Row:
    """To the second person. A comment is needed where an account is also used by another unit."""
    fields = {"submitted_by": actor.user, "submitted_at": clock.now(), "reason": comment.strip()[:500]}
    return _step(batch, "submit", actor, fields, comment, version)


def approve(*, actor: Actor, batch: Row, version: int | None = None) -> Row:
    """By somebody who neither made nor submitted it."""
    fields = {"approved_by": actor.user, "approved_at": clock.now()}
    return _step(batch, "approve", actor, fields, "", version)


@transaction.atomic
def lines_to_approve(*, actor: Actor, batch: Row) -> list[BatchLine]:
    """The lines with whole account numbers, for who compares them before approving; that they were shown is kept."""
    batch_approver.require(actor, batch)
    audit.record("payment_batch.accounts_shown", actor=actor, obj=batch, detail={"lines": batch.count})
    return list(batch.lines.filter(live=True).select_related("payment__award__organisation"))


def give_back(*, actor: Actor, batch: Row, comment: str, version: int | None = None) -> Row:
    """Back to who made it, for a reason; approval and submission are void."""
    fields: dict[str, Any] = {
        f"{name}_{part}": None for name in ("submitted", "approved") for part in ("by", "at")
    }
    return _step(batch, "give_back", actor, {**fields, "reason": comment.strip()[:500]}, comment, version)


def discard(*, actor: Actor, batch: Row, comment: str, version: int | None = None) -> Row:
    """A draft that is not wanted: its payments wait for another batch."""

    def effect(row: Row, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        for line in row.lines.select_related("payment").filter(live=True).order_by("payment_id"):
            payments.take_out(actor=who, line=line)
        _counted(row)

    return _step(batch, "discard", actor, {"reason": comment.strip()[:500]}, comment, version, effect)


@transaction.atomic
def send(*, actor: Actor, batch: Row, version: int | None = None) -> Row:
    """The workbook for the treasury, made once and kept with its hash; what was approved is what is sent."""
    locked = _locked(batch)
    batch_sender.require(actor, locked)
    data = treasury.workbook(locked)
    name = _("拨付清单%(number)s.xlsx") % {"number": locked.number}
    stored = files.store_generated(data, name=name, actor=actor, kind=KIND, mime=treasury.MIME, owner=locked)
    fields = {"sent_by": actor.user, "sent_at": clock.now(), "file": stored, "file_sha256": stored.sha256}
    return _step(locked, "send", actor, fields, "", version)


@transaction.atomic
def download(*, actor: Actor, batch: Row) -> Any:
    """The stored file; every download is counted and logged, so that a second one is seen. NotNow before it is sent."""
    batch_file_reader.require(actor, batch)
    if batch.file is None:
        raise NotNow.one("not_sent", _("批次尚未送国库，没有拨付清单"))
    PaymentBatch.objects.filter(pk=batch.pk).update(downloads=F("downloads") + 1)
    audit.record("payment_batch.download", actor=actor, obj=batch, after=batch.file_sha256)
    return batch.file


def may_read(actor: Actor, stored: Any) -> bool:
    """Who may read the stored workbook."""
    batch = PaymentBatch.objects.filter(file=stored).select_related("payer__jurisdiction").first()
    return batch is not None and batch_file_reader(actor, batch)


def _step(
    batch: Row,
    name: str,
    actor: Actor,
    fields: Mapping[str, Any],
    comment: str = "",
    version: int | None = None,
    effect: Any = None,
) -> Row:
    return BATCH.perform(
        batch, name, actor=actor, comment=comment, data={"fields": fields}, effect=effect, version=version
    )


# --- reconciliation --------------------------------------------------------------------------


@transaction.atomic
def record_results(*, actor: Actor, batch: Row, results: Sequence[Result]) -> Row:
    """对账: what the treasury answered, all of these or none; with the last answer the batch is settled.

    A line that has its answer keeps it: the same answer again changes nothing, another one is refused.
    Raises NotAllowed, NotNow, Invalid with the line's number as field.
    """
    locked = _locked(batch)
    batch_keeper.require(actor, locked)
    if locked.state not in (BatchState.SENT, BatchState.SETTLED):
        raise NotNow.one("wrong_state", _("批次尚未送国库，不能登记结果"))
    rows = {
        line.pk: line
        for line in locked.lines.select_for_update(of=("self",))
        .exclude(live=False, outcome="")
        .select_related("payment__award", "payment__commitment__budget")
        .order_by("payment_id")
    }
    problems = [found for result in results for found in _result_faults(locked, rows, result)]
    raise_if([*problems, *_repeated(results)])
    for result in results:
        line = rows[result.line]
        if line.outcome or result.on is None:
            continue
        payments.answered(
            actor=actor,
            line=line,
            outcome=result.outcome,
            on=result.on,
            reason=result.reason.strip(),
            reference=result.reference.strip(),
        )
    detail = {str(row.line): row.outcome for row in results}
    audit.record("payment_batch.results", actor=actor, obj=locked, detail=detail)
    if locked.state == BatchState.SENT and not locked.lines.filter(live=True, outcome="").exists():
        return _step(locked, "settle", actor, {"settled_at": clock.now()})
    return locked


def _repeated(results: Sequence[Result]) -> Iterator[Problem]:
    for line, times in Counter(result.line for result in results).items():
        if times > 1:
            yield Problem("twice", _("同一笔填写了两个结果"), str(line))


def _result_faults(batch: Row, rows: Mapping[int, BatchLine], result: Result) -> list[Problem]:
    field = str(result.line)
    line = rows.get(result.line)
    if line is None:
        return [Problem("no_line", _("该批次中没有这笔拨款"), field)]
    if line.outcome:
        same = line.outcome == result.outcome
        return [] if same else [Problem("answered", _("该笔已经登记过结果，不能改动"), field)]
    found = []
    if result.outcome not in Outcome.values:
        found.append(Problem("outcome", _("结果应为“已到账”或者“已退回”"), field))
    sent = clock.local(batch.sent_at).date() if batch.sent_at else clock.today()
    if result.on is None or not sent <= result.on <= clock.today():
        found.append(Problem("on", _("结果日期应在送国库之日和今天之间"), field))
    if result.outcome == Outcome.RETURNED and not result.reason.strip():
        found.append(Problem("reason", _("退回须写明原因"), field))
    if len(result.reason) > MOST_REASON or len(result.reference) > MOST_REFERENCE:
        found.append(Problem("too_long", _("原因或者流水号过长"), field))
    return found
