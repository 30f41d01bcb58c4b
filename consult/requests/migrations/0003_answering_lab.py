"""The laboratory that accepted a request, on the request itself: its list reads one index. And two for work lists."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("cases", "0002_guards"),
        ("reports", "0002_immutable"),
        ("requests", "0002_number"),
    ]

    operations = [
        migrations.AddField(
            model_name="consultrequest",
            name="answering_organisation",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="answering laboratory",
            ),
        ),
        migrations.AddIndex(
            model_name="consultrequest",
            index=models.Index(
                fields=["answering_organisation", "-created_at", "-id"], name="requests_of_answering_lab"
            ),
        ),
        migrations.AddIndex(
            model_name="consultrequest",
            index=models.Index(
                condition=models.Q(("status__in", ("sent", "asked", "accepted", "waiting"))),
                fields=["requester", "due_at", "id"],
                name="requests_of_requester_open",
            ),
        ),
        migrations.AddIndex(
            model_name="consultrequest",
            index=models.Index(
                condition=models.Q(("status__in", ("closed", "declined", "withdrawn", "discarded")), _negated=True),
                fields=["requester", "-created_at", "-id"],
                name="requests_of_requester_live",
            ),
        ),
        migrations.RunSQL(
            "UPDATE requests_consultrequest r SET answering_organisation_id = m.organisation_id"
            " FROM accounts_membership m WHERE m.id = r.expert_id AND r.accepted_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
