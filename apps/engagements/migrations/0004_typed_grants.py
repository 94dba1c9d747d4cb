"""Grants point at their engagement alone, so that guardian knows them as typed."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("engagements", "0003_vendor_registrations"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="engagementgrant",
            name="content_type",
        ),
        migrations.RemoveField(
            model_name="engagementgrant",
            name="object_pk",
        ),
    ]
