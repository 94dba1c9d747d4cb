"""Readings and reviews never change either; a later row takes their place."""

from django.db import migrations


def _guard(table):
    return migrations.RunSQL(
        f"CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON incidents_{table} "
        "FOR EACH ROW EXECUTE FUNCTION incidents_never_changes()",
        f"DROP TRIGGER never_changes ON incidents_{table}",
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_readings_letters_and_reviews")]

    operations = [_guard("readingset"), _guard("incidentreview")]
