"""Tables without business nouns.

People and organisations are stored by number, not by foreign key: core stands below accounts, and a log must
outlive whom it names.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core import clock


class ClockOffset(models.Model):
    """One row (id 1): how far the demo clock is ahead of real time.  Production never reads it."""

    offset = models.DurationField(_("偏移"), default=timedelta(0))

    class Meta:
        verbose_name = _("时钟偏移")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="core_clock_one_row")]

    def __str__(self) -> str:
        return str(self.offset)


class CalendarDay(models.Model):
    """A day whose nature differs from, or is not yet in, the library's calendar."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("放假")
        WORKDAY = "workday", _("上班")

    day = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    note = models.CharField(_("说明"), max_length=100, blank=True, default="")

    class Meta:
        verbose_name = _("日历日")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.get_kind_display()}"


class CalendarYear(models.Model):
    """Somebody said that the holidays of a year are all entered, and from which notice."""

    year = models.PositiveSmallIntegerField(_("年份"), unique=True)
    source = models.CharField(_("依据"), max_length=120)
    stated_by_id = models.BigIntegerField(_("录入人"), null=True)
    stated_at = models.DateTimeField(_("录入时间"), default=clock.now)

    class Meta:
        verbose_name = _("年度放假安排")
        ordering = ["year"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(source=""), name="core_calendar_year_has_source")
        ]

    def __str__(self) -> str:
        return str(self.year)


class AuditEntry(models.Model):
    """Who did what, when, to what.  Append-only by trigger; chained afterwards by :class:`AuditSeal`."""

    at = models.DateTimeField(_("时间"), default=clock.now, db_index=True)
    user_id = models.BigIntegerField(_("用户"), null=True)
    organisation_id = models.BigIntegerField(_("代表单位"), null=True)
    roles = models.JSONField(_("角色"), default=list)
    ip = models.CharField(_("网络地址"), max_length=45, blank=True, default="")
    request_id = models.CharField(_("请求编号"), max_length=64, blank=True, default="")
    action = models.CharField(_("动作"), max_length=100, db_index=True)
    object_type = models.CharField(_("对象类型"), max_length=100, blank=True, default="")
    object_id = models.CharField(_("对象编号"), max_length=100, blank=True, default="")
    detail = models.JSONField(_("详情"), default=dict)
    before = models.CharField(_("变更前摘要"), max_length=64, blank=True, default="")
    after = models.CharField(_("变更后摘要"), max_length=64, blank=True, default="")
    result = models.CharField(_("结果"), max_length=20, default="ok")

    class Meta:
        verbose_name = _("审计记录")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="core_audit_object"),
            models.Index(fields=["user_id", "-id"], name="core_audit_user"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.action} {self.object_type} {self.object_id}".strip()


class AuditSeal(models.Model):
    """The place of one entry in the hash chain.  Append-only; written by the sealer alone."""

    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="seal", verbose_name=_("记录"))
    position = models.BigIntegerField(_("序号"), unique=True)
    previous = models.CharField(_("上一摘要"), max_length=64, unique=True)
    digest = models.CharField(_("摘要"), max_length=64, unique=True)
    sealed_at = models.DateTimeField(_("封存时间"), default=clock.wall)

    class Meta:
        verbose_name = _("审计封存")
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.position} {self.digest[:12]}"


class NumberSeries(models.Model):
    """The last number given in a series and year; the row is the lock."""

    series = models.CharField(_("编号序列"), max_length=60)
    year = models.PositiveSmallIntegerField(_("年度"))
    last = models.PositiveIntegerField(_("最近编号"), default=0)

    class Meta:
        verbose_name = _("编号")
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="core_number_series_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.year} {self.last}"


class StoredFile(models.Model):
    """One accepted file.  The bytes lie under their SHA-256; several rows may share them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(_("摘要"), max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("字节数"))
    mime = models.CharField(_("类型"), max_length=100)
    name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("用途"), max_length=60)
    owner_type = models.CharField(_("所属对象类型"), max_length=100, blank=True, default="")
    owner_id = models.CharField(_("所属对象编号"), max_length=100, blank=True, default="")
    created_by_id = models.BigIntegerField(_("上传人"), null=True)
    organisation_id = models.BigIntegerField(_("上传单位"), null=True, db_index=True)
    created_at = models.DateTimeField(_("上传时间"), default=clock.now)

    class Meta:
        verbose_name = _("文件")
        indexes = [models.Index(fields=["owner_type", "owner_id"], name="core_file_owner")]

    def __str__(self) -> str:
        return self.name

    @property
    def owner_ref(self) -> str:
        """``app.model:pk`` of the object the file belongs to, empty when it has none."""
        return f"{self.owner_type}:{self.owner_id}" if self.owner_type else ""

    @property
    def extension(self) -> str:
        return self.name.rpartition(".")[2].lower()

    @property
    def may_open_inline(self) -> bool:
        """Only what a browser shows without running anything."""
        return self.mime in ("application/pdf", "image/png", "image/jpeg")


class Job(models.Model):
    """The job of record.  A Celery message only rings; what is to be done and how far it got stands here."""

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("办理中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")

    kind = models.CharField(_("任务"), max_length=60)
    scope = models.CharField(_("范围"), max_length=120, blank=True, default="")
    period = models.CharField(_("期间"), max_length=40, blank=True, default="")
    payload = models.JSONField(_("参数"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("已尝试次数"), default=0)
    progress = models.PositiveSmallIntegerField(_("进度"), default=0, validators=[MaxValueValidator(100)])
    message = models.CharField(_("进展"), max_length=200, blank=True, default="")
    error = models.TextField(_("错误"), blank=True, default="")
    result = models.JSONField(_("结果"), default=dict)
    lease_token = models.UUIDField(_("租约"), null=True)
    lease_until = models.DateTimeField(_("租约到期"), null=True)
    not_before = models.DateTimeField(_("最早开始"), null=True)
    created_by_id = models.BigIntegerField(_("发起人"), null=True)
    created_at = models.DateTimeField(_("创建时间"), default=clock.wall)
    started_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = _("任务")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "scope", "period"],
                name="core_job_once",
                violation_error_message=_("同一任务已经存在。"),
            ),
            models.CheckConstraint(
                condition=models.Q(state="running", lease_until__isnull=False, lease_token__isnull=False)
                | (~models.Q(state="running") & models.Q(lease_until__isnull=True, lease_token__isnull=True)),
                name="core_job_lease_with_running",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "failed"], finished_at__isnull=False)
                | (~models.Q(state__in=["done", "failed"]) & models.Q(finished_at__isnull=True)),
                name="core_job_finished_with_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["state", "id"],
                name="core_job_open",
                condition=models.Q(state__in=["queued", "running"]),
            )
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind, self.scope, self.period) if part)

    @property
    def is_finished(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)


class OutboxMail(models.Model):
    """One mail to one address, written with the change it tells of and sent afterwards (core.outbox).

    ``body`` is sealed (it may hold a link that is as good as a password) and emptied once sent.  All moments are
    real time: moving the demonstration's clock must not give up on a mail.
    """

    to = models.EmailField(_("收件人"))
    subject = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("正文"), blank=True, default="")
    unsubscribe = models.CharField(_("退订地址"), max_length=500, blank=True, default="")
    # The same mail is never queued twice; null for mails that may repeat.
    key = models.CharField(_("键"), max_length=200, null=True, unique=True)
    recheck = models.TextField(_("发送前复核"), blank=True, default="")
    created_at = models.DateTimeField(_("创建时间"), default=clock.wall)
    not_before = models.DateTimeField(_("最早发送"), default=clock.wall)
    attempts = models.PositiveSmallIntegerField(_("已尝试次数"), default=0)
    sent_at = models.DateTimeField(_("发送时间"), null=True)
    dropped_at = models.DateTimeField(_("取消时间"), null=True)
    given_up_at = models.DateTimeField(_("放弃时间"), null=True)
    error = models.CharField(_("最近错误"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("待发邮件")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_at__isnull=True, dropped_at__isnull=True)
                | models.Q(sent_at__isnull=True, given_up_at__isnull=True)
                | models.Q(dropped_at__isnull=True, given_up_at__isnull=True),
                name="core_outbox_one_end",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"],
                name="core_outbox_open",
                condition=models.Q(sent_at__isnull=True, dropped_at__isnull=True, given_up_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.subject}"


class Heartbeat(models.Model):
    """When a part of the portal last proved that it works, in real time."""

    name = models.CharField(_("部件"), max_length=60, primary_key=True)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("心跳")

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M:%S}"


class IdempotencyKey(models.Model):
    """One answered request of one actor; written in the business transaction."""

    actor = models.CharField(_("请求人"), max_length=64)
    key = models.CharField(_("键"), max_length=200)
    request_digest = models.CharField(_("请求摘要"), max_length=64)
    status = models.PositiveSmallIntegerField(_("状态码"), default=0)
    headers = models.JSONField(_("响应头"), default=dict)
    body = models.TextField(_("响应内容"), blank=True, default="")
    created_at = models.DateTimeField(_("时间"), default=clock.wall, db_index=True)

    class Meta:
        verbose_name = _("幂等键")
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="core_idempotency_once")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"


def reference(obj: Any) -> tuple[str, str]:
    """``("app.model", "pk")`` of a model instance; two empty strings for ``None``."""
    if obj is None:
        return "", ""
    return obj._meta.label_lower, str(obj.pk)
