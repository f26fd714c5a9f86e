"""What a platform opens to the public."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from platforms.enums import OfferKind


class Offer(models.Model):
    """开放共享信息: a service, an instrument or a room that others may use, with price and opening times.

    The contact is that of an office: no person is named.
    """

    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="offers")
    kind = models.CharField(_("类别"), max_length=12, choices=OfferKind.choices)
    name = models.CharField(_("名称"), max_length=120)
    detail = models.TextField(_("说明"), max_length=1000, help_text=_("能做什么、技术参数、怎样预约"))
    price = models.CharField(_("收费标准"), max_length=200)
    hours = models.CharField(_("开放时间"), max_length=120)
    office = models.CharField(_("联系部门"), max_length=80, help_text=_("写部门名称，不写个人姓名"))
    phone = models.CharField(_("办公电话"), max_length=40, help_text=_("不填写个人手机号"))
    published_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("开放共享信息")
        ordering = ["name", "id"]
        constraints = (
            models.CheckConstraint(
                name="offer_names_no_mobile",
                condition=~Q(phone__regex=r"1[3-9]\d{9}"),
                violation_error_message=_("请填写办公电话，不要填写个人手机号。"),
            ),
        )
        indexes = (models.Index(fields=["kind", "name"], name="offer_list"),)

    def __str__(self) -> str:
        return self.name
