"""The day from which the months of a recurring campaign are counted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access_reviews", "0004_foreseen_leavers")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="recurs_from",
            field=models.DateField(null=True),
        ),
    ]
