"""A review is a row of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("incidents", "0005_reviews_from_closed_cases")]

    operations = [migrations.RemoveField("incident", "review")]
