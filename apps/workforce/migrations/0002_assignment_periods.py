"""One agent serves one engagement under one assignment at a time."""

from django.db import migrations

PERIODS = """
ALTER TABLE workforce_assignment ADD CONSTRAINT assignment_no_overlap
EXCLUDE USING gist (
    uuidrange(agent_id, agent_id, '[]') WITH &&,
    uuidrange(engagement_id, engagement_id, '[]') WITH &&,
    daterange(effective_on, ended_on, '[]') WITH &&
)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workforce", "0001_agents_and_assignments"),
        ("engagements", "0002_periods_and_chain"),
    ]

    operations = [
        migrations.RunSQL(
            PERIODS,
            "ALTER TABLE workforce_assignment DROP CONSTRAINT assignment_no_overlap",
        ),
    ]
