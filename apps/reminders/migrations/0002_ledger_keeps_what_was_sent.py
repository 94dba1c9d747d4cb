"""The ledger holds what was sent; what that took the place of follows from it.

Lines of reminders that were never sent are dropped: the rule only ever looks behind
the latest offset sent. Not reversible, for they say nothing the others do not.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_policies_and_ledger")]

    operations = [
        migrations.RunSQL(
            "DELETE FROM reminders_sentreminder WHERE notification_id IS NULL",
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
