from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("filings", "0008_assignment")]

    operations = []
