"""Periods of those who came back, remembered columns, attested controls of sites."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import apps.core.clock
import apps.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0002_attachments_and_scans"),
        ("tenancy", "0002_application_role_rights"),
        ("workforce", "0002_assignment_periods"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="agent",
            name="team",
            field=models.CharField(blank=True, db_default="", max_length=100),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="leavers",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="rosterimport",
            name="leavers_confirmed",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.CreateModel(
            name="EarlierPeriod",
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
                ("joined_on", models.DateField()),
                ("left_on", models.DateField()),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="earlier_periods",
                        to="workforce.agent",
                    ),
                ),
            ],
            options={
                "ordering": ["agent", "-joined_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agent", "joined_on"), name="earlier_period_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("left_on__gte", models.F("joined_on"))),
                        name="earlier_period_leaves_after_joining",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RosterMapping",
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
                ("header_sha256", models.CharField(max_length=64)),
                ("mapping", models.JSONField(default=dict)),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="tenancy.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "header_sha256"),
                        name="roster_mapping_unique",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteControl",
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
                    "control",
                    models.CharField(
                        choices=[
                            ("screen_lock", "Screen lock"),
                            ("clean_desk", "Clean desk"),
                            ("managed_device", "Managed device"),
                            ("endpoint_protection", "Endpoint protection"),
                        ],
                        max_length=20,
                    ),
                ),
                ("is_in_place", models.BooleanField()),
                ("attested_on", models.DateField()),
                ("note", models.CharField(blank=True, max_length=1000)),
                (
                    "attested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="evidence.storedfile",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="controls",
                        to="workforce.site",
                    ),
                ),
            ],
            options={
                "ordering": ["-attested_on", "-id"],
                "indexes": [
                    models.Index(
                        fields=["site", "control", "-attested_on", "-id"],
                        name="site_control_latest",
                    )
                ],
            },
        ),
    ]
