"""The filing document belongs to the decision; the words of the lamp."""

from django.db import migrations, models

LAMP = models.CharField(
    choices=[("green", "符合条件"), ("amber", "即将不符合条件"), ("red", "不符合条件")],
    default="green",
    max_length=6,
    verbose_name="条件核验",
)


class Migration(migrations.Migration):
    dependencies = [("filings", "0006_accompaniment")]

    operations = [
        migrations.AddField(
            "decision", "document_date", models.DateField(blank=True, null=True, verbose_name="发文日期")
        ),
        migrations.AddField(
            "decision",
            "document_number",
            models.CharField(blank=True, max_length=60, verbose_name="发文字号"),
        ),
        migrations.AddField(
            "waiver", "ended_because", models.TextField(blank=True, default=""), preserve_default=False
        ),
        migrations.AlterField("entity", "lamp", LAMP),
        migrations.AlterField("entityevent", "lamp", LAMP),
    ]
