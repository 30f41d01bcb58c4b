from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0002_machine_tokens"),
    ]

    operations = [
        migrations.RemoveField(model_name="idempotentanswer", name="status"),
        migrations.RemoveField(model_name="idempotentanswer", name="body"),
        migrations.AddField(model_name="idempotentanswer", name="place", field=models.JSONField(null=True)),
    ]
