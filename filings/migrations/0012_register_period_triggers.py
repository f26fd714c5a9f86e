"""Periods of the register follow entities, levels, certificates and districts, whoever writes these (decision 0022)."""

from django.db import migrations

# The status of a day is that of `Entity.status_on`, the level the step in force, the first one before any began.
# What was loaded had been on a register on paper: it counts from its own first day, what was filed here from its
# registration. Days on which something can change are the only ones looked at.
WRITE = """
CREATE FUNCTION filings_write_periods(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM filings_registerperiod WHERE entity_id = ANY(ids);
    INSERT INTO filings_registerperiod
        (entity_id, since, until, level, status, kind, industry, district_id, city_id, name_key)
    WITH chosen AS (
        SELECT e.*, CASE d.kind WHEN 'city' THEN d.id WHEN 'province' THEN NULL ELSE d.parent_id END AS city_id,
            CASE e.origin WHEN 'load' THEN least((e.registered_at AT TIME ZONE 'Asia/Shanghai')::date, e.valid_from)
                ELSE (e.registered_at AT TIME ZONE 'Asia/Shanghai')::date END AS first_day
        FROM filings_entity e JOIN accounts_district d ON d.id = e.district_id WHERE e.id = ANY(ids)
    ), days AS (
        SELECT id, first_day AS day FROM chosen
        UNION SELECT id, valid_from FROM chosen
        UNION SELECT id, valid_until + 1 FROM chosen
        UNION SELECT id, ended_on FROM chosen
        UNION SELECT entity_id, valid_from FROM filings_certificate WHERE entity_id = ANY(ids)
        UNION SELECT entity_id, valid_until + 1 FROM filings_certificate WHERE entity_id = ANY(ids)
        UNION SELECT entity_id, ended_on FROM filings_certificate WHERE entity_id = ANY(ids)
        UNION SELECT entity_id, since FROM filings_entitylevel WHERE entity_id = ANY(ids)
    ), told AS (
        SELECT c.id, days.day,
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
        FROM chosen c JOIN days ON days.id = c.id AND days.day >= c.first_day
    ), marked AS (
        SELECT *, lag(status || ' ' || level) OVER (PARTITION BY id ORDER BY day) AS before FROM told
    ), kept AS (
        SELECT * FROM marked WHERE before IS DISTINCT FROM status || ' ' || level
    )
    SELECT c.id, k.day, lead(k.day) OVER (PARTITION BY c.id ORDER BY k.day), k.level, k.status,
        c.kind, c.industry, c.district_id, c.city_id, c.name_key
    FROM kept k JOIN chosen c ON c.id = k.id;
END $$;
"""
WHOLE = """
CREATE FUNCTION filings_periods_of_entity() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM filings_registerperiod WHERE entity_id IN (SELECT id FROM stale);
        RETURN NULL;
    ELSIF TG_OP = 'INSERT' THEN
        ids := ARRAY(SELECT id FROM fresh);
    ELSE
        ids := ARRAY(SELECT f.id FROM fresh f JOIN stale s ON s.id = f.id WHERE
            (f.kind, f.name_key, f.level, f.industry, f.district_id, f.valid_from, f.valid_until, f.standing, f.ended_on,
                f.registered_at, f.origin)
            IS DISTINCT FROM
            (s.kind, s.name_key, s.level, s.industry, s.district_id, s.valid_from, s.valid_until, s.standing, s.ended_on,
                s.registered_at, s.origin));
    END IF;
    IF cardinality(ids) > 0 THEN PERFORM filings_write_periods(ids); END IF;
    RETURN NULL;
END $$;
"""
PART = """
CREATE FUNCTION filings_periods_of_part() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        ids := ARRAY(SELECT DISTINCT entity_id FROM fresh);
    ELSIF TG_OP = 'DELETE' THEN
        ids := ARRAY(SELECT DISTINCT entity_id FROM stale);
    ELSE
        ids := ARRAY(SELECT entity_id FROM fresh UNION SELECT entity_id FROM stale);
    END IF;
    IF cardinality(ids) > 0 THEN PERFORM filings_write_periods(ids); END IF;
    RETURN NULL;
END $$;
"""
MOVED = """
CREATE FUNCTION filings_periods_of_district() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM filings_write_periods(ARRAY(SELECT id FROM filings_entity WHERE district_id = NEW.id));
    RETURN NULL;
END $$;
CREATE TRIGGER filings_periods_move AFTER UPDATE OF parent_id, kind ON accounts_district
    FOR EACH ROW WHEN ((OLD.parent_id, OLD.kind) IS DISTINCT FROM (NEW.parent_id, NEW.kind))
    EXECUTE FUNCTION filings_periods_of_district();
"""
ALL = "SELECT filings_write_periods(ARRAY(SELECT id FROM filings_entity));"
TABLES = {"filings_entity": "entity", "filings_certificate": "part", "filings_entitylevel": "part"}
SEEN = {
    "insert": "NEW TABLE AS fresh",
    "update": "OLD TABLE AS stale NEW TABLE AS fresh",
    "delete": "OLD TABLE AS stale",
}


def triggers(table: str, function: str) -> tuple[str, str]:
    """Three statement triggers of a table, and their undoing."""
    made = "".join(
        f"CREATE TRIGGER filings_periods_{act} AFTER {act.upper()} ON {table} REFERENCING {seen}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION filings_periods_of_{function}();\n"
        for act, seen in SEEN.items()
    )
    return made, "".join(f"DROP TRIGGER filings_periods_{act} ON {table};\n" for act in SEEN)


class Migration(migrations.Migration):
    dependencies = [("filings", "0011_register_periods")]
    operations = [
        migrations.RunSQL(WRITE, "DROP FUNCTION filings_write_periods(bigint[]);"),
        migrations.RunSQL(WHOLE, "DROP FUNCTION filings_periods_of_entity();"),
        migrations.RunSQL(PART, "DROP FUNCTION filings_periods_of_part();"),
        *(migrations.RunSQL(*triggers(table, function)) for table, function in TABLES.items()),
        migrations.RunSQL(
            MOVED,
            "DROP TRIGGER filings_periods_move ON accounts_district; DROP FUNCTION filings_periods_of_district();",
        ),
        migrations.RunSQL(ALL, migrations.RunSQL.noop),
    ]
