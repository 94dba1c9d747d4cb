"""Readings of open points, letters, reviews, verified corrective actions."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.clock
import apps.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0002_attachments_and_scans"),
        ("incidents", "0002_rows_that_never_change"),
        ("tenancy", "0002_application_role_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IncidentReview",
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
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("shared", "Both sides"),
                            ("own_side", "My side only"),
                            ("legal", "Privileged: managers of my side only"),
                        ],
                        default="own_side",
                        max_length=10,
                    ),
                ),
                ("held_on", models.DateField()),
                ("what_happened", models.CharField(max_length=2000)),
                ("causes", models.CharField(max_length=2000)),
                ("lessons", models.CharField(max_length=2000)),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Letter",
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("upstream", "Notice to the party above"),
                            ("individual", "Letter to an individual"),
                            ("substitute", "Substitute notice"),
                            ("media", "Notice to media"),
                            ("hhs", "Sheet for the HHS portal"),
                        ],
                        max_length=12,
                    ),
                ),
                ("parts", models.JSONField()),
                ("template_version", models.CharField(max_length=20)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("edited_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReadingSet",
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
                (
                    "zone",
                    models.CharField(
                        choices=[
                            (
                                "earlier",
                                "The earlier local date of who learned and who owes",
                            ),
                            ("obligated", "The local date of who owes"),
                            ("learner", "The local date of who learned"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "day_end",
                    models.CharField(
                        choices=[
                            ("midnight", "With the date, in the zone of who owes"),
                            ("office", "At 17:00, in the zone of who owes"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "delay",
                    models.CharField(
                        choices=[
                            ("later", "The later of the date and the end of the delay"),
                            ("tolls", "The days of the delay are added to the date"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "open_request",
                    models.CharField(
                        choices=[
                            ("nothing", "Nothing, until a time is named"),
                            ("as_oral", "As an oral one: at most 30 days"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "counts",
                    models.CharField(
                        choices=[
                            ("latest", "The latest count"),
                            ("highest", "The highest count so far"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "business_days",
                    models.CharField(
                        choices=[
                            ("every", "Monday to Friday, no holiday removed"),
                            ("holidays", "Monday to Friday without our holidays"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "holidays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.AddField(
            model_name="casetask",
            name="verification",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="casetask",
            name="verified_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="casetask",
            name="verified_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="clock",
            name="readings",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=120),
                blank=True,
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="clock",
            name="duty",
            field=models.CharField(
                choices=[
                    ("upstream", "The party above"),
                    ("individuals", "Individuals"),
                    ("substitute", "Individuals without a usable address"),
                    ("media", "Media"),
                    ("hhs", "HHS"),
                    ("state_office", "State authority"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="duty",
            field=models.CharField(
                choices=[
                    ("upstream", "The party above"),
                    ("individuals", "Individuals"),
                    ("substitute", "Individuals without a usable address"),
                    ("media", "Media"),
                    ("hhs", "HHS"),
                    ("state_office", "State authority"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="casetask",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verified_at", None), ("verified_by", None)),
                    models.Q(
                        ("done_at__isnull", False),
                        ("verified_at__isnull", False),
                        models.Q(("verified_by", models.F("done_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="case_task_verified_after_done",
            ),
        ),
        migrations.AddField(
            model_name="incidentreview",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reviews",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="incidentreview",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.organization",
            ),
        ),
        migrations.AddField(
            model_name="incidentreview",
            name="recorded_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="breach_letters",
                to="evidence.storedfile",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="edited_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="finished_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="incident",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="incidents.incident",
            ),
        ),
        migrations.AddField(
            model_name="letter",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.organization",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="letter",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notices",
                to="incidents.letter",
            ),
        ),
        migrations.AddField(
            model_name="readingset",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="incident_readings",
                to="tenancy.organization",
            ),
        ),
        migrations.AddField(
            model_name="readingset",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("document", None), ("finished_at", None), ("finished_by", None)
                    ),
                    models.Q(
                        ("document__isnull", False),
                        ("finished_at__isnull", False),
                        ("finished_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="letter_finished_with_document",
            ),
        ),
    ]
