"""No entity is cancelled without a hearing, whoever asks; what was registered before gets its history and its waivers."""

from django.db import migrations

GUARD = """
CREATE FUNCTION filings_cancel_after_hearing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.standing = 'cancelled' AND (TG_OP = 'INSERT' OR OLD.standing IS DISTINCT FROM 'cancelled') THEN
        IF NOT EXISTS (
            SELECT 1 FROM filings_cancellation c
            WHERE c.entity_id = NEW.id AND c.state = 'confirmed' AND c.decided_on > c.hearing_until
              AND NEW.ended_on >= c.decided_on
        ) THEN
            RAISE EXCEPTION 'an entity is cancelled only by a confirmed cancellation whose hearing has ended'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER cancel_after_hearing BEFORE INSERT OR UPDATE ON filings_entity
    FOR EACH ROW EXECUTE FUNCTION filings_cancel_after_hearing();

CREATE FUNCTION filings_confirm_what_was_proposed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'confirmed' AND (TG_OP = 'INSERT' OR OLD.state IS DISTINCT FROM 'confirmed') THEN
        IF TG_OP = 'INSERT' OR OLD.state <> 'proposed' THEN
            RAISE EXCEPTION 'a cancellation is confirmed only after it was proposed'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.ground = 'failed_evaluation' AND NOT EXISTS (
            SELECT 1 FROM filings_rating r
            WHERE r.id = NEW.rating_id AND r.entity_id = NEW.entity_id AND r.grade = 'fail'
              AND r.confirmed_at IS NOT NULL AND r.superseded_by_id IS NULL
        ) THEN
            RAISE EXCEPTION 'only a failed evaluation in force ends a filing on that ground'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirm_what_was_proposed BEFORE INSERT OR UPDATE ON filings_cancellation
    FOR EACH ROW EXECUTE FUNCTION filings_confirm_what_was_proposed();
"""
UNGUARD = """
DROP TRIGGER confirm_what_was_proposed ON filings_cancellation;
DROP FUNCTION filings_confirm_what_was_proposed();
DROP TRIGGER cancel_after_hearing ON filings_entity;
DROP FUNCTION filings_cancel_after_hearing();
"""
APPEND_ONLY = """
CREATE TRIGGER filings_historyline_append_only BEFORE UPDATE OR DELETE ON filings_historyline
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
"""


def carry_over(apps, schema_editor):
    """Granted waivers of a filing that was applied belong to its entity; each entity starts its history."""
    Filing = apps.get_model("filings", "Filing")
    HistoryLine = apps.get_model("filings", "HistoryLine")
    Waiver = apps.get_model("filings", "Waiver")
    applied = Filing.objects.filter(state="filed", action="establish", entity__isnull=False)
    for filing in applied.select_related("entity").iterator():
        Waiver.objects.filter(filing=filing, confirmed_at__isnull=False).update(entity_id=filing.entity_id)
        HistoryLine.objects.create(
            entity=filing.entity,
            kind="registered",
            on=filing.entity.valid_from,
            data={"name": filing.entity.name, "code": filing.entity.code},
            filing=filing,
            recorded_at=filing.filed_at,
        )


class Migration(migrations.Migration):
    dependencies = [("filings", "0003_after_filing"), ("core", "0002_append_only")]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RunSQL(GUARD, UNGUARD),
        migrations.RunSQL(
            APPEND_ONLY, "DROP TRIGGER filings_historyline_append_only ON filings_historyline;"
        ),
    ]
