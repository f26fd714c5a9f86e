"""What may be demanded back. No writes."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum

from subsidies.enums_money import ClawBackState, PaymentState
from subsidies.models import Award, Commitment, Recovery


def may_still_demand(share: Commitment) -> Decimal:
    """Paid out of a commitment and not yet demanded back."""
    paid = share.payments.filter(state=PaymentState.PAID).aggregate(sum=Sum("amount"))["sum"]
    asked = share.clawbacks.exclude(state=ClawBackState.REFUSED).aggregate(sum=Sum("amount"))["sum"]
    return (paid or Decimal(0)) - (asked or Decimal(0))


def still_out(award: Award) -> Decimal:
    """Paid and not come back."""
    paid = award.payments.filter(state=PaymentState.PAID).aggregate(sum=Sum("amount"))["sum"]
    back = Recovery.objects.filter(clawback__award=award).aggregate(sum=Sum("amount"))["sum"]
    return (paid or Decimal(0)) - (back or Decimal(0))
