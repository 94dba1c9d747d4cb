"""A pass notes which rooms it could not read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reminders", "0003_terms_delivery_and_reasons")]

    operations = [
        migrations.AddField(
            model_name="lastpass",
            name="failures",
            field=models.JSONField(db_default={}, default=dict),
        ),
    ]
