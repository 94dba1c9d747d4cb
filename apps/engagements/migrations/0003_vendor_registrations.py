"""An organization's list of vendors, apart from who registered a vendor first."""

import django.db.models.deletion
from django.db import migrations, models

import apps.core.clock
import apps.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("engagements", "0002_periods_and_chain"),
        ("tenancy", "0002_application_role_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="VendorRegistration",
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
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.organization",
                    ),
                ),
                (
                    "vendor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="vendor_registrations",
                        to="tenancy.organization",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organization", "vendor"),
                        name="vendor_registration_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("organization", models.F("vendor")), _negated=True
                        ),
                        name="vendor_registration_two_parties",
                    ),
                ],
            },
        ),
    ]
