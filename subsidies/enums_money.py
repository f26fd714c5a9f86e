"""Words of budgets, the ledger and payments."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EntryKind(TextChoices):
    """台账: what one entry does to the balance of a budget."""

    APPROPRIATED = "appropriated", _("下达")
    ADJUSTED = "adjusted", _("调整")
    RESERVED = "reserved", _("预留")
    RELEASED = "released", _("释放")
    SPENT = "spent", _("列支")
    RETURNED = "returned", _("退回")
    CLAWED_BACK = "clawed_back", _("追回")


class ChangeState(TextChoices):
    """A change of a budget: proposed by one person, confirmed by another."""

    PROPOSED = "proposed", _("待复核")
    CONFIRMED = "confirmed", _("已生效")
    REFUSED = "refused", _("已退回")


class BatchState(TextChoices):
    """拨付批次: put together, submitted, approved by somebody else, sent to the treasury, every line answered."""

    DRAFT = "draft", _("编制中")
    SUBMITTED = "submitted", _("待审批")
    APPROVED = "approved", _("已审批")
    SENT = "sent", _("已送国库")
    SETTLED = "settled", _("已对账")
    DISCARDED = "discarded", _("已作废")


class PaymentState(TextChoices):
    """一期拨款: planned, in one batch, paid or returned by the bank; held or cancelled for a reason."""

    PLANNED = "planned", _("待拨付")
    IN_BATCH = "in_batch", _("批次中")
    PAID = "paid", _("已拨付")
    RETURNED = "returned", _("被退回")
    HELD = "held", _("暂缓拨付")
    CANCELLED = "cancelled", _("已取消")


class Outcome(TextChoices):
    """What the treasury answered for one line of a batch."""

    PAID = "paid", _("已到账")
    RETURNED = "returned", _("已退回")


class ClawBackState(TextChoices):
    """追回: demanded by one person, confirmed by another, settled when everything is back."""

    PROPOSED = "proposed", _("待复核")
    CONFIRMED = "confirmed", _("追回中")
    SETTLED = "settled", _("已追回")
    REFUSED = "refused", _("未予追回")


class RevocationState(TextChoices):
    """撤销核定: asked by one person, decided by another."""

    PROPOSED = "proposed", _("待复核")
    CONFIRMED = "confirmed", _("已撤销")
    REFUSED = "refused", _("未予撤销")


#: payments whose amount is taken from what was awarded
COUNTED = (
    PaymentState.PLANNED,
    PaymentState.IN_BATCH,
    PaymentState.PAID,
    PaymentState.RETURNED,
    PaymentState.HELD,
)
OPEN_BATCH = (BatchState.DRAFT, BatchState.SUBMITTED, BatchState.APPROVED, BatchState.SENT)
