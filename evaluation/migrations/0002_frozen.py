"""What the database itself refuses: a published scheme rewritten, a population moved, a finished run or a report altered."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""
DROP_APPEND_ONLY = "DROP TRIGGER {table}_append_only ON {table};"
TABLES = ("evaluation_inputchange", "evaluation_roundevent")

SCHEME = """
CREATE FUNCTION evaluation_scheme_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.standing <> 'draft' AND (TG_OP = 'DELETE'
        OR (OLD.key, OLD.version, OLD.authority_id, OLD.kinds, OLD.tree)
            IS DISTINCT FROM (NEW.key, NEW.version, NEW.authority_id, NEW.kinds, NEW.tree))
    THEN
        RAISE EXCEPTION 'scheme % is frozen', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'scheme_frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER scheme_frozen BEFORE UPDATE OR DELETE ON evaluation_scheme
    FOR EACH ROW EXECUTE FUNCTION evaluation_scheme_frozen();
"""
DROP_SCHEME = """
DROP TRIGGER scheme_frozen ON evaluation_scheme;
DROP FUNCTION evaluation_scheme_frozen();
"""

# The scheme and the period of a round that was opened stay, and so does who is evaluated in it.
ROUND = """
CREATE FUNCTION evaluation_round_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (TG_OP = 'DELETE'
        OR (OLD.code, OLD.authority_id, OLD.scheme_id, OLD.period_from, OLD.period_until)
            IS DISTINCT FROM (NEW.code, NEW.authority_id, NEW.scheme_id, NEW.period_from, NEW.period_until)
        OR (OLD.state = 'confirmed' AND (NEW.state, NEW.run_id) IS DISTINCT FROM (OLD.state, OLD.run_id)))
    THEN
        RAISE EXCEPTION 'round % is frozen', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'round_frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER round_frozen BEFORE UPDATE OR DELETE ON evaluation_round
    FOR EACH ROW EXECUTE FUNCTION evaluation_round_frozen();

CREATE FUNCTION evaluation_population_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT state INTO standing FROM evaluation_round WHERE id = OLD.round_id;
        IF standing <> 'draft' THEN
            RAISE EXCEPTION 'the population of round % is frozen', OLD.round_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'population_frozen';
        END IF;
        RETURN OLD;
    END IF;
    SELECT state INTO standing FROM evaluation_round WHERE id = NEW.round_id;
    IF standing = 'draft' THEN RETURN NEW; END IF;
    IF TG_OP = 'INSERT'
        OR (OLD.round_id, OLD.entity_id, OLD.included) IS DISTINCT FROM (NEW.round_id, NEW.entity_id, NEW.included)
    THEN
        RAISE EXCEPTION 'the population of round % is frozen', NEW.round_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'population_frozen';
    END IF;
    IF standing NOT IN ('open', 'checking', 'reviewing') AND OLD.inputs IS DISTINCT FROM NEW.inputs THEN
        RAISE EXCEPTION 'the figures of round % are frozen', NEW.round_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'figures_frozen';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER population_frozen BEFORE INSERT OR UPDATE OR DELETE ON evaluation_roundentity
    FOR EACH ROW EXECUTE FUNCTION evaluation_population_frozen();
"""
DROP_ROUND = """
DROP TRIGGER population_frozen ON evaluation_roundentity;
DROP FUNCTION evaluation_population_frozen();
DROP TRIGGER round_frozen ON evaluation_round;
DROP FUNCTION evaluation_round_frozen();
"""

# A run that died half-way may start over; once finished neither it nor its rows change.
RUN = """
CREATE FUNCTION evaluation_run_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.finished_at IS NOT NULL
        OR (TG_OP = 'UPDATE' AND (OLD.round_id, OLD.number) IS DISTINCT FROM (NEW.round_id, NEW.number))
    THEN
        RAISE EXCEPTION 'run % is frozen', OLD.id USING ERRCODE = 'check_violation', CONSTRAINT = 'run_frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER run_frozen BEFORE UPDATE OR DELETE ON evaluation_run
    FOR EACH ROW EXECUTE FUNCTION evaluation_run_frozen();

CREATE FUNCTION evaluation_rows_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        OR EXISTS (SELECT 1 FROM gone JOIN evaluation_run run ON run.id = gone.run_id
                   WHERE run.finished_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'rows of a run do not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_rows_frozen';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER rows_not_deleted AFTER DELETE ON evaluation_runrow REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION evaluation_rows_frozen();
CREATE TRIGGER rows_not_updated AFTER UPDATE ON evaluation_runrow REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION evaluation_rows_frozen();
CREATE FUNCTION evaluation_rows_of_open_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM made JOIN evaluation_run run ON run.id = made.run_id
               WHERE run.finished_at IS NOT NULL)
    THEN
        RAISE EXCEPTION 'a finished run gets no further rows'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'run_rows_frozen';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER rows_of_open_run AFTER INSERT ON evaluation_runrow REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION evaluation_rows_of_open_run();
"""
DROP_RUN = """
DROP TRIGGER rows_of_open_run ON evaluation_runrow;
DROP FUNCTION evaluation_rows_of_open_run();
DROP TRIGGER rows_not_updated ON evaluation_runrow;
DROP TRIGGER rows_not_deleted ON evaluation_runrow;
DROP FUNCTION evaluation_rows_frozen();
DROP TRIGGER run_frozen ON evaluation_run;
DROP FUNCTION evaluation_run_frozen();
"""

# Of an issued report only its bytes are added, once, and the report that replaces it.
REPORT = """
CREATE FUNCTION evaluation_report_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.round_id, OLD.run_id, OLD.entity_id, OLD.kind, OLD.issue, OLD.number, OLD.verification_code,
            OLD.data, OLD.issued_at, OLD.reason)
            IS DISTINCT FROM (NEW.round_id, NEW.run_id, NEW.entity_id, NEW.kind, NEW.issue, NEW.number,
            NEW.verification_code, NEW.data, NEW.issued_at, NEW.reason)
        OR (OLD.stored_id IS NOT NULL AND (OLD.stored_id, OLD.signed) IS DISTINCT FROM (NEW.stored_id, NEW.signed))
        OR (OLD.superseded_by_id IS NOT NULL AND OLD.superseded_by_id IS DISTINCT FROM NEW.superseded_by_id)
    THEN
        RAISE EXCEPTION 'report % is issued', OLD.number
            USING ERRCODE = 'check_violation', CONSTRAINT = 'report_frozen';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER report_frozen BEFORE UPDATE OR DELETE ON evaluation_report
    FOR EACH ROW EXECUTE FUNCTION evaluation_report_frozen();
"""
DROP_REPORT = """
DROP TRIGGER report_frozen ON evaluation_report;
DROP FUNCTION evaluation_report_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0001_first"), ("core", "0002_append_only")]

    operations = [
        *[
            migrations.RunSQL(APPEND_ONLY.format(table=table), DROP_APPEND_ONLY.format(table=table))
            for table in TABLES
        ],
        migrations.RunSQL(SCHEME, DROP_SCHEME),
        migrations.RunSQL(ROUND, DROP_ROUND),
        migrations.RunSQL(RUN, DROP_RUN),
        migrations.RunSQL(REPORT, DROP_REPORT),
    ]
