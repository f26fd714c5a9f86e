import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import core.clock


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="类别")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("text", models.TextField(blank=True, default="", verbose_name="内容")),
                ("url", models.CharField(blank=True, default="", max_length=300, verbose_name="链接")),
                ("about", models.CharField(blank=True, default="", max_length=120, verbose_name="事项")),
                ("once", models.CharField(blank=True, default="", max_length=200, verbose_name="唯一键")),
                ("urgent", models.BooleanField(default=False, verbose_name="立即发送")),
                ("created_at", models.DateTimeField(default=core.clock.now, verbose_name="时间")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="阅读时间")),
                ("mailed_at", models.DateTimeField(blank=True, null=True, verbose_name="交付邮件时间")),
                ("dropped_at", models.DateTimeField(blank=True, null=True, verbose_name="失效时间")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="相关单位",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="收件人",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息",
                "verbose_name_plural": "消息",
                "ordering": ["-created_at", "-id"],
                "indexes": [
                    models.Index(fields=["user", "-created_at", "-id"], name="message_list"),
                    models.Index(
                        condition=models.Q(("dropped_at__isnull", True), ("read_at__isnull", True)),
                        fields=["user"],
                        name="message_unread",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("once", ""), _negated=True),
                        fields=("user", "once"),
                        name="message_once",
                        violation_error_message="同一消息只发送一次。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True), name="message_has_a_title"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MessageSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "digest_hour",
                    models.PositiveSmallIntegerField(
                        default=8,
                        validators=[django.core.validators.MaxValueValidator(23)],
                        verbose_name="每日汇总的发送时间",
                    ),
                ),
                ("by_kind", models.JSONField(blank=True, default=dict, verbose_name="各类消息")),
                ("mail_off", models.BooleanField(default=False, verbose_name="不接收任何邮件")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="message_settings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="用户",
                    ),
                ),
            ],
            options={
                "verbose_name": "消息设置",
                "verbose_name_plural": "消息设置",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest_hour__lte", 23)),
                        name="message_settings_hour_of_the_day",
                        violation_error_message="请选择 0 至 23 之间的整点。",
                    )
                ],
            },
        ),
    ]
