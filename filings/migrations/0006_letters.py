from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("filings", "0005_duties")]

    operations = []
