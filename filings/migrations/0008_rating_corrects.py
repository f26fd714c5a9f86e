"""A rating says which one it corrects."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("filings", "0007_entities")]

    operations = [
        migrations.AddField(
            "rating",
            "corrects",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="filings.rating",
                verbose_name="更正的结果",
            ),
        ),
    ]
