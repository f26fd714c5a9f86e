"""Whether a payment may go out: its account, who else uses it, and what holds it. No writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Problem
from filings.enums import Grade
from filings.selectors import ratings
from subsidies import conditions_account as account
from subsidies.enums import AwardState
from subsidies.enums_money import PaymentState, RevocationState
from subsidies.models import Payment, PaymentHold


def faults_of(payment: Any) -> Iterator[Problem]:
    """What is wrong with the account of a payment."""
    return account.faults(
        unit=payment.award.organisation.name,
        bank=payment.bank,
        account_name=payment.account_name,
        account_number=payment.account_number,
    )


def flags_of(payment: Any) -> Iterator[Problem]:
    """What somebody should look at: the account is also named by other units."""
    return account.shared_with(others_with(payment.account_number, payment.award.organisation_id))


def others_with(number: str, unit: int) -> list[str]:
    """Names of other units whose payments name this account."""
    if not number:
        return []
    rows = Payment.objects.filter(account_number=number).exclude(award__organisation_id=unit)
    rows = rows.exclude(state=PaymentState.CANCELLED)
    return list(
        rows.order_by("award__organisation_id").values_list("award__organisation__name", flat=True).distinct()
    )


def open_hold(award: Any) -> PaymentHold | None:
    """The manual hold that nobody has released."""
    return PaymentHold.objects.filter(award=award, released_at=None).select_related("placed_by").first()


def held_because(award: Any) -> Iterator[Problem]:
    """Why nothing of an award may go out now: not decided, (about to be) revoked, a hold, an evaluation, a cancellation."""
    if award.state != AwardState.DECIDED:
        yield Problem(
            "not_decided", _("核定结果为“%(state)s”，不能拨付") % {"state": award.get_state_display()}
        )
    elif award.revocations.filter(state=RevocationState.PROPOSED).exists():
        yield Problem("revoking", _("正在办理撤销核定，暂缓拨付"))
    hold = open_hold(award)
    if hold is not None:
        yield Problem("held", _("暂缓拨付：%(reason)s") % {"reason": hold.reason})
    yield from evaluated(award)


def evaluated(award: Any) -> Iterator[Problem]:
    """Held, never deleted: the latest grade of its entity is 不合格, or its cancellation is under way."""
    entity = award.entity
    if entity is None or not ratings.on_hold(entity):
        return
    last = ratings.latest(entity)
    if last is not None and last.grade == Grade.FAIL:
        words = _("“%(name)s”最近一次评价不合格，暂缓拨付")
    else:
        words = _("“%(name)s”正在办理取消资格，暂缓拨付")
    yield Problem("evaluation", words % {"name": entity.name})
