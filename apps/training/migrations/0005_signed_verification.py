"""The day a completion was signed for, and requirements that ask it (HB 300)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("training", "0004_earlier_certificates_are_finished")]

    operations = [
        migrations.AddField(
            model_name="requirement",
            name="needs_signature",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="trainingrecord",
            name="signed_on",
            field=models.DateField(null=True),
        ),
        migrations.AddConstraint(
            model_name="trainingrecord",
            constraint=models.CheckConstraint(
                name="training_record_signed_once_completed",
                condition=models.Q(
                    ("signed_on", None),
                    ("signed_on__gte", models.F("completed_on")),
                    _connector="OR",
                ),
            ),
        ),
    ]
