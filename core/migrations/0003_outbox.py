from django.db import migrations, models

import core.clock


class Migration(migrations.Migration):
    dependencies = [("core", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="OutboxMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("to", models.EmailField(max_length=254, verbose_name="收件人")),
                ("subject", models.CharField(max_length=200, verbose_name="标题")),
                ("body", models.TextField(blank=True, default="", verbose_name="正文")),
                (
                    "unsubscribe",
                    models.CharField(blank=True, default="", max_length=500, verbose_name="退订地址"),
                ),
                ("key", models.CharField(max_length=200, null=True, unique=True, verbose_name="键")),
                ("recheck", models.TextField(blank=True, default="", verbose_name="发送前复核")),
                ("created_at", models.DateTimeField(default=core.clock.wall, verbose_name="创建时间")),
                ("not_before", models.DateTimeField(default=core.clock.wall, verbose_name="最早发送")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="已尝试次数")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="发送时间")),
                ("dropped_at", models.DateTimeField(null=True, verbose_name="取消时间")),
                ("given_up_at", models.DateTimeField(null=True, verbose_name="放弃时间")),
                ("error", models.CharField(blank=True, default="", max_length=500, verbose_name="最近错误")),
            ],
            options={
                "verbose_name": "待发邮件",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("dropped_at__isnull", True),
                            ("given_up_at__isnull", True),
                            ("sent_at__isnull", True),
                        ),
                        fields=["not_before", "id"],
                        name="core_outbox_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dropped_at__isnull", True), ("sent_at__isnull", True)),
                            models.Q(("given_up_at__isnull", True), ("sent_at__isnull", True)),
                            models.Q(("dropped_at__isnull", True), ("given_up_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="core_outbox_one_end",
                    )
                ],
            },
        ),
    ]
