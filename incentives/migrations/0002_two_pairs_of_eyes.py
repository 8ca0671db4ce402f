"""What the database itself refuses.

- A published table of points, its rows and its budgets stay.
- What was said of a contribution stays.
- Nobody reviews their own work: no reviewer's word by one who entered it or has a share, and
  no share for one who gave such a word.
- PostgreSQL, at commit: the points of an accepted contribution are those of its shares.
  SQLite knows no deferred triggers.
"""

from django.db import migrations

REVIEWING = "('accept', 'reject', 'revoke', 'question')"
OWN = f"""
  NEW.verdict IN {REVIEWING} AND (
    EXISTS (SELECT 1 FROM incentives_contribution c
            WHERE c.id = NEW.contribution_id AND c.created_by_id = NEW.by_id)
    OR EXISTS (SELECT 1 FROM incentives_contributionshare s
               WHERE s.contribution_id = NEW.contribution_id AND s.user_id = NEW.by_id))
"""
REVIEWED = f"""
  EXISTS (SELECT 1 FROM incentives_decision d
          WHERE d.contribution_id = NEW.contribution_id AND d.by_id = NEW.user_id
            AND d.verdict IN {REVIEWING})
"""
PUBLISHED = (
    "(SELECT published_at FROM incentives_pointstable t WHERE t.id = {row}.table_id) IS NOT NULL"
)
STAYS = "what was published stays"
SAID = "what was said of a contribution stays"
OWN_WORK = "nobody reviews their own work"


def rules():
    """(name, when, table, condition, message)"""
    for verb in ("UPDATE", "DELETE"):
        yield (
            f"points_table_no_{verb.lower()}", verb, "incentives_pointstable",
            "OLD.published_at IS NOT NULL", STAYS,
        )
        yield f"decision_no_{verb.lower()}", verb, "incentives_decision", "TRUE", SAID
    for table in ("incentives_pointsrow", "incentives_categorybudget"):
        for verb, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            yield f"{table}_no_{verb.lower()}", verb, table, PUBLISHED.format(row=row), STAYS
    yield "decision_no_own_work", "INSERT", "incentives_decision", OWN, OWN_WORK
    yield "share_no_reviewer", "INSERT", "incentives_contributionshare", REVIEWED, OWN_WORK
    yield "share_no_new_reviewer", "UPDATE", "incentives_contributionshare", REVIEWED, OWN_WORK


SUMS = """
CREATE FUNCTION incentives_refuse_sum() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE which bigint;
BEGIN
  IF TG_TABLE_NAME = 'incentives_contribution' THEN which := NEW.id;
  ELSIF TG_OP = 'DELETE' THEN which := OLD.contribution_id;
  ELSE which := NEW.contribution_id;
  END IF;
  IF EXISTS (SELECT 1 FROM incentives_contribution c WHERE c.id = which
    AND c.points IS DISTINCT FROM
      (SELECT sum(s.points) FROM incentives_contributionshare s WHERE s.contribution_id = which)
    AND c.status = 'accepted')
  THEN RAISE EXCEPTION 'the points of contribution % are not those of its shares', which;
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER contribution_points_sum AFTER INSERT OR UPDATE
ON incentives_contribution DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION incentives_refuse_sum();
CREATE CONSTRAINT TRIGGER share_points_sum AFTER INSERT OR UPDATE OR DELETE
ON incentives_contributionshare DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION incentives_refuse_sum();
"""


def on_postgresql(name, verb, table, condition, message):
    answer = "OLD" if verb == "DELETE" else "NEW"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}'; END IF; RETURN {answer}; END $$; "
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}();"
    )


def on_sqlite(name, verb, table, condition, message):
    return (
        f"CREATE TRIGGER {name} BEFORE {verb} ON {table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
    )


def refuse(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for rule in rules():
        schema_editor.execute((on_postgresql if postgresql else on_sqlite)(*rule), params=None)
    if postgresql:
        schema_editor.execute(SUMS, params=None)


def allow(apps, schema_editor):
    postgresql = schema_editor.connection.vendor == "postgresql"
    for name, _verb, table, _condition, _message in rules():
        if postgresql:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}()")
        else:
            schema_editor.execute(f"DROP TRIGGER {name}")
    if postgresql:
        schema_editor.execute(
            "DROP TRIGGER contribution_points_sum ON incentives_contribution;"
            "DROP TRIGGER share_points_sum ON incentives_contributionshare;"
            "DROP FUNCTION incentives_refuse_sum()"
        )


class Migration(migrations.Migration):
    dependencies = [("incentives", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow, elidable=False)]
