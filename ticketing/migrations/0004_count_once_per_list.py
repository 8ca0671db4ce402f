"""Each admission is on a list, and counts once there. The database notes each change of a ticket.

`changed` orders changes in such a way that none is missed (queries/sync.py says how). A trigger
writes it, since tickets are changed in many places, some of them with one UPDATE for many rows.
"""

import django.db.models.deletion
from django.db import migrations, models

POSTGRESQL = """
CREATE FUNCTION ticketing_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.changed := pg_current_xact_id()::text::bigint; RETURN NEW; END $$;

CREATE TRIGGER ticketing_ticket_changed BEFORE INSERT OR UPDATE ON ticketing_ticket
FOR EACH ROW EXECUTE FUNCTION ticketing_note_change();
"""

# One writer at a time: the next number is the next
SQLITE = """
CREATE TRIGGER ticketing_ticket_{name} AFTER {verb} ON ticketing_ticket BEGIN
UPDATE ticketing_ticket SET changed = (
  SELECT COALESCE(MAX(changed), 0) + 1 FROM ticketing_ticket WHERE event_id = NEW.event_id
) WHERE id = NEW.id; END
"""
SQLITE_VERBS = {
    "inserted": "INSERT",
    "changed": "UPDATE OF status, code, holder_name, ticket_type_id, checked_in_at",
}


def note(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(POSTGRESQL, params=None)
        return
    for name, verb in SQLITE_VERBS.items():
        schema_editor.execute(SQLITE.format(name=name, verb=verb), params=None)


def forget(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "DROP TRIGGER ticketing_ticket_changed ON ticketing_ticket;"
            "DROP FUNCTION ticketing_note_change();",
            params=None,
        )
        return
    for name in SQLITE_VERBS:
        schema_editor.execute(f"DROP TRIGGER ticketing_ticket_{name}")


class Migration(migrations.Migration):
    dependencies = [("ticketing", "0003_check_ins_on_lists")]
    operations = [
        migrations.AlterField(
            model_name="checkin",
            name="list",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="check_ins",
                to="ticketing.checkinlist",
            ),
        ),
        migrations.AddConstraint(
            model_name='checkin',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'counted'), ('undone_at', None)), fields=('ticket', 'list'), name='ticket_counts_once_per_list'),
        ),
        migrations.RunPython(note, forget, elidable=False),
    ]
