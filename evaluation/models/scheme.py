"""Scheme: what is evaluated, with which weights and methods. A version, once published, never changes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from evaluation.enums import SchemeState


class Scheme(models.Model):
    """指标体系, one version of it. `tree` is the document that `evaluation.scheme.parse` reads.

    Without an authority it came with the portal: the published tables and the defaults marked 建议值. A bureau's own
    versions belong to it. The newest published version of a key is offered for new rounds.
    """

    State = SchemeState

    key = models.CharField(_("标识"), max_length=60)
    version = models.PositiveSmallIntegerField(_("版本"))
    authority = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluation_schemes",
        verbose_name=_("制定机关"),
    )
    label = models.CharField(_("名称"), max_length=120)
    kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("适用类别"))
    rule = models.CharField(_("评价依据"), max_length=60, blank=True)  # catalogue id
    source = models.CharField(_("来源"), max_length=300, blank=True)
    proposed_default = models.BooleanField(_("建议值"), default=True)
    tree: Any = models.JSONField(_("指标"))
    note = models.CharField(_("修改说明"), max_length=500, blank=True)
    standing = models.CharField(max_length=10, choices=SchemeState.choices, default=SchemeState.DRAFT)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("编制时间"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    reason = models.CharField(_("退回或者停用的理由"), max_length=1000, blank=True)
    edition = models.PositiveIntegerField(default=1)  # one more with each saving of a draft

    class Meta:
        verbose_name = _("指标体系")
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "version", "authority"],
                name="scheme_version_once",
                nulls_distinct=False,
                violation_error_message=_("该版本已经存在。"),
            ),
            models.UniqueConstraint(
                fields=["key", "authority"],
                condition=Q(standing__in=["draft", "proposed"]),
                name="one_open_scheme",
                violation_error_message=_("已有一个版本正在编制。"),
            ),
            models.CheckConstraint(
                condition=~Q(standing="published") | Q(published_at__isnull=False),
                name="published_scheme_dated",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(published_by=F("proposed_by")),
                name="scheme_two_people",
                violation_error_message=_("指标体系须由另一人发布。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} 第{self.version}版"  # data

    @property
    def is_open(self) -> bool:
        """Whether it may still be edited."""
        return self.standing == SchemeState.DRAFT
