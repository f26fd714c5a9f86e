"""What is owed around payments: by finance to pay, by a unit to name the right account or to give money back."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from core import clock, workdays
from core.money import shown
from filings.enums import DutyKind
from filings.owed import Owed
from policy.law import law_on
from subsidies.enums_money import ClawBackState, PaymentState
from subsidies.models import ClawBack, Payment

ACCOUNT_DAYS = "procedure.account_days"


def payment_owed(pk: int) -> list[Owed]:
    """A payment planned is paid by its day; one that came back gets the right account first, then a second look."""
    row = (
        Payment.objects.select_related("award__organisation", "commitment__budget__payer", "corrected_by")
        .filter(pk=pk)
        .first()
    )
    if row is None:
        return []
    unit = row.award.organisation
    if row.state == PaymentState.PLANNED:
        title = _("拨付“%(unit)s”%(amount)s 元") % {"unit": unit.name, "amount": shown(row.amount)}
        return [_payer(row, "pay", title, clock.end_of_day(row.due_on), row.created_at)]
    if row.state != PaymentState.RETURNED:
        return []
    since = clock.local(row.corrected_at or row.state_changed_at).date()
    due = clock.end_of_day(
        workdays.add_workdays(since, int(law_on(since, row.award.place).value(ACCOUNT_DAYS)))
    )
    if row.corrected_by_id is not None:
        title = _("复核“%(unit)s”更正的收款账户") % {"unit": unit.name}
        return [_payer(row, "confirm", title, due, row.corrected_at)]
    return [
        Owed(
            key="account",
            kind=DutyKind.ACCOUNT,
            title=_("%(amount)s 元拨款被退回，请更正收款账户") % {"amount": shown(row.amount)},
            due_at=due,
            organisation_id=unit.pk,
            authority_id=row.commitment.budget.payer_id,
            opens_on=since,
            entity_id=row.award.entity_id,
            filing_id=row.award.claim_id,
        )
    ]


def _payer(
    row: Payment, key: str, title: str, due: datetime.datetime, since: datetime.datetime | None
) -> Owed:
    return Owed(
        key=key,
        kind=DutyKind.PAYMENT,
        title=title,
        due_at=due,
        organisation_id=row.commitment.budget.payer_id,
        opens_on=clock.local(since).date(),
        entity_id=row.award.entity_id,
        filing_id=row.award.claim_id,
    )


def planned() -> Iterable[int]:
    """Payments looked at every night."""
    return Payment.objects.filter(state__in=(PaymentState.PLANNED, PaymentState.RETURNED)).values_list(
        "pk", flat=True
    )


def clawback_owed(pk: int) -> list[Owed]:
    """What a unit has to give back, until all of it is back."""
    row = ClawBack.objects.select_related("award", "commitment__budget").filter(pk=pk).first()
    if row is None or row.state != ClawBackState.CONFIRMED or row.confirmed_at is None:
        return []
    return [
        Owed(
            key="refund",
            kind=DutyKind.REFUND,
            title=_("退回资金 %(amount)s 元") % {"amount": shown(row.open_amount)},
            due_at=clock.end_of_day(row.due_on),
            organisation_id=row.award.organisation_id,
            authority_id=row.commitment.budget.payer_id,
            opens_on=clock.local(row.confirmed_at).date(),
            entity_id=row.award.entity_id,
            filing_id=row.award.claim_id,
            clause=row.document_number,
            legal=True,
        )
    ]
