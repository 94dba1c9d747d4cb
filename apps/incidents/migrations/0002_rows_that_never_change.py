"""Facts, counts, holds, notices never change; a clock only learns that it ended."""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION incidents_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% rows never change; record a correction', TG_TABLE_NAME;
END $$;
CREATE FUNCTION incidents_clock_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := ARRAY['superseded_by_id'];
BEGIN
    IF OLD.ended_at IS NULL THEN
        may_change := may_change || ARRAY['ended_at', 'ended_as', 'satisfied_by_id'];
    END IF;
    IF OLD.superseded_by_id IS NOT NULL
       OR to_jsonb(NEW) - may_change <> to_jsonb(OLD) - may_change
    THEN
        RAISE EXCEPTION 'a clock never changes; it ends once';
    END IF;
    RETURN NEW;
END $$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION incidents_never_changes();
DROP FUNCTION incidents_clock_only_ends();
"""
FIXED = ("incidentfact", "peoplecount", "countbystate", "lawenforcementhold", "notice")


def _guard(table, function):
    return migrations.RunSQL(
        f"CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON incidents_{table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER never_changes ON incidents_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0001_cases_clocks_and_register")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *[_guard(table, "incidents_never_changes") for table in FIXED],
        migrations.RunSQL(
            "CREATE TRIGGER only_ends BEFORE UPDATE ON incidents_clock "
            "FOR EACH ROW EXECUTE FUNCTION incidents_clock_only_ends()",
            "DROP TRIGGER only_ends ON incidents_clock",
        ),
    ]
