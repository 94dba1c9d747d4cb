"""A campaign whose next one was opened by the job does not recur any more."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def hand_on(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The new one carries the recurrence."""
    campaigns = apps.get_model("access_reviews", "Campaign").objects.using(
        schema_editor.connection.alias
    )
    repeated = campaigns.filter(previous__isnull=False, opened_by=None)
    campaigns.filter(pk__in=repeated.values("previous")).update(next_on=None)


class Migration(migrations.Migration):
    dependencies = [("access_reviews", "0002_logs_reviewers_and_units")]
    # Which of them recurred before is not kept, and nothing reads it.
    operations = [migrations.RunPython(hand_on, migrations.RunPython.noop)]
