"""What was agreed, proposed or signed never changes, whatever the way in."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION agreements_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 0
       AND to_jsonb(OLD) - TG_ARGV[0] = to_jsonb(NEW) - TG_ARGV[0] THEN
        IF TG_NARGS = 1 OR to_jsonb(OLD) ->> TG_ARGV[0] IS NULL THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% never changes', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$
"""
# Table, the one column that may change, and whether only from nothing to something.
FROZEN = (
    ("agreements_agreementversion", "'superseded_on'"),
    ("agreements_versionprovision", ""),
    ("agreements_signature", ""),
    ("agreements_draftversion", "'document_id', 'once'"),
    ("agreements_draftclause", ""),
    ("agreements_draftcomment", ""),
    ("agreements_draftacceptance", ""),
    ("agreements_draftsignature", ""),
    ("agreements_renewalnotice", ""),
)


class Migration(migrations.Migration):
    dependencies = [("agreements", "0003_drafts_and_endings")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION agreements_refuse_change()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER terms_never_change BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION agreements_refuse_change({argument})",
                f"DROP TRIGGER terms_never_change ON {table}",
            )
            for table, argument in FROZEN
        ),
    ]
