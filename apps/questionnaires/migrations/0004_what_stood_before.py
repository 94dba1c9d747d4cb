from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("questionnaires", "0003_first_questionnaire")]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="earlier_dues",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="correctiveaction",
            name="earlier_reports",
            field=models.JSONField(default=list),
        ),
    ]
