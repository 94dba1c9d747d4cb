"""The instant of the client's answer to a subcontract, beside its local date."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("engagements", "0004_typed_grants")]

    operations = [
        migrations.AddField(
            model_name="subcontract",
            name="answered_at",
            field=models.DateTimeField(null=True),
        ),
    ]
