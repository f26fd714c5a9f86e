"""What the portal tells a person, and how that person wants to be told by mail."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.organisations import Organisation
from accounts.models.people import User
from core import clock


class Message(models.Model):
    """One thing told to one person.  Stays in the portal whatever becomes of the mail.

    ``title`` and ``text`` name the matter and what to do, nothing more; the mail shows the title alone.
    ``about`` is what it is about (``filing:12``), for the recheck of its kind; ``once`` makes it the only one.
    """

    user = models.ForeignKey(
        User, verbose_name=_("收件人"), on_delete=models.CASCADE, related_name="messages"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("相关单位"),
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    kind = models.CharField(_("类别"), max_length=60)
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("内容"), blank=True, default="")
    url = models.CharField(_("链接"), max_length=300, blank=True, default="")
    about = models.CharField(_("事项"), max_length=120, blank=True, default="")
    once = models.CharField(_("唯一键"), max_length=200, blank=True, default="")
    urgent = models.BooleanField(_("立即发送"), default=False)
    created_at = models.DateTimeField(_("时间"), default=clock.now)
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("交付邮件时间"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("失效时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "once"],
                name="message_once",
                condition=~Q(once=""),
                violation_error_message=_("同一消息只发送一次。"),
            ),
            models.CheckConstraint(condition=~Q(title=""), name="message_has_a_title"),
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="message_list"),
            models.Index(
                fields=["user"],
                name="message_unread",
                condition=Q(read_at__isnull=True, dropped_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"

    @property
    def is_unread(self) -> bool:
        return self.read_at is None and self.dropped_at is None


class MessageSettings(models.Model):
    """How a person wants mail; whoever has no row gets the defaults."""

    class Choice(models.TextChoices):
        NOW = "now", _("立即发送")
        DIGEST = "digest", _("每日汇总")
        NONE = "none", _("不发邮件")

    user = models.OneToOneField(
        User, verbose_name=_("用户"), on_delete=models.CASCADE, related_name="message_settings"
    )
    digest_hour = models.PositiveSmallIntegerField(
        _("每日汇总的发送时间"), default=8, validators=[MaxValueValidator(23)]
    )
    # {kind: choice}; a kind that is not named follows its default.
    by_kind = models.JSONField(_("各类消息"), default=dict, blank=True)
    mail_off = models.BooleanField(_("不接收任何邮件"), default=False)

    class Meta:
        verbose_name = _("消息设置")
        verbose_name_plural = _("消息设置")
        constraints = [
            models.CheckConstraint(
                condition=Q(digest_hour__lte=23),
                name="message_settings_hour_of_the_day",
                violation_error_message=_("请选择 0 至 23 之间的整点。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"
