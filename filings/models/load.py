"""名录导入: an existing register brought in from a workbook, looked at first, written by a second person's word."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Job

CHECK_JOB = "filings.register_load"
WRITE_JOB = "filings.register_load_write"


class LoadStage(models.TextChoices):
    """Where a load stands, read off its moments."""

    CHECKING = "checking", _("核对中")
    FAULTY = "faulty", _("有错误")
    READY = "ready", _("待确认")
    WRITING = "writing", _("写入中")
    LOADED = "loaded", _("已导入")
    WITHDRAWN = "withdrawn", _("已撤回")


class RegisterLoad(models.Model):
    """One workbook of one bureau.

    `round` counts how often it was looked at: each look and each writing is a job of its own. `summary` is
    `{sheet: {"rows", "new", "changed", "unchanged"}}`, `errors` the first of them as `[sheet, row, column, message]`.
    """

    authority = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("登记机关")
    )
    file = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+", verbose_name=_("名录文件"))
    note = models.CharField(_("说明"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    round = models.PositiveSmallIntegerField(default=1)
    checked_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    error_count = models.PositiveIntegerField(_("错误数"), default=0)
    errors = models.JSONField(default=list)
    summary = models.JSONField(default=dict)
    marked = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("确认人"),
    )
    confirmed_at = models.DateTimeField(_("确认时间"), null=True, blank=True)
    loaded_at = models.DateTimeField(_("导入时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("名录导入")
        ordering = ["-id"]
        indexes = [models.Index(fields=["authority", "-id"], name="load_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, checked_at__isnull=False),
                name="load_confirmed_by_somebody",
                violation_error_message=_("确认须有确认人，且在核对之后。"),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("uploaded_by")),
                name="load_second_person",
                violation_error_message=_("上传人不能自己确认导入。"),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(error_count=0),
                name="load_confirmed_without_errors",
                violation_error_message=_("有错误的名录不能确认导入。"),
            ),
            models.CheckConstraint(
                condition=Q(loaded_at__isnull=True) | Q(confirmed_at__isnull=False),
                name="load_written_after_confirmation",
                violation_error_message=_("名录须经确认后导入。"),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(loaded_at__isnull=True),
                name="load_withdrawn_or_written",
                violation_error_message=_("已导入的名录不能撤回。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.file.name)

    @property
    def stage(self) -> LoadStage:
        if self.withdrawn_at is not None:
            return LoadStage.WITHDRAWN
        if self.loaded_at is not None:
            return LoadStage.LOADED
        if self.checked_at is None:
            return LoadStage.CHECKING
        if self.error_count:
            return LoadStage.FAULTY
        return LoadStage.READY if self.confirmed_at is None else LoadStage.WRITING

    @property
    def job(self) -> Job | None:
        """The job that is at work on it, or was last."""
        kind = CHECK_JOB if self.confirmed_at is None else WRITE_JOB
        return Job.objects.filter(kind=kind, scope=f"load:{self.pk}", period=str(self.round)).first()

    def counts(self) -> dict[str, Any]:
        """`{"rows", "new", "changed", "unchanged"}` over all sheets."""
        total = {"rows": 0, "new": 0, "changed": 0, "unchanged": 0}
        for line in self.summary.values():
            for name in total:
                total[name] += int(line.get(name, 0))
        return total
