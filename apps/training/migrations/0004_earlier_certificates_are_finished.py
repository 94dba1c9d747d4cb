"""Certificates handed in before were attached at once. Not reversed: it says nothing
the column before did not."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("training", "0003_certificates_by_a_job")]

    operations = [
        migrations.RunSQL(
            "UPDATE training_certificateupload SET finished_at = created_at, "
            "files = jsonb_array_length(account)",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
