"""What was written when a case was closed becomes the review of who closed it."""

from django.db import migrations

NOT_SAID = "Not recorded apart when the case was closed."


def reviews_from_closed_cases(apps, schema_editor):
    """Both sides read it then, so both read it now."""
    alias = schema_editor.connection.alias
    incidents = apps.get_model("incidents", "Incident")
    reviews = apps.get_model("incidents", "IncidentReview")
    rows = incidents.objects.using(alias).select_related("reporter", "closed_by")
    closed = rows.exclude(review="").exclude(closed_at=None)
    reviews.objects.using(alias).bulk_create(
        reviews(
            incident=row,
            organization=row.reporter,
            audience="shared",
            held_on=row.closed_at.date(),
            what_happened=row.summary,
            causes=NOT_SAID,
            lessons=row.review,
            recorded_by=row.closed_by,
        )
        for row in closed.iterator()
    )


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_readings_and_reviews_never_change")]

    operations = [
        migrations.RunPython(reviews_from_closed_cases, migrations.RunPython.noop)
    ]
