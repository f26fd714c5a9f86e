"""Transfer: technology contracts, the forum's editions and signed projects, and what became of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from filings.models.entity import history
from platforms.enums import ProjectStanding, TransferMode
from platforms.models.base import Record, struck_with_reason


@history
class Contract(Record):
    """技术合同: one of five modes (mech_transform_tracking). Amounts in yuan."""

    DAY = "signed_on"

    mode = models.CharField(_("方式"), max_length=12, choices=TransferMode.choices)
    title = models.CharField(_("合同名称"), max_length=200)
    number = models.CharField(_("合同登记编号"), max_length=80)
    provider = models.CharField(_("让与（提供）方"), max_length=120)
    receiver = models.CharField(_("受让（接受）方"), max_length=120)
    amount = models.DecimalField(_("合同金额（元）"), max_digits=14, decimal_places=2)
    signed_on = models.DateField(_("签订日期"))

    class Meta:
        verbose_name = _("技术合同")
        ordering = ["-signed_on", "-id"]
        constraints = (
            struck_with_reason("contract"),
            models.CheckConstraint(
                name="contract_amount_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message=_("合同金额不能为负数。"),
            ),
            models.UniqueConstraint(
                fields=["entity", "number"],
                condition=Q(struck_at__isnull=True),
                name="contract_number_once",
                violation_error_message=_("该编号的合同已登记。"),
            ),
        )

    def __str__(self) -> str:
        return self.title


@history
class Edition(Record):
    """论坛届次: one edition of the forum."""

    DAY = "held_on"

    name = models.CharField(_("届次名称"), max_length=120)
    held_on = models.DateField(_("举办日期"))
    venue = models.CharField(_("举办地点"), max_length=120)
    theme = models.CharField(_("主题"), max_length=200)
    partners = models.CharField(_("合办的协会、学会和区县"), max_length=300, blank=True)
    participants = models.PositiveIntegerField(_("参加人数"))

    class Meta:
        verbose_name = _("论坛届次")
        ordering = ["-held_on", "-id"]
        constraints = (struck_with_reason("edition"),)

    def __str__(self) -> str:
        return self.name


@history
class ForumProject(Record):
    """签约项目: signed at an edition of the forum and followed until it has landed (reg_forum_projects)."""

    DAY = "signed_on"

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="projects", verbose_name=_("论坛届次"))
    name = models.CharField(_("项目名称"), max_length=200)
    parties = models.CharField(_("签约各方"), max_length=300)
    amount = models.DecimalField(_("签约金额（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    signed_on = models.DateField(_("签约日期"))
    landing_place = models.CharField(_("落地区县"), max_length=60, blank=True)
    standing = models.CharField(
        _("进展"),
        max_length=12,
        choices=ProjectStanding.choices,
        default=ProjectStanding.SIGNED,
        editable=False,
    )
    next_on = models.DateField(_("下次跟踪日期"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("签约项目")
        ordering = ["-signed_on", "-id"]
        constraints = (struck_with_reason("project"),)

    def __str__(self) -> str:
        return self.name


class FollowUp(models.Model):
    """跟踪: what became of a contract or of a signed project."""

    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    project = models.ForeignKey(
        ForumProject, models.PROTECT, null=True, blank=True, related_name="follow_ups"
    )
    on = models.DateField(_("日期"))
    text = models.TextField(_("进展"))
    standing = models.CharField(_("进展阶段"), max_length=12, choices=ProjectStanding.choices, blank=True)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("跟踪记录")
        ordering = ["-on", "-id"]
        constraints = (
            models.CheckConstraint(
                name="follow_up_of_one_thing",
                condition=Q(contract__isnull=False, project__isnull=True)
                | Q(contract__isnull=True, project__isnull=False),
                violation_error_message=_("跟踪记录只针对一份合同或者一个项目。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.on}"
