"""One version of an agreement at a time."""

from django.db import migrations

PERIODS = """
ALTER TABLE agreements_agreementversion ADD CONSTRAINT agreement_version_no_overlap
EXCLUDE USING gist (
    uuidrange(agreement_id, agreement_id, '[]') WITH &&,
    daterange(effective_on, superseded_on, '[)') WITH &&
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0001_agreements"),
        ("engagements", "0002_periods_and_chain"),
    ]

    operations = [
        migrations.RunSQL(
            PERIODS,
            "ALTER TABLE agreements_agreementversion "
            "DROP CONSTRAINT agreement_version_no_overlap",
        ),
    ]
