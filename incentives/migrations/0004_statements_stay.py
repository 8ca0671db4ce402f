"""What a statement says stays, and one that was published is never deleted.

A draft may go, and its lines with it. Of a published statement only `withdrawn_at` changes.
"""

from django.db import migrations

STAYS = "what a statement says stays"
SAID = ("period_id", "currency", "available_minor", "divided_minor", "inputs", "digest", "previous")
CHANGED = " OR ".join(f"OLD.{name} <> NEW.{name}" for name in SAID)
PUBLISHED = (
    "EXISTS (SELECT 1 FROM incentives_statement s"
    " WHERE s.id = {row}.statement_id AND s.published_at IS NOT NULL)"
)


def rules():
    """(name, when, table, condition)"""
    yield (
        "statement_no_update", "UPDATE", "incentives_statement",
        f"{CHANGED} OR (OLD.published_at IS NOT NULL AND NEW.published_at IS NULL)",
    )
    yield (
        "statement_no_delete", "DELETE", "incentives_statement", "OLD.published_at IS NOT NULL",
    )
    line = "incentives_statementline"
    yield "statement_line_no_update", "UPDATE", line, "TRUE"
    yield "statement_line_no_insert", "INSERT", line, PUBLISHED.format(row="NEW")
    yield "statement_line_no_delete", "DELETE", line, PUBLISHED.format(row="OLD")


def on_postgresql(name, verb, table, condition):
    answer = "OLD" if verb == "DELETE" else "NEW"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{STAYS}'; END IF; RETURN {answer}; END $$; "
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}();"
    )


def on_sqlite(name, verb, table, condition):
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{STAYS}'); END"
    )


def refuse(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for rule in rules():
        schema_editor.execute((on_postgresql if postgresql else on_sqlite)(*rule), params=None)


def allow(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name, _verb, table, _condition in rules():
        gone = f" ON {table}; DROP FUNCTION {name}()" if postgresql else ""
        schema_editor.execute(f"DROP TRIGGER {name}{gone}")


class Migration(migrations.Migration):
    dependencies = [("incentives", "0003_settlement")]
    operations = [migrations.RunPython(refuse, allow, elidable=False)]
