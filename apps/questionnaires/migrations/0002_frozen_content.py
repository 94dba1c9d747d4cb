"""A published version and a submission never change: a trigger refuses it."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION questionnaires_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is frozen', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""
VERSION = """
CREATE TRIGGER published_is_frozen
BEFORE UPDATE OR DELETE ON questionnaires_templateversion
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL)
EXECUTE FUNCTION questionnaires_refuse_change()
"""
SUBMISSION = """
CREATE TRIGGER submitted_is_frozen
BEFORE UPDATE OR DELETE ON questionnaires_submission
FOR EACH ROW EXECUTE FUNCTION questionnaires_refuse_change()
"""
UNDO = (
    "DROP TRIGGER submitted_is_frozen ON questionnaires_submission",
    "DROP TRIGGER published_is_frozen ON questionnaires_templateversion",
    "DROP FUNCTION questionnaires_refuse_change()",
)


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0001_questionnaires")]

    operations = [
        migrations.RunSQL(FUNCTION, migrations.RunSQL.noop),
        migrations.RunSQL(VERSION, migrations.RunSQL.noop),
        migrations.RunSQL(SUBMISSION, "; ".join(UNDO)),
    ]
