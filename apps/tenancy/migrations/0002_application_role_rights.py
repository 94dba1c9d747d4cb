"""Rights of the application role: rows, never the schema.

Tables made before are granted here; default privileges cover those made later by the
same owner. The trail takes rights away again in ``audit``.
"""

from django.conf import settings
from django.db import migrations


def grant(apps, schema_editor):
    role = schema_editor.quote_name(settings.APPLICATION_ROLE)
    defaults = "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
    for statement in (
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"{defaults} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role}",
        f"{defaults} GRANT USAGE, SELECT ON SEQUENCES TO {role}",
    ):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("tenancy", "0001_organizations_and_people")]

    # Not undone: an application without rights to its rows helps nobody.
    operations = [
        migrations.RunPython(grant, migrations.RunPython.noop, elidable=False)
    ]
