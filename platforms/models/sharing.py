"""Sharing: instruments in the provincial network, and services for others with their invoices."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.models.entity import history
from platforms.enums import ClientSize
from platforms.models.base import Record, forward, struck_with_reason


@history
class Instrument(Record):
    """共享仪器: what others may use, and its number in the provincial network."""

    DAY = "joined_on"

    name = models.CharField(_("仪器名称"), max_length=120)
    model = models.CharField(_("型号"), max_length=80, blank=True)
    network_number = models.CharField(_("省协作共用网编号"), max_length=60)
    original_value = models.DecimalField(_("原值（元）"), max_digits=14, decimal_places=2)
    location = models.CharField(_("存放地点"), max_length=200)
    joined_on = models.DateField(_("入网日期"))
    left_on = models.DateField(_("退网日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("共享仪器")
        ordering = ["name", "id"]
        constraints = (
            struck_with_reason("instrument"),
            forward("instrument_leaves_after_joining", "joined_on", "left_on", _("退网日期早于入网日期。")),
            models.CheckConstraint(
                name="instrument_value_not_negative",
                condition=Q(original_value__gte=0),
                violation_error_message=_("原值不能为负数。"),
            ),
            models.UniqueConstraint(
                fields=["network_number"],
                condition=Q(struck_at__isnull=True, left_on__isnull=True),
                name="instrument_number_once",
                violation_error_message=_("该编号的仪器已登记。"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.network_number}"


@history
class Service(Record):
    """对外服务: for whom, what, when, and the invoice. Amounts in yuan without tax.

    Which of them count for a subsidy is a reading of the law (amb_instrument_base).
    """

    DAY = "served_on"

    instrument = models.ForeignKey(
        Instrument,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        verbose_name=_("使用的仪器"),
    )
    item = models.CharField(_("服务内容"), max_length=200)
    client = models.CharField(_("服务对象"), max_length=120)
    client_code = models.CharField(_("服务对象信用代码"), max_length=18, blank=True)
    client_size = models.CharField(_("服务对象规模"), max_length=10, choices=ClientSize.choices)
    same_group = models.BooleanField(_("为关联方（同一集团）"), default=False)
    through_network = models.BooleanField(_("经省协作共用网完成"), default=False)
    contract_number = models.CharField(_("合同编号"), max_length=80, blank=True)
    invoice_number = models.CharField(_("发票号码"), max_length=40, blank=True)
    amount = models.DecimalField(_("金额（元，不含税）"), max_digits=14, decimal_places=2)
    served_on = models.DateField(_("服务日期"))
    paid_on = models.DateField(_("收款日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("对外服务")
        ordering = ["-served_on", "-id"]
        constraints = (
            struck_with_reason("service"),
            models.CheckConstraint(
                name="service_amount_not_negative",
                condition=Q(amount__gte=0),
                violation_error_message=_("金额不能为负数。"),
            ),
            models.CheckConstraint(
                name="service_paid_with_invoice",
                condition=Q(paid_on__isnull=True) | ~Q(invoice_number=""),
                violation_error_message=_("已收款的须填写发票号码。"),
            ),
            models.UniqueConstraint(
                fields=["entity", "invoice_number"],
                condition=Q(struck_at__isnull=True) & ~Q(invoice_number=""),
                name="service_invoice_once",
                violation_error_message=_("该发票号码已登记。"),
            ),
        )

    def __str__(self) -> str:
        return self.item
