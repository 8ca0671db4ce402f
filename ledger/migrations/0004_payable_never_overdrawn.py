"""Nobody can be paid more than they are owed: the database refuses the entry.

On PostgreSQL the account's row is locked first, so that two transactions that each could have
paid do not both pay.
"""

from django.db import migrations

PAYABLE = "('contributor_payable', 'lecturer_payable')"

POSTGRESQL = f"""
CREATE FUNCTION ledger_refuse_overdrawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM ledger_account
  WHERE id = NEW.account_id AND kind IN {PAYABLE} FOR NO KEY UPDATE;
  IF FOUND AND (SELECT sum(amount_minor) FROM ledger_entry
                WHERE account_id = NEW.account_id AND currency = NEW.currency) > 0
  THEN RAISE EXCEPTION 'account % would owe less than nothing', NEW.account_id
       USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER ledger_entry_overdraws AFTER INSERT ON ledger_entry
FOR EACH ROW WHEN (NEW.amount_minor > 0) EXECUTE FUNCTION ledger_refuse_overdrawn();
"""

SQLITE = f"""
CREATE TRIGGER ledger_entry_overdraws AFTER INSERT ON ledger_entry
WHEN NEW.amount_minor > 0
 AND (SELECT kind FROM ledger_account WHERE id = NEW.account_id) IN {PAYABLE}
 AND (SELECT sum(amount_minor) FROM ledger_entry
      WHERE account_id = NEW.account_id AND currency = NEW.currency) > 0
BEGIN SELECT RAISE(ABORT, 'the account would owe less than nothing'); END
"""


def refuse(apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    schema_editor.execute(POSTGRESQL if is_postgresql else SQLITE, params=None)


def allow(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DROP TRIGGER ledger_entry_overdraws ON ledger_entry;"
            "DROP FUNCTION ledger_refuse_overdrawn();",
            params=None,
        )
        return
    schema_editor.execute("DROP TRIGGER ledger_entry_overdraws")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_shares")]
    operations = [migrations.RunPython(refuse, allow, elidable=False)]
