from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("filings", "0004_hearing_first")]

    operations = []
