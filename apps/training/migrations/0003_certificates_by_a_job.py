"""Certificates handed in are attached by a job, file by file."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0002_terms_statements_and_keeping")]

    operations = [
        migrations.AddField(
            model_name="certificateupload",
            name="files",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="certificateupload",
            name="parcel",
            field=models.JSONField(db_default={}, default=dict),
        ),
        migrations.AddField(
            model_name="certificateupload",
            name="refusal",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="certificateupload",
            name="finished_at",
            field=models.DateTimeField(null=True),
        ),
    ]
