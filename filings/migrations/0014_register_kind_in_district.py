from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("filings", "0013_register_loads")]

    operations = [
        migrations.AddIndex(
            model_name="registerperiod",
            index=models.Index(
                fields=["kind", "district", "name_key", "entity"],
                include=("level", "status", "city", "industry", "since", "until"),
                name="period_kind_district",
            ),
        ),
    ]
