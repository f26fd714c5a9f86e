"""Entities that were registered before levels had a history: the present one, from their first day."""

from django.db import migrations


def write(apps, schema_editor):
    Entity = apps.get_model("filings", "Entity")
    EntityLevel = apps.get_model("filings", "EntityLevel")
    EntityLevel.objects.bulk_create(
        EntityLevel(entity_id=pk, level=level, since=since)
        for pk, level, since in Entity.objects.values_list("pk", "level", "valid_from").iterator()
    )


class Migration(migrations.Migration):
    dependencies = [("filings", "0009_levels_and_origins")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
