"""Periods are derived entity by entity, and once for what comes in with its levels (decision 0022)."""

from importlib import import_module
from typing import Any

from django.db import migrations, models

before = import_module("filings.migrations.0012_register_period_triggers")

# The same rule as before, in another shape. As joins of sets it was planned once in a session, for the size the tables
# had then: after a large load, or a second one in the same worker, each batch read whole tables. Looked up entity by
# entity it costs the same at any size. Plans are made anew, because the one kept may be of an empty table.
WRITE = """
CREATE OR REPLACE FUNCTION filings_write_periods(ids bigint[]) RETURNS void LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan SET enable_seqscan = off AS $$
BEGIN
    DELETE FROM filings_registerperiod WHERE entity_id = ANY(ids);
    INSERT INTO filings_registerperiod
        (entity_id, since, until, level, status, kind, industry, district_id, city_id, name_key)
    SELECT c.id, p.day, p.next, p.level, p.status, c.kind, c.industry, c.district_id,
        CASE d.kind WHEN 'city' THEN d.id WHEN 'province' THEN NULL ELSE d.parent_id END, c.name_key
    FROM filings_entity c JOIN accounts_district d ON d.id = c.district_id
    CROSS JOIN LATERAL (SELECT CASE c.origin
        WHEN 'load' THEN least((c.registered_at AT TIME ZONE 'Asia/Shanghai')::date, c.valid_from)
        ELSE (c.registered_at AT TIME ZONE 'Asia/Shanghai')::date END AS first_day OFFSET 0) f
    CROSS JOIN LATERAL (
        SELECT day, lead(day) OVER (ORDER BY day) AS next, level, status FROM (
            SELECT *, lag(status || ' ' || level) OVER (ORDER BY day) AS before FROM (
                SELECT days.day,
                    CASE WHEN c.ended_on <= days.day THEN c.standing
                        WHEN days.day < c.valid_from THEN 'upcoming'
                        WHEN CASE WHEN EXISTS (SELECT FROM filings_certificate p WHERE p.entity_id = c.id) THEN EXISTS (
                            SELECT FROM filings_certificate p WHERE p.entity_id = c.id AND p.valid_from <= days.day
                            AND (p.valid_until IS NULL OR p.valid_until >= days.day)
                            AND (p.ended_on IS NULL OR p.ended_on > days.day)
                        ) ELSE c.valid_until IS NULL OR c.valid_until >= days.day END THEN 'valid'
                        ELSE 'expired' END AS status,
                    coalesce(
                        (SELECT s.level FROM filings_entitylevel s WHERE s.entity_id = c.id AND s.since <= days.day
                            AND (s.until IS NULL OR s.until > s.since) ORDER BY s.since DESC, s.id DESC LIMIT 1),
                        (SELECT s.level FROM filings_entitylevel s WHERE s.entity_id = c.id
                            AND (s.until IS NULL OR s.until > s.since) ORDER BY s.since, s.id LIMIT 1),
                        c.level
                    ) AS level
                FROM (
                    SELECT day FROM unnest(ARRAY[f.first_day, c.valid_from, c.valid_until + 1, c.ended_on]) AS day
                    UNION SELECT unnest(ARRAY[p.valid_from, p.valid_until + 1, p.ended_on])
                        FROM filings_certificate p WHERE p.entity_id = c.id
                    UNION SELECT s.since FROM filings_entitylevel s WHERE s.entity_id = c.id
                ) days WHERE days.day >= f.first_day
            ) told
        ) marked WHERE before IS DISTINCT FROM status || ' ' || level
    ) p WHERE c.id = ANY(ids);
END $$;
"""
# A load writes entities and then their levels: the trigger of the levels derives the periods, so that of the entities
# need not, while the setting says so. It is set for one statement and ends with the transaction at the latest.
LEVELS_FOLLOW = "IF current_setting('filings.levels_follow', true) = 'on' THEN RETURN NULL; END IF;\n        "
FRESH = "ids := ARRAY(SELECT id FROM fresh);"
REPLACED = before.WHOLE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
WHOLE = REPLACED.replace(FRESH, LEVELS_FOLLOW + FRESH)


def copied(to: str, **given: Any) -> models.ForeignKey:
    """A reference that is checked where it is copied from: a third of what writing a period cost was checking it again."""
    return models.ForeignKey(to=to, db_index=False, db_constraint=False, **given)


class Migration(migrations.Migration):
    dependencies = [("filings", "0015_inserts_by_statement")]
    operations = [
        migrations.AlterField(
            "registerperiod",
            "entity",
            copied("filings.entity", on_delete=models.CASCADE, related_name="periods"),
        ),
        migrations.AlterField(
            "registerperiod",
            "district",
            copied("accounts.district", on_delete=models.PROTECT, related_name="+"),
        ),
        migrations.AlterField(
            "registerperiod",
            "city",
            copied("accounts.district", null=True, on_delete=models.PROTECT, related_name="+"),
        ),
        migrations.RunSQL(WRITE, before.WRITE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
        migrations.RunSQL(WHOLE, REPLACED),
    ]
