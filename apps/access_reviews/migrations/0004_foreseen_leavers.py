"""When the clock begins, and last days known before they come."""

import django.db.models.deletion
from django.db import migrations, models

import apps.core.clock
import apps.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("access_reviews", "0003_repeated_campaigns"),
        ("workforce", "0003_periods_mappings_controls"),
    ]

    operations = [
        migrations.AddField(
            model_name="revocation",
            name="starts_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="ForeseenLeaver",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=apps.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=apps.core.clock.now, editable=False),
                ),
                ("last_day", models.DateField()),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workforce.agent",
                    ),
                ),
            ],
            options={
                "ordering": ["last_day", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agent", "last_day"), name="foreseen_leaver_once"
                    )
                ],
            },
        ),
    ]
