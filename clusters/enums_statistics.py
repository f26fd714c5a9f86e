"""Words of the statistics that are stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Cadence(models.TextChoices):
    QUARTER = "quarter", _("季度")
    MONTH = "month", _("月度")


class ReturnState(models.TextChoices):
    """报表: filled in by the body, accepted by the next level, confirmed by the one above, locked."""

    DRAFT = "draft", _("填报中")
    SUBMITTED = "submitted", _("待审核")
    RETURNED = "returned", _("退回修改")
    ACCEPTED = "accepted", _("已审核")
    CONFIRMED = "confirmed", _("已确认")
    LOCKED = "locked", _("已锁定")


class Origin(models.TextChoices):
    """Where a value of a return comes from."""

    ENTERED = "entered", _("填报")
    CONSTANT = "constant", _("沿用上期")
    WORKBOOK = "workbook", _("表格导入")


class Standing(models.TextChoices):
    """How the reviewer left one value."""

    PENDING = "pending", _("待审核")
    ACCEPTED = "accepted", _("通过")
    RETURNED = "returned", _("退回")


class DispatchState(models.TextChoices):
    DRAFT = "draft", _("编写中")
    SUBMITTED = "submitted", _("已报送")
    RECEIVED = "received", _("已接收")


class ReportState(models.TextChoices):
    """半年汇总: written, figures frozen by one person, issued by another, replaced by a later issue."""

    DRAFT = "draft", _("编制中")
    FROZEN = "frozen", _("待签发")
    ISSUED = "issued", _("已签发")
    SUPERSEDED = "superseded", _("已被替换")


class PeriodStanding(models.TextChoices):
    """Derived from the dates and the returns of a period, never stored."""

    OPEN = "open", _("填报中")
    DUE = "due", _("即将到期")
    OVERDUE = "overdue", _("已逾期")
    COMPLETE = "complete", _("已报齐")
    LOCKED = "locked", _("已锁定")


# what counts as reported, and what the provincial level vouches for
REPORTED = (ReturnState.SUBMITTED, ReturnState.ACCEPTED, ReturnState.CONFIRMED, ReturnState.LOCKED)
VOUCHED = (ReturnState.CONFIRMED, ReturnState.LOCKED)
EDITABLE = (ReturnState.DRAFT, ReturnState.RETURNED)

STRATEGIC = "strategic_emerging_cluster"
INNOVATIVE = "innovative_cluster"
KIND_LABELS = {STRATEGIC: _("战略性新兴产业集群"), INNOVATIVE: _("创新型产业集群")}
