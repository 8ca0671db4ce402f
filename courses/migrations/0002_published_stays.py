"""What was published stays: the database refuses to change or delete it.

Columns that name a person are left out: who leaves the site is forgotten there.
"""

from django.db import migrations

# table, columns that never change, which rows
PUBLISHED = [
    (
        "courses_lessonversion",
        "lesson_id, public_id, language, title, body, digest, created_at",
        "",
    ),
    (
        "courses_coursepublication",
        "course_id, number, note, at, structure",
        "",
    ),
    (
        "courses_material",
        "lesson_id, version_id, blob_id, public_id, kind, name, title, language, "
        "captions_of_id, position",
        "WHEN (OLD.version_id IS NOT NULL)",
    ),
]


def refuse(apps, schema_editor):
    execute = schema_editor.execute
    postgresql = schema_editor.connection.vendor == "postgresql"
    if postgresql:
        execute(
            "CREATE FUNCTION courses_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION 'what was published stays'; END $$",
            params=None,
        )
    for table, columns, rows in PUBLISHED:
        for name, verb in (("update", f"UPDATE OF {columns}"), ("delete", "DELETE")):
            body = (
                f"FOR EACH ROW {rows} EXECUTE FUNCTION courses_refuse_change()"
                if postgresql
                else f"{rows} BEGIN SELECT RAISE(ABORT, 'what was published stays'); END"
            )
            execute(
                f"CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} {body}", params=None
            )


def allow(apps, schema_editor):
    execute = schema_editor.execute
    postgresql = schema_editor.connection.vendor == "postgresql"
    for table, _columns, _rows in PUBLISHED:
        for name in ("update", "delete"):
            execute(f"DROP TRIGGER {table}_no_{name}{f' ON {table}' if postgresql else ''}")
    if postgresql:
        execute("DROP FUNCTION courses_refuse_change()")


class Migration(migrations.Migration):
    dependencies = [("courses", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow, elidable=False)]
