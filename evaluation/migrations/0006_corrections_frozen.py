"""What the database itself refuses: a result corrected beside a correction, a correction rewritten, its first result touched."""

from django.db import migrations

# As in 0002_frozen, and: only a confirmed correction of the round puts another run in force.
ROUND = """
CREATE OR REPLACE FUNCTION evaluation_round_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF NEW.corrected_run_id IS DISTINCT FROM OLD.corrected_run_id AND NOT EXISTS (
        SELECT 1 FROM evaluation_correction c
        WHERE c.round_id = NEW.id AND c.run_id = NEW.corrected_run_id AND c.state = 'confirmed')
    THEN
        RAISE EXCEPTION 'only a confirmed correction replaces the result of round %', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'round_frozen';
    END IF;
    RETURN NEW;
END
$$;
"""
ROUND_BEFORE = """
CREATE OR REPLACE FUNCTION evaluation_round_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

# Opened once; over once it is confirmed or withdrawn. Whoever changed a figure in it does not confirm it.
CORRECTION = """
CREATE FUNCTION evaluation_correction_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.round_id, OLD.number, OLD.base_id, OLD.ground, OLD.reason, OLD.opened_by_id, OLD.opened_at)
            IS DISTINCT FROM
           (NEW.round_id, NEW.number, NEW.base_id, NEW.ground, NEW.reason, NEW.opened_by_id, NEW.opened_at)
        OR (OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id)
        OR (OLD.state IN ('confirmed', 'withdrawn') AND (NEW.state, NEW.run_id, NEW.confirmed_by_id, NEW.confirmed_at)
            IS DISTINCT FROM (OLD.state, OLD.run_id, OLD.confirmed_by_id, OLD.confirmed_at))
        OR (OLD.applied_at IS NOT NULL AND NEW.applied_at IS DISTINCT FROM OLD.applied_at)
    THEN
        RAISE EXCEPTION 'correction % is frozen', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_frozen';
    END IF;
    IF NEW.state = 'confirmed' AND OLD.state <> 'confirmed' AND (OLD.state <> 'proposed'
        OR EXISTS (SELECT 1 FROM evaluation_inputchange x
                   WHERE x.correction_id = NEW.id AND x.made_by_id = NEW.confirmed_by_id)
        OR EXISTS (SELECT 1 FROM evaluation_mark m
                   WHERE m.correction_id = NEW.id AND m.stated_by_id = NEW.confirmed_by_id))
    THEN
        RAISE EXCEPTION 'correction % needs another person', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'correction_two_people';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER correction_frozen BEFORE UPDATE OR DELETE ON evaluation_correction
    FOR EACH ROW EXECUTE FUNCTION evaluation_correction_frozen();

CREATE FUNCTION evaluation_named_while_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint;
BEGIN
    which := CASE WHEN TG_OP = 'DELETE' THEN OLD.correction_id ELSE NEW.correction_id END;
    IF NOT EXISTS (SELECT 1 FROM evaluation_correction WHERE id = which AND state = 'open')
        OR (TG_OP = 'UPDATE' AND (OLD.correction_id, OLD.subject_id) IS DISTINCT FROM (NEW.correction_id, NEW.subject_id))
    THEN
        RAISE EXCEPTION 'the figures of correction % are frozen', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'figures_frozen';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER named_while_open BEFORE INSERT OR UPDATE OR DELETE ON evaluation_correctedentity
    FOR EACH ROW EXECUTE FUNCTION evaluation_named_while_open();
"""
DROP_CORRECTION = """
DROP TRIGGER named_while_open ON evaluation_correctedentity;
DROP FUNCTION evaluation_named_while_open();
DROP TRIGGER correction_frozen ON evaluation_correction;
DROP FUNCTION evaluation_correction_frozen();
"""

# Figures and marks move while the round gathers them, afterwards only of entities that an open correction names.
FIGURES = """
CREATE FUNCTION evaluation_figures_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.correction_id IS NULL AND NOT EXISTS (
        SELECT 1 FROM evaluation_roundentity s JOIN evaluation_round r ON r.id = s.round_id
        WHERE s.id = NEW.subject_id AND r.state IN ('draft', 'open', 'checking', 'reviewing'))
    OR NEW.correction_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM evaluation_correction c
        JOIN evaluation_correctedentity n ON n.correction_id = c.id AND n.subject_id = NEW.subject_id
        WHERE c.id = NEW.correction_id AND c.state = 'open')
    THEN
        RAISE EXCEPTION 'the figures of subject % are frozen', NEW.subject_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'figures_frozen';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER figures_move BEFORE INSERT ON evaluation_inputchange
    FOR EACH ROW EXECUTE FUNCTION evaluation_figures_move();
CREATE TRIGGER figures_move BEFORE INSERT OR UPDATE ON evaluation_mark
    FOR EACH ROW EXECUTE FUNCTION evaluation_figures_move();
"""
DROP_FIGURES = """
DROP TRIGGER figures_move ON evaluation_mark;
DROP TRIGGER figures_move ON evaluation_inputchange;
DROP FUNCTION evaluation_figures_move();
"""

# What a run found out stays; what followed from it is filled in once.
CHANGES = """
CREATE FUNCTION evaluation_change_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF EXISTS (SELECT 1 FROM evaluation_run WHERE id = OLD.run_id AND finished_at IS NOT NULL) THEN
            RAISE EXCEPTION 'the differences of run % are frozen', OLD.run_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'change_frozen';
        END IF;
        RETURN OLD;
    END IF;
    IF (OLD.run_id, OLD.subject_id, OLD.before_id, OLD.after_id, OLD.named, OLD.regraded)
            IS DISTINCT FROM (NEW.run_id, NEW.subject_id, NEW.before_id, NEW.after_id, NEW.named, NEW.regraded)
        OR (OLD.done_at IS NOT NULL AND (OLD.rating_id, OLD.stands_id, OLD.done_at)
            IS DISTINCT FROM (NEW.rating_id, NEW.stands_id, NEW.done_at))
        OR (OLD.report_id IS NOT NULL AND NEW.report_id IS DISTINCT FROM OLD.report_id)
    THEN
        RAISE EXCEPTION 'the differences of run % are frozen', OLD.run_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'change_frozen';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER change_frozen BEFORE UPDATE OR DELETE ON evaluation_resultchange
    FOR EACH ROW EXECUTE FUNCTION evaluation_change_frozen();
"""
DROP_CHANGES = """
DROP TRIGGER change_frozen ON evaluation_resultchange;
DROP FUNCTION evaluation_change_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("evaluation", "0005_corrections")]

    operations = [
        migrations.RunSQL(ROUND, ROUND_BEFORE),
        migrations.RunSQL(CORRECTION, DROP_CORRECTION),
        migrations.RunSQL(FIGURES, DROP_FIGURES),
        migrations.RunSQL(CHANGES, DROP_CHANGES),
    ]
