from django.db import migrations, models

import core.clock


class Migration(migrations.Migration):
    dependencies = [("core", "0003_outbox")]

    operations = [
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="年份")),
                ("source", models.CharField(max_length=120, verbose_name="依据")),
                ("stated_by_id", models.BigIntegerField(null=True, verbose_name="录入人")),
                ("stated_at", models.DateTimeField(default=core.clock.now, verbose_name="录入时间")),
            ],
            options={
                "verbose_name": "年度放假安排",
                "ordering": ["year"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        name="core_calendar_year_has_source",
                    )
                ],
            },
        ),
    ]
