"""A submitted version and a line of the timeline are never rewritten, whoever asks."""

from django.db import migrations

TRIGGER = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
TABLES = ("filings_filingversion", "filings_filingevent")


class Migration(migrations.Migration):
    dependencies = [("filings", "0001_initial"), ("core", "0002_append_only")]

    operations = [
        migrations.RunSQL(TRIGGER.format(table=table), f"DROP TRIGGER {table}_append_only ON {table};")
        for table in TABLES
    ]
