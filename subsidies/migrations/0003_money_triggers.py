"""What the database itself refuses: a ledger rewritten or beside the balance, payments beyond what was awarded."""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""
DROP_APPEND_ONLY = """
DROP TRIGGER {table}_no_truncate ON {table};
DROP TRIGGER {table}_append_only ON {table};
"""
TABLES = ("subsidies_budgetentry", "subsidies_recovery")

# An entry continues the one before it, so the sum of all entries is the last balance; a budget shows the last balance.
LEDGER = """
CREATE FUNCTION subsidies_entry_continues() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before record;
BEGIN
    SELECT amount_after, reserved_after, spent_after INTO before FROM subsidies_budgetentry
        WHERE budget_id = NEW.budget_id AND number = NEW.number - 1;
    IF (NOT FOUND AND NEW.number <> 1)
        OR NEW.amount_after <> COALESCE(before.amount_after, 0) + NEW.to_amount
        OR NEW.reserved_after <> COALESCE(before.reserved_after, 0) + NEW.to_reserved
        OR NEW.spent_after <> COALESCE(before.spent_after, 0) + NEW.to_spent
    THEN
        RAISE EXCEPTION 'entry % of budget % does not continue the ledger', NEW.number, NEW.budget_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_continues';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER entry_continues BEFORE INSERT ON subsidies_budgetentry
    FOR EACH ROW EXECUTE FUNCTION subsidies_entry_continues();

CREATE FUNCTION subsidies_balance_is_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    which bigint;
    held record;
    said record;
BEGIN
    IF TG_TABLE_NAME = 'subsidies_budget' THEN which := NEW.id; ELSE which := NEW.budget_id; END IF;
    SELECT amount, reserved, spent, entries_made INTO held FROM subsidies_budget WHERE id = which;
    IF NOT FOUND THEN RETURN NULL; END IF;
    SELECT number, amount_after, reserved_after, spent_after INTO said FROM subsidies_budgetentry
        WHERE budget_id = which ORDER BY number DESC LIMIT 1;
    IF held.entries_made <> COALESCE(said.number, 0)
        OR held.amount <> COALESCE(said.amount_after, 0)
        OR held.reserved <> COALESCE(said.reserved_after, 0)
        OR held.spent <> COALESCE(said.spent_after, 0)
    THEN
        RAISE EXCEPTION 'budget % is not the sum of its ledger', which
            USING ERRCODE = 'check_violation', CONSTRAINT = 'balance_is_ledger';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER balance_is_ledger AFTER INSERT OR UPDATE ON subsidies_budget
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION subsidies_balance_is_ledger();
CREATE CONSTRAINT TRIGGER balance_is_ledger AFTER INSERT ON subsidies_budgetentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION subsidies_balance_is_ledger();
"""
DROP_LEDGER = """
DROP TRIGGER balance_is_ledger ON subsidies_budgetentry;
DROP TRIGGER balance_is_ledger ON subsidies_budget;
DROP FUNCTION subsidies_balance_is_ledger();
DROP TRIGGER entry_continues ON subsidies_budgetentry;
DROP FUNCTION subsidies_entry_continues();
"""

# The row that limits is locked first, so that two who add at once are counted one after the other.
SUMS = """
CREATE FUNCTION subsidies_commitment_within_award() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most numeric;
BEGIN
    SELECT amount INTO most FROM subsidies_award WHERE id = NEW.award_id FOR NO KEY UPDATE;
    IF (SELECT COALESCE(sum(amount), 0) FROM subsidies_commitment
        WHERE award_id = NEW.award_id AND released_at IS NULL) > most
    THEN
        RAISE EXCEPTION 'award % is committed beyond its amount', NEW.award_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'commitment_within_award';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER commitment_within_award AFTER INSERT OR UPDATE ON subsidies_commitment
    FOR EACH ROW EXECUTE FUNCTION subsidies_commitment_within_award();

CREATE FUNCTION subsidies_payment_within_commitment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    SELECT amount, award_id, spent_at INTO held FROM subsidies_commitment
        WHERE id = NEW.commitment_id FOR NO KEY UPDATE;
    IF held.award_id <> NEW.award_id OR held.spent_at IS NULL
        OR (SELECT COALESCE(sum(amount), 0) FROM subsidies_payment
            WHERE commitment_id = NEW.commitment_id AND state <> 'cancelled') > held.amount
    THEN
        RAISE EXCEPTION 'payments of commitment % exceed its amount', NEW.commitment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_within_commitment';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER payment_within_commitment AFTER INSERT OR UPDATE ON subsidies_payment
    FOR EACH ROW EXECUTE FUNCTION subsidies_payment_within_commitment();

CREATE FUNCTION subsidies_payment_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.commitment_id <> NEW.commitment_id OR OLD.award_id <> NEW.award_id
        OR (OLD.state IN ('in_batch', 'paid', 'cancelled')
            AND (OLD.amount, OLD.bank, OLD.account_name, OLD.account_number)
                IS DISTINCT FROM (NEW.amount, NEW.bank, NEW.account_name, NEW.account_number))
        OR (OLD.state IN ('paid', 'cancelled') AND NEW.state <> OLD.state)
    THEN
        RAISE EXCEPTION 'payment % is frozen', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_frozen';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER payment_frozen BEFORE UPDATE ON subsidies_payment
    FOR EACH ROW EXECUTE FUNCTION subsidies_payment_frozen();

CREATE FUNCTION subsidies_clawback_within_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM subsidies_commitment WHERE id = NEW.commitment_id FOR NO KEY UPDATE;
    IF (SELECT COALESCE(sum(amount), 0) FROM subsidies_clawback
            WHERE commitment_id = NEW.commitment_id AND state <> 'refused')
        > (SELECT COALESCE(sum(amount), 0) FROM subsidies_payment
            WHERE commitment_id = NEW.commitment_id AND state = 'paid')
    THEN
        RAISE EXCEPTION 'more is demanded back from commitment % than was paid', NEW.commitment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'clawback_within_paid';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER clawback_within_paid AFTER INSERT OR UPDATE ON subsidies_clawback
    FOR EACH ROW EXECUTE FUNCTION subsidies_clawback_within_paid();
"""
DROP_SUMS = """
DROP TRIGGER clawback_within_paid ON subsidies_clawback;
DROP FUNCTION subsidies_clawback_within_paid();
DROP TRIGGER payment_frozen ON subsidies_payment;
DROP FUNCTION subsidies_payment_frozen();
DROP TRIGGER payment_within_commitment ON subsidies_payment;
DROP FUNCTION subsidies_payment_within_commitment();
DROP TRIGGER commitment_within_award ON subsidies_commitment;
DROP FUNCTION subsidies_commitment_within_award();
"""


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0002_budgets_and_payments"), ("core", "0002_append_only")]

    operations = [
        *[
            migrations.RunSQL(APPEND_ONLY.format(table=table), DROP_APPEND_ONLY.format(table=table))
            for table in TABLES
        ],
        migrations.RunSQL(LEDGER, DROP_LEDGER),
        migrations.RunSQL(SUMS, DROP_SUMS),
    ]
